using System.CommandLine;
using System.Globalization;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Commands.Serve;
using Tests;
using YamlDotNet.RepresentationModel;

namespace Router.Host.Tests.Deploy;

/// <summary>The files of <c>deploy/</c>, read as what they are.</summary>
internal static class Manifests
{
    public const string Kubernetes = "deploy/kubernetes/base", OfCluster = "deploy/kubernetes/cluster";

    /// <summary>Options that <c>dualrs serve</c> has.</summary>
    public static IReadOnlySet<string> Options { get; } = OptionsOf(ServeCommand.Create(Surroundings.OfProcess()));

    /// <summary>Options that <c>dualrs worker</c> has.</summary>
    public static IReadOnlySet<string> WorkerOptions { get; } =
        OptionsOf(WorkerCommand.Create(Surroundings.OfProcess()));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Reference.Root, path));

    public static YamlMappingNode Yaml(string file) => Assert.Single(Documents($"{Kubernetes}/{file}"));

    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<YamlMappingNode> Documents(string path)
    {
        using StringReader text = new(Text(path));
        return Read(text);
    }

    /// <summary>The documents of a text.</summary>
    public static IReadOnlyList<YamlMappingNode> Read(TextReader text)
    {
        YamlStream stream = new();
        stream.Load(text);
        return [.. stream.Documents.Select(document => (YamlMappingNode)document.RootNode)];
    }

    /// <summary>A list's texts.</summary>
    public static string[] TextsAt(this YamlNode node, params string[] path) =>
        [.. ((YamlSequenceNode)node.At(path)).Select(one => ((YamlScalarNode)one).Value!)];

    /// <summary>A node by its keys and indices.</summary>
    public static YamlNode At(this YamlNode node, params string[] path) => path.Aggregate(node, (at, key) =>
        at is YamlSequenceNode list ? list[int.Parse(key, CultureInfo.InvariantCulture)] : at[key]);

    public static string TextAt(this YamlNode node, params string[] path) => ((YamlScalarNode)node.At(path)).Value!;

    public static int NumberAt(this YamlNode node, params string[] path) =>
        int.Parse(node.TextAt(path), CultureInfo.InvariantCulture);

    /// <summary>The settings of the unit; one that stands several times in the order written.</summary>
    public static ILookup<string, string> Unit(string name = "dualrs") => Text($"deploy/systemd/{name}.service")
        .Split('\n')
        .Where(line => line.Contains('=') && !line.StartsWith('#'))
        .Select(line => line.Split('=', 2))
            .ToLookup(setting => setting[0], setting => setting[1], StringComparer.Ordinal);

    private static IReadOnlySet<string> OptionsOf(Command command) =>
        command.Options.SelectMany(option => option.Aliases.Append(option.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The argument behind an option.</summary>
    public static string Argument(IReadOnlyList<string> arguments, string option) =>
        arguments[arguments.ToList().IndexOf(option) + 1];

    /// <summary>What a Dockerfile starts.</summary>
    public static string[] Command(string dockerfile) => System.Text.Json.JsonSerializer.Deserialize<string[]>(
        Text($"deploy/docker/{dockerfile}").Split('\n')
            .Single(line => line.StartsWith("CMD ", StringComparison.Ordinal))["CMD ".Length..])!;
}
