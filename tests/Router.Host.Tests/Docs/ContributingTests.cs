using System.Text.RegularExpressions;
using Tests;

namespace Router.Host.Tests.Docs;

/// <summary>Holds CONTRIBUTING.md to the tree.</summary>
public sealed partial class ContributingTests
{
    [Fact]
    public void Every_benchmark_is_in_the_table_and_has_a_page()
    {
        string page = File.ReadAllText(Path.Combine(Reference.Root, "CONTRIBUTING.md"));
        IEnumerable<string> named =
            Row().Matches(page).Select(row => row.Groups["folder"].Value).Order(StringComparer.Ordinal);
        string[] folders = [.. Directory.GetDirectories(Path.Combine(Reference.Root, "bench"))];
        Assert.Equal(folders.Select(Path.GetFileName).Order(StringComparer.Ordinal), named);
        Assert.All(folders, folder => Assert.True(File.Exists(Path.Combine(folder, "README.md")), folder));
    }

    [GeneratedRegex(@"^\| `(?<folder>[a-z0-9-]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
