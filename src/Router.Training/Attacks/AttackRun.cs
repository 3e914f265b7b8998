using Router.Data;
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

    /// <summary>Attacks.</summary>
    /// <param name="certified">The certificates.</param>
    /// <param name="done">Told of each that is on disk.</param>
    /// <param name="cancellationToken">Stops; what is written stays.</param>
    /// <exception cref="InvalidDataException">The log is about other images.</exception>
    public async Task RunAsync(
        IEnumerable<LogRow> certified, Action<AttackRow> done, CancellationToken cancellationToken)
    {
        foreach (LogRow row in certified)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LabelledImage image = data.Read(row.Index);
            if (image.Label != row.Label)
                throw new InvalidDataException($"image {row.Index} of {data.Name} has label {image.Label}, in the log "
                    + $"it has {row.Label}: the log is about other images");
            (AttackRow found, byte[] levels) = await attack.RunAsync(image, row, cancellationToken);
            log.Write(found, levels);
            done(found);
        }
    }
}
