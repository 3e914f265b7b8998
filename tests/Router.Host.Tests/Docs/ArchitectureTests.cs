using System.Reflection;
using System.Text.RegularExpressions;
using Tests;

namespace Router.Host.Tests.Docs;

/// <summary>Holds the paths of docs/architecture.md to the program: every type that they name is there.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Reference.Root, "docs", "architecture.md"));

    // Types and members that are not ours are not what the page is about.
    private static readonly Type[] Types =
    [
        .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file => Path.GetFileName(file) is var name && !name.Contains("Tests", StringComparison.Ordinal)
                && (name.StartsWith("Router.", StringComparison.Ordinal) || name == "dualrs.dll"))
            .SelectMany(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)).GetTypes()),
    ];

    public static TheoryData<string> Paths => ["a request", "an image", "a registry entry", "a training"];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_type_that_a_path_names_exists(string path)
    {
        string[] named = NamedBy(Page, path);
        Assert.True(named.Length > 5, $"{named.Length} types are named");
        Assert.All(named, name => Assert.True(Exists(name), name));
    }

    [Theory]
    [InlineData("`ImaginaryStation`")]
    [InlineData("`RoutedClassifier.ImaginaryMember`")]
    [InlineData("`RoutedClassifier.Split`, `ImaginaryStation`")]
    public void A_page_that_names_what_is_not_there_is_found_out(string names) =>
        Assert.Single(NamedBy($"## The path of a request\n\n1. {names}: decides.\n", "a request"),
            name => !Exists(name));

    // What stands before the colon of each step: "1. `Type`, `Type.Member`: …".
    private static string[] NamedBy(string page, string path) =>
    [
        .. from section in page.Split("\n## ").Select(text => text.TrimStart('#', ' '))
           where section.StartsWith($"The path of {path}", StringComparison.Ordinal)
           from step in Steps().Matches(section)
           from name in Names().Matches(step.Groups["names"].Value)
           select name.Groups["name"].Value,
    ];

    private static bool Exists(string name)
    {
        string[] parts = name.Split('.');
        return Types.Any(type => type.Name.Split('`')[0] == parts[0] && (parts.Length == 1 || type.GetMember(
            parts[1], BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
                .Length > 0));
    }

    [GeneratedRegex(
        @"^ *(\d+\.|-) (?<names>`[^`]+`(,\s+`[^`]+`)*):", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Steps();

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
