using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>A column of a table.</summary>
/// <param name="Header">What stands above it; never broken.</param>
internal sealed record TextColumn(string Header)
{
    /// <summary>Whether it is set to the right, as numbers are.</summary>
    public bool IsNumber { get; private init; }

    /// <summary>Whether a cell that is too wide goes on in the next line, after a blank or a joint of a name.</summary>
    public bool Folds { get; private init; }

    /// <summary>How wide it is at the least, where rows come one at a time.</summary>
    public int Least { get; init; }

    /// <summary>A number.</summary>
    public static TextColumn Number(string header) => new(header) { IsNumber = true };

    /// <summary>Words, which may go on in the next line.</summary>
    public static TextColumn Words(string header) => new(header) { Folds = true };

    /// <summary>A name, a path, an id: copied as it stands.</summary>
    public static TextColumn Whole(string header) => new(header);
}

/// <summary>
/// Results in rows, the one table of all commands. On a terminal columns are aligned and words are folded until it
/// fits; numbers, headers and paths are never broken. In a file or a pipe a row is a line, its cells are separated by
/// tabs, and nothing is padded.
/// </summary>
/// <param name="columns">The columns.</param>
internal sealed class TextTable(params IEnumerable<TextColumn> columns)
{
    private const string Gap = "  ", Bold = "\e[1m", Plain = "\e[0m";

    private readonly TextColumn[] _columns = [.. columns];
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row; of a cell with several lines each is one.</summary>
    public void Add(params IEnumerable<string> cells) => _rows.Add([.. cells]);

    /// <summary>Prints all of it.</summary>
    public void Write(IAnsiConsole console)
    {
        int[] widths = Widths(console);
        WriteHead(console, widths);
        foreach (string[] row in _rows)
            WriteRow(console, row, widths);
    }

    /// <summary>Prints the headers, where rows come one at a time.</summary>
    public void WriteHead(IAnsiConsole console) => WriteHead(console, Least);

    /// <summary>Prints a row that has just come.</summary>
    public void WriteRow(IAnsiConsole console, params IEnumerable<string> cells) =>
        WriteRow(console, [.. cells], Least);

    private int[] Least => [.. _columns.Select(column => Math.Max(column.Least, Width(column.Header)))];

    private void WriteHead(IAnsiConsole console, int[] widths)
    {
        string head = Line(console, [.. _columns.Select(column => column.Header)], widths);
        console.Print(console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? Bold + head + Plain : head);
    }

    private void WriteRow(IAnsiConsole console, string[] cells, int[] widths)
    {
        if (!console.Profile.Out.IsTerminal)
        {
            console.Print(Line(console, cells, widths));
            return;
        }
        string[][] folded = [.. cells.Select((cell, i) => Fold(cell, _columns[i].Folds ? widths[i] : int.MaxValue))];
        for (int line = 0; line < folded.Max(cell => cell.Length); line++)
            console.Print(Line(console, [.. folded.Select(cell => cell.ElementAtOrDefault(line) ?? "")], widths));
    }

    private string Line(IAnsiConsole console, string[] cells, int[] widths) => console.Profile.Out.IsTerminal
        ? string.Join(Gap, cells.Select((cell, i) => Padded(cell, widths[i], _columns[i].IsNumber))).TrimEnd()
        : string.Join('\t', cells.Select(cell => cell.Replace('\n', ' ').Replace('\t', ' ')));

    private static string Padded(string cell, int width, bool right)
    {
        string padding = new(' ', Math.Max(0, width - Width(cell)));
        return right ? padding + cell : cell + padding;
    }

    // As wide as what they hold; then words give way, the widest first.
    private int[] Widths(IAnsiConsole console)
    {
        int[] widths = [.. Least.Select((least, i) => _rows.Select(row => WidestOf(row[i].Split('\n')))
            .Append(least).Max())];
        int[] narrowest = [.. Least.Select((least, i) => !_columns[i].Folds ? widths[i]
            : _rows.Select(row => WidestOf(Pieces(row[i]))).Append(least).Max())];
        int excess = widths.Sum() + Gap.Length * (widths.Length - 1) - console.Profile.Width;
        while (excess > 0 && Enumerable.Range(0, widths.Length).Where(i => widths[i] > narrowest[i])
            .OrderByDescending(i => widths[i]).Cast<int?>().FirstOrDefault() is { } widest)
        {
            widths[widest]--;
            excess--;
        }
        return widths;
    }

    private static string[] Fold(string cell, int width)
    {
        List<string> lines = [""];
        foreach (string piece in Pieces(cell))
            if (lines[^1].EndsWith('\n') || Width(lines[^1] + piece.TrimEnd()) > width)
                lines.Add(piece);
            else
                lines[^1] += piece;
        // The first is empty where its first piece is wider than the column.
        return [.. lines.Skip(lines.Count > 1 && lines[0].Length == 0 ? 1 : 0).Select(line => line.TrimEnd())];
    }

    // What stays together: up to a blank, or to a joint of a name.
    private static IEnumerable<string> Pieces(string cell)
    {
        int start = 0;
        for (int i = 0; i < cell.Length; i++)
            if (" ,>+_\n".Contains(cell[i]))
            {
                yield return cell[start..(i + 1)];
                start = i + 1;
            }
        if (start < cell.Length) yield return cell[start..];
    }

    private static int WidestOf(IEnumerable<string> texts) => texts.Select(text => Width(text.TrimEnd()))
        .DefaultIfEmpty(0).Max();

    private static int Width(string text) => text.GetCellWidth();
}
