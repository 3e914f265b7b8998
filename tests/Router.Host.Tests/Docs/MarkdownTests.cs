using System.Text.RegularExpressions;
using Tests;

namespace Router.Host.Tests.Docs;

/// <summary>Every page of the repository: links lead somewhere, and lines fit; those of code fit too.</summary>
public sealed partial class MarkdownTests
{
    private const int Width = 120;

    public static TheoryData<string> Pages =>
    [
        .. Within("*.md", "docs", "bench").Concat(Directory.GetFiles(Reference.Root, "*.md"))
            .Select(file => Path.GetRelativePath(Reference.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_to_files_and_headings_that_exist(string page)
    {
        string file = Path.Combine(Reference.Root, page);
        Assert.All(
            Links().Matches(Prose(file)).Select(link => link.Groups["target"].Value),
            target => Assert.True(Leads(file, target), target));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Lines_are_at_most_120_characters_wide_but_for_tables(string page) => Assert.All(
        File.ReadLines(Path.Combine(Reference.Root, page)).Where(line => !line.StartsWith('|')),
        line => Assert.True(line.EnumerateRunes().Count() <= Width, line));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_has_nothing_that_a_terminal_would_obey(string page) => Assert.DoesNotContain(
        File.ReadAllText(Path.Combine(Reference.Root, page)), letter => char.IsControl(letter) && letter != '\n');

    [Fact]
    public void Lines_of_code_are_at_most_120_characters_wide()
    {
        // Scripts named .min.js are libraries of others, as they publish them.
        string[] files = [.. new[] { "*.cs", "*.js", "*.css", "*.py", "*.sh" }
            .SelectMany(pattern => Within(pattern, "src", "tests", "bench", "samples", "deploy"))
            .Where(file => !file.EndsWith(".min.js", StringComparison.Ordinal))];
        Assert.True(files.Length > 100);
        Assert.All(files, file => Assert.All(
            File.ReadLines(file), line => Assert.True(line.EnumerateRunes().Count() <= Width, $"{file}: {line}")));
    }

    [Theory]
    [InlineData("missing.md")]
    [InlineData("../docs/certificates.md#9-what-is-not-there")]
    public void A_link_that_leads_nowhere_is_found_out(string target) =>
        Assert.False(Leads(Path.Combine(Reference.Root, "docs", "formats.md"), target));

    private static IEnumerable<string> Within(string pattern, params string[] folders) => folders.SelectMany(
        folder => Directory.GetFiles(Path.Combine(Reference.Root, folder), pattern, SearchOption.AllDirectories));

    private static bool Leads(string page, string target)
    {
        if (target.Contains("://", StringComparison.Ordinal)) return true;
        string[] halves = target.Split('#');
        string file = halves[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, halves[0]);
        return Path.Exists(file) && (halves.Length == 1 || Anchors(file).Contains(Uri.UnescapeDataString(halves[1])));
    }

    // As the usual hosts make them of headings: lower case, blanks to hyphens, punctuation gone.
    private static IEnumerable<string> Anchors(string file) => Headings().Matches(Prose(file)).Select(heading =>
        Dropped().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Prose(string file) => Fenced().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.None, 1000)]
    private static partial Regex Dropped();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Fenced();
}
