using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Experts.Files;

namespace Router.Training.Targets;

/// <summary>Appends rows to a table of targets: a killed run keeps every whole row.</summary>
internal sealed class TargetWriter : IDisposable
{
    private readonly AppendLog _lines;

    private TargetWriter(AppendLog lines) => _lines = lines;

    /// <summary>
    /// Begins a table, or continues the one that is there, after cutting off an unfinished last line.
    /// </summary>
    /// <param name="path">The table.</param>
    /// <param name="terms">What it is about.</param>
    /// <param name="images">The indices of its images, in the order of its rows.</param>
    /// <param name="done">How many rows it holds.</param>
    /// <exception cref="FileInUseException">Another run writes it.</exception>
    /// <exception cref="BadInputException">
    /// There is a table of other terms, or another file, under this name; it is left as it was.
    /// </exception>
    public static TargetWriter Open(string path, TargetTerms terms, IReadOnlyList<int> images, out int done)
    {
        int rows = 0;
        AppendLog lines = AppendLog.Exclusive(path, () => OpenLines(path, terms, images, out rows));
        done = rows;
        return new(lines);
    }

    private static AppendLog OpenLines(string path, TargetTerms terms, IReadOnlyList<int> images, out int done)
    {
        done = 0;
        string first = TargetTable.TermsMark + terms.ToText(), header = TargetTable.Header(terms);
        if (!File.Exists(path)
            || $"{first}\n{header}\n".StartsWith(File.ReadAllText(path), StringComparison.Ordinal))
        {
            AppendLog begun = AppendLog.Replace(path);
            begun.Write(first);
            begun.Write(header);
            return begun;
        }
        TargetTable table = TargetTable.Read(path);
        if (table.Terms.Difference(terms) is { } difference)
            throw new BadInputException(
                $"{path}: {difference}; continue with the same settings, or choose another file");
        for (; done < table.Rows.Length; done++)
            if (done >= images.Count || table.Rows[done].Index != images[done])
                throw new BadInputException($"{path}:{done + 3}: image {table.Rows[done].Index}, where "
                    + $"{(done < images.Count ? $"image {images[done]}" : "no further one")} was expected");
        return AppendLog.Continue(path);
    }

    /// <summary>Appends one image.</summary>
    public void Write(TargetRow row) => _lines.Write(row.Line);

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();
}
