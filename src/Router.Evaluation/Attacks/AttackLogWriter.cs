using System.Text;
using Router.Evaluation.Logs;
using Router.Experts.Files;

namespace Router.Evaluation.Attacks;

/// <summary>
/// Appends rows to an attack log, each flushed as it is written, and keeps the counterexamples beside it: the levels of x', one byte each, planar,
/// in <c>LOG.found/IDX.levels</c>, so that anyone can ask the system about them again.
/// </summary>
public sealed class AttackLogWriter : IDisposable
{
    private readonly string _path;
    private readonly FileLock _lock;
    private readonly StreamWriter _writer;

    private AttackLogWriter(string path, FileLock held, FileMode mode) => (_path, _lock, _writer) = (
        path, held,
        new(new FileStream(path, mode, FileAccess.Write, FileShare.Read),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)));

    /// <summary>Begins a log, or continues the one that is there.</summary>
    /// <param name="path">The log.</param>
    /// <param name="terms">What it is about.</param>
    /// <param name="done">The rows that it holds.</param>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    /// <exception cref="LogFormatException">There is a log of other terms.</exception>
    public static AttackLogWriter Open(string path, AttackTerms terms, out IReadOnlyList<AttackRow> done)
    {
        FileLock held = FileLock.Take(path);
        try
        {
            return Open(path, held, terms, out done);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static AttackLogWriter Open(
        string path, FileLock held, AttackTerms terms, out IReadOnlyList<AttackRow> done)
    {
        done = [];
        AttackTerms? begun = AttackTerms.Find(path);
        if (begun?.Difference(terms) is { } difference)
            throw new LogFormatException(AttackTerms.PathFor(path), 1, $"the attack cannot go on: {difference}; continue with the same settings, or choose another file");
        if (begun is null)
            terms.Write(path);
        if (UnfinishedLines.WholeOf(path).Length == 0)
        {
            AttackLogWriter writer = new(path, held, FileMode.Create);
            writer.Write(string.Join('\t', AttackLog.Columns));
            return writer;
        }
        if (begun is null)
            throw new LogFormatException(path, 1, $"its terms, {AttackTerms.PathFor(path)}, are missing: choose another file");
        done = AttackLog.Read(path);
        UnfinishedLines.CutOff(path);
        return new(path, held, FileMode.Append);
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
        Write(AttackLog.Line(row));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _lock.Dispose();
    }

    private void Write(string line)
    {
        _writer.Write(line + "\n");
        _writer.Flush();
    }
}
