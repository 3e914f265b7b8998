using Router.Evaluation.Logs;
using Router.Experts.Files;

namespace Router.Evaluation.Attacks;

/// <summary>
/// Appends rows to an attack log, and keeps the counterexamples beside it: the levels of x', one byte each, planar, in
/// <c>LOG.found/IDX.levels</c>, so that anyone can ask the system about them again.
/// </summary>
public sealed class AttackLogWriter : IDisposable
{
    private readonly string _path;
    private readonly AppendLog _lines;

    private AttackLogWriter(string path, AppendLog lines) => (_path, _lines) = (path, lines);

    /// <summary>Begins a log, or continues the one that is there.</summary>
    /// <param name="path">The log.</param>
    /// <param name="terms">What it is about.</param>
    /// <param name="done">The rows that it holds.</param>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    /// <exception cref="BadInputException">There is a log of other terms.</exception>
    public static AttackLogWriter Open(string path, AttackTerms terms, out IReadOnlyList<AttackRow> done)
    {
        IReadOnlyList<AttackRow> read = [];
        AppendLog lines = AppendLog.Exclusive(path, () => OpenLines(path, terms, out read));
        done = read;
        return new(path, lines);
    }

    private static AppendLog OpenLines(string path, AttackTerms terms, out IReadOnlyList<AttackRow> done)
    {
        done = [];
        TermsFile<AttackTerms> file = AttackTerms.FileOf(path);
        bool isNew = AppendLog.LinesOf(path).Length == 0;
        if (!isNew && !file.Exists)
            throw new BadInputException(path, 1, $"its terms, {file.Path}, are missing: choose another file");
        file.Claim(terms);
        if (!isNew)
        {
            done = AttackLog.Read(path);
            return AppendLog.Continue(path);
        }
        AppendLog lines = AppendLog.Replace(path);
        lines.Write(AttackLog.Columns);
        return lines;
    }

    /// <summary>Where the levels of a counterexample are kept.</summary>
    public static string LevelsPath(string log, int index) => Path.Combine(log + ".found", $"{index}.levels");

    /// <summary>Appends one image.</summary>
    /// <param name="row">The row.</param>
    /// <param name="levels">x', where there is one.</param>
    public void Write(AttackRow row, ReadOnlySpan<byte> levels)
    {
        if (row.Found is not null)
        {
            string path = LevelsPath(_path, row.Index);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, levels);
        }
        _lines.Write(AttackLog.Fields(row));
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
