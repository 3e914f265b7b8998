using System.CommandLine;
using System.Text.Json.Nodes;
using Router.Experts.Registry;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Experts;

/// <summary><c>dualrs experts list</c>: the registry, checked but not loaded.</summary>
internal static class ListCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("list", "Lists the router and the experts of a registry, without loading them.");
        JsonOption json = new(command, "network");
        RegistryOptions registry = new(command);
        command.SetAction(parsed =>
        {
            RegistryConfig config = Deployment.ReadRegistry(registry.Read(parsed), surroundings);
            NetworkConfig[] networks = [.. config.Router is { } router ? [router] : Array.Empty<NetworkConfig>(),
                .. config.Experts, .. config.OtherVersions];
            if (json.IsAsked(parsed))
                foreach (NetworkConfig network in networks)
                    surroundings.Out.Print(Told(network));
            else
                Write(config, networks, surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(RegistryConfig config, NetworkConfig[] networks, Surroundings surroundings)
    {
        surroundings.Error.MarkupLine(
            $"[grey]{Markup.Escape($"{config.Path}: {config.Dataset}, routing {config.Routing.Kind}")}[/]");
        bool passes = config.Experts.Any(expert => expert.Pass.Step > 0);
        TextTable table = new([
            TextColumn.Whole("id"), TextColumn.Number("σ"), TextColumn.Words("architecture"),
            TextColumn.Whole("input"), .. passes ? [TextColumn.Number("pass")] : Array.Empty<TextColumn>(),
            TextColumn.Whole("checkpoint")]);
        foreach (NetworkConfig network in networks)
            table.Add([
                network.Id, network.Sigma.ToString(), network.Structure,
                network.InputLayer.ToString()!.Split(' ')[0],
                .. passes ? [PassOf(network) ?? ""] : Array.Empty<string>(),
                string.Join('\n', network.Members.Select(member =>
                    Path.GetRelativePath(Path.GetDirectoryName(config.Path)!, member.CheckpointPath)))]);
        table.Write(surroundings.Out);
    }

    private static JsonObject Told(NetworkConfig network) => new()
    {
        ["id"] = network.Id,
        ["version"] = (network as ExpertConfig)?.Version,
        ["role"] = network is RouterConfig ? "router" : "expert",
        ["sigma"] = network.Sigma,
        ["architectures"] = Several(network.Members.Select(member => member.Architecture)),
        ["mirror"] = network.Mirror,
        ["input"] = network.InputLayer.ToString(),
        ["checkpoints"] = Several(network.Members.Select(member => member.CheckpointPath)),
        ["sha256"] = new JsonArray([.. network.Members.Select(member => (JsonNode?)member.Sha256)]),
        ["routes"] = network is RouterConfig router ? Several(router.Routes) : null,
        ["pass"] = PassOf(network) is { } pass ? decimal.Parse(pass) : null,
        ["load"] = network.Load.ToString().ToLowerInvariant(),
    };

    private static JsonArray Several(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static string? PassOf(NetworkConfig network) =>
        network is ExpertConfig { Pass: { Step: > 0 } pass } ? pass.ToString() : null;
}
