using System.Text.RegularExpressions;
using Router.Host.Tests.Cli;
using Tests;

namespace Router.Host.Tests.Docs;

/// <summary>
/// The transcript of docs/tour.md is what the commands print on a terminal of 80 columns: every word, in this order.
/// Figures are masked: some are those of a machine.
/// </summary>
public sealed partial class TourTests : IDisposable
{
    private const string Prompt = "$ dualrs ", Home = "/home/you";

    private readonly Shell _shell = new() { Columns = 80, Together = true };
    private readonly string _models;

    public TourTests()
    {
        _models = _shell.In("models");
        Directory.CreateSymbolicLink(_models, Path.Combine(Reference.Root, "models"));
        File.Copy(
            Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "grey1.png"),
            _shell.In("picture.png"));
    }

    public void Dispose()
    {
        Directory.Delete(_models); // the link alone
        _shell.Dispose();
    }

    [Fact]
    public async Task The_transcript_is_what_the_commands_print()
    {
        string[] lines = [.. File.ReadLines(Path.Combine(Reference.Root, "docs", "tour.md"))
            .Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..])];
        int[] prompts = [.. Enumerable.Range(0, lines.Length)
            .Where(i => lines[i].StartsWith(Prompt, StringComparison.Ordinal))];
        Assert.True(prompts.Length > 5);
        foreach ((int at, int end) in prompts.Zip([.. prompts[1..], lines.Length]))
        {
            // A command may go on in further lines, each but the last ending in a backslash.
            int last = Enumerable.Range(at, end - at).First(i => !lines[i].EndsWith('\\'));
            string command = string.Concat(lines[at..(last + 1)].Select(line => line.TrimEnd('\\')));
            Outcome outcome = await _shell.RunAsync(
                command[Prompt.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            Assert.Equal(Masked(lines[(last + 1)..end]), Masked(outcome.Out
                .Replace(_shell.Folder, Home, StringComparison.Ordinal).Split('\n')));
        }
        Assert.All(lines, line => Assert.True(line.EnumerateRunes().Count() <= 80, line));
    }

    // As one text, since a path of another length breaks lines elsewhere; without progress, and without
    // the name of the processor.
    private static string Masked(IEnumerable<string> lines) => Blanks().Replace(
        Bars().Replace(Figures().Replace(
            string.Join(' ', lines.Where(line => !OfTheMoment().IsMatch(line))), "#"), "#"), " ").Trim();

    [GeneratedRegex("[0-9a-f]{16,}|[0-9]+(\\.[0-9]+)?(E-[0-9]+)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Figures();

    [GeneratedRegex("[▁-█][▁-█ ]*", RegexOptions.None, 1000)]
    private static partial Regex Bars();

    [GeneratedRegex(" +", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex("^[^ ].*: +[0-9]+%$|^libtorch ", RegexOptions.None, 1000)]
    private static partial Regex OfTheMoment();
}
