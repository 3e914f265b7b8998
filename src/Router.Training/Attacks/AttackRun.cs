using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Attacks;
using Router.Evaluation.Logs;

namespace Router.Training.Attacks;

/// <summary>Attacks the certified images of a log one after the other, and writes each down as it is done.</summary>
/// <param name="attack">The attack.</param>
/// <param name="data">The data set that was certified.</param>
/// <param name="log">Receives a row per image.</param>
public sealed class AttackRun(SystemAttack attack, DataSet data, AttackLogWriter log)
{
    /// <summary>The images of a log that can be refuted: certified, and for the right class.</summary>
    public static IEnumerable<LogRow> Attackable(IEnumerable<LogRow> rows) =>
        rows.Where(row => row.IsCorrect && row.Radius > 0);

    /// <summary>Refuses a log that is about other images.</summary>
    /// <param name="rows">Rows of the log.</param>
    /// <param name="data">The data set.</param>
    /// <exception cref="BadInputException">It lacks an image, or has it with another label.</exception>
    public static void CheckImages(IEnumerable<LogRow> rows, DataSet data)
    {
        foreach (LogRow row in rows)
        {
            string? other = row.Index >= data.Count
                ? $"{data.Name} has {data.Count} images, the log has one {row.Index}"
                : data.Read(row.Index).Label is var label && label != row.Label
                    ? $"image {row.Index} of {data.Name} has label {label}, in the log it has {row.Label}" : null;
            if (other is not null)
                throw new BadInputException($"{other}: the log is about other images, or another split");
        }
    }

    /// <summary>Attacks.</summary>
    /// <param name="certified">The certificates, of images that <see cref="CheckImages"/> accepts.</param>
    /// <param name="done">Told of each that is on disk.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    public async Task RunAsync(
        IEnumerable<LogRow> certified, Action<AttackRow> done, CancellationToken cancellationToken)
    {
        foreach (LogRow row in certified)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LabelledImage image = data.Read(row.Index);
            (AttackRow found, byte[] levels) = await attack.RunAsync(image, row, cancellationToken);
            log.Write(found, levels);
            done(found);
        }
    }
}
