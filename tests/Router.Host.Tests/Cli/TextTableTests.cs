using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Tests.Cli;

public sealed class TextTableTests
{
    private static readonly TextColumn[] Columns =
        [TextColumn.Words("system"), TextColumn.Number("at r = 0"), TextColumn.Whole("file")];

    private static string[] Lines(int? width, params string[][] rows)
    {
        using StringWriter written = new();
        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Out = width is { } columns ? new Terminal(written, columns) : new AnsiConsoleOutput(written),
            Ansi = AnsiSupport.No,
        });
        if (width is null) console.Profile.Width = 10_000;
        TextTable table = new(Columns);
        foreach (string[] row in rows) table.Add(row);
        table.Write(console);
        return written.ToString().Split('\n')[..^1];
    }

    [Fact]
    public void A_terminal_shows_numbers_to_the_right_and_nothing_behind_the_last_column() => Assert.Equal(
        [
            "system       at r = 0  file",
            "one             0.250  a.tsv",
            "one hundred         1",
        ],
        Lines(80, ["one", "0.250", "a.tsv"], ["one hundred", "1", ""]));

    [Fact]
    public void Where_it_does_not_fit_words_fold_at_joints_and_neither_numbers_nor_headers_nor_paths_do() =>
        Assert.Equal(
        [
            "system       at r = 0  file",
            "s100>s050>      0.250  a/long/path.tsv",
            "s012",
            "cascade 0.5",
        ],
        Lines(38, ["s100>s050>s012 cascade 0.5", "0.250", "a/long/path.tsv"]));

    [Fact]
    public void A_cell_of_several_lines_has_them_below_each_other() => Assert.Equal(
        ["system  at r = 0  file", "both           1  a.tsv", "                  b.tsv"],
        Lines(80, ["both", "1", "a.tsv\nb.tsv"]));

    [Fact]
    public void A_pipe_gets_a_line_for_each_row_with_tabs_and_no_padding() => Assert.Equal(
        ["system\tat r = 0\tfile", "s100>s050>s012 cascade 0.5\t0.250\ta.tsv b.tsv", "x\t\t"],
        Lines(null, ["s100>s050>s012 cascade 0.5", "0.250", "a.tsv\nb.tsv"], ["x", "", ""]));
}
