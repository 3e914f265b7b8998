using System.Text;
using Router.Evaluation.Logs;
using Router.Experts.Files;
using Router.Training.Runs;

namespace Router.Training.Targets;

/// <summary>Appends rows to a table of targets, each flushed as it is written: a killed run loses at most the row it was writing.</summary>
public sealed class TargetWriter : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly FileLock _lock;
    private readonly StreamWriter _writer;

    private TargetWriter(string path, FileLock held, FileMode mode) =>
        (_lock, _writer) = (held, new(new FileStream(path, mode, FileAccess.Write, FileShare.Read), Utf8));

    /// <summary>Begins a table, or continues the one that is there, after cutting off an unfinished last line.</summary>
    /// <param name="path">The table.</param>
    /// <param name="terms">What it is about.</param>
    /// <param name="images">The indices of its images, in the order of its rows.</param>
    /// <param name="done">How many rows it holds.</param>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    /// <exception cref="TrainingFault">There is a table of other terms, or another file, under this name; it is left as it was.</exception>
    public static TargetWriter Open(string path, TargetTerms terms, IReadOnlyList<int> images, out int done)
    {
        FileLock held = FileLock.Take(path);
        try
        {
            return Open(path, held, terms, images, out done);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static TargetWriter Open(
        string path, FileLock held, TargetTerms terms, IReadOnlyList<int> images, out int done)
    {
        done = 0;
        string header = TargetTable.TermsMark + terms.ToText() + "\n" + TargetTable.Header(terms) + "\n";
        if (!File.Exists(path) || header.StartsWith(File.ReadAllText(path), StringComparison.Ordinal))
        {
            TargetWriter begun = new(path, held, FileMode.Create);
            begun.Write(header);
            return begun;
        }
        TargetTable table = TargetTable.Read(path);
        if (table.Terms.Difference(terms) is { } difference)
            throw new TrainingFault($"{path}: {difference}; continue with the same settings, or choose another file");
        for (; done < table.Rows.Length; done++)
            if (done >= images.Count || table.Rows[done].Index != images[done])
                throw new TrainingFault(
                    $"{path}:{done + 3}: image {table.Rows[done].Index}, where {(done < images.Count ? $"image {images[done]}" : "no further one")} was expected");
        UnfinishedLines.CutOff(path);
        return new(path, held, FileMode.Append);
    }

    /// <summary>Appends one image.</summary>
    public void Write(TargetRow row) => Write(row.Line + "\n");

    /// <inheritdoc/>
    public void Dispose()
    {
        _writer.Dispose();
        _lock.Dispose();
    }

    private void Write(string text)
    {
        _writer.Write(text);
        _writer.Flush();
    }
}
