using System.Globalization;
using Router.Host.Cli;
using Router.Host.Commands.Serve;
using Tests;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Tests.Deploy;

/// <summary>The files of <c>deploy/</c>, read as what they are.</summary>
internal static class Manifests
{
    public const string Kubernetes = "deploy/kubernetes/base";

    /// <summary>Options that <c>dualrs serve</c> has.</summary>
    public static IReadOnlySet<string> Options { get; } =
        ServeCommand.Create(Surroundings.OfProcess()).Options.SelectMany(option => option.Aliases.Append(option.Name))
            .ToHashSet(StringComparer.Ordinal);

    public static string Text(string path) => File.ReadAllText(Path.Combine(Reference.Root, path));

    public static YamlMappingNode Yaml(string file)
    {
        YamlStream stream = new();
        using StringReader text = new(Text($"{Kubernetes}/{file}"));
        stream.Load(text);
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    /// <summary>A node by its keys and indices.</summary>
    public static YamlNode At(this YamlNode node, params string[] path) => path.Aggregate(node, (at, key) =>
        at is YamlSequenceNode list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at[key]);

    public static string TextAt(this YamlNode node, params string[] path) => ((YamlScalarNode)node.At(path)).Value!;

    public static int NumberAt(this YamlNode node, params string[] path) =>
        int.Parse(node.TextAt(path), CultureInfo.InvariantCulture);

    /// <summary>The settings of the unit; one that stands several times in the order written.</summary>
    public static ILookup<string, string> Unit() => Text("deploy/systemd/dualrs.service").Split('\n')
        .Where(line => line.Contains('=') && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
            .ToLookup(setting => setting[0], setting => setting[1], StringComparer.Ordinal);

    /// <summary>The argument behind an option.</summary>
    public static string Argument(IReadOnlyList<string> arguments, string option) =>
        arguments[arguments.ToList().IndexOf(option) + 1];

    /// <summary>What a Dockerfile starts.</summary>
    public static string[] Command(string dockerfile) => System.Text.Json.JsonSerializer.Deserialize<string[]>(
        Text($"deploy/docker/{dockerfile}").Split('\n')
            .Single(line => line.StartsWith("CMD ", StringComparison.Ordinal))["CMD ".Length..])!;
}
