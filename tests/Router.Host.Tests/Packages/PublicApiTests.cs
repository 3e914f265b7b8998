using System.Reflection;
using PublicApiGenerator;
using Tests;

namespace Router.Host.Tests.Packages;

/// <summary>What packages offer to programs of others changes on purpose, or not at all.</summary>
public sealed class PublicApiTests
{
    private static readonly string Lists = Path.Combine(Reference.Root, "tests", "Router.Host.Tests", "Packages");

    [Theory]
    [InlineData("DualRS.Votes", "Router.Votes")]
    [InlineData("DualRS.Smoothing", "Router.Smoothing")]
    [InlineData("DualRS.Gateway", "dualrs")]
    public void A_package_offers_what_its_list_says(string package, string assembly)
    {
        string offered = Assembly.Load(assembly).GeneratePublicApi(new() { IncludeAssemblyAttributes = false })
            .ReplaceLineEndings("\n").TrimEnd() + "\n";
        string list = Path.Combine(Lists, $"{package}.txt"), found = Path.Combine(Path.GetTempPath(), $"{package}.txt");
        string[] listed = File.Exists(list) ? File.ReadAllLines(list) : [], lines = offered.TrimEnd().Split('\n');
        if (lines.SequenceEqual(listed)) return;
        File.WriteAllText(found, offered);
        Assert.Fail(
            $"{package} offers something else than {list} says. Where that is meant: cp {found} {list}\n"
            + string.Concat(listed.Except(lines).Select(line => $"- {line.Trim()}\n"))
            + string.Concat(lines.Except(listed).Select(line => $"+ {line.Trim()}\n")));
    }
}
