using System.CommandLine;
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
        RegistryOptions registry = new(command);
        command.SetAction(parsed =>
        {
            RegistryConfig config = Deployment.ReadRegistry(registry.Read(parsed), surroundings);
            Table table = new Table { Border = TableBorder.Simple }.AddColumns(
                "id", "σ", "architecture", "input layer", "checkpoint");
            bool passes = config.Experts.Any(expert => expert.Pass.Step > 0);
            if (passes) table.AddColumn("pass");
            table.Title(Markup.Escape($"{config.Path}: {config.Dataset}, routing {config.Routing.Kind}"));
            if (config.Router is { } router)
                table.AddRow(Row(router, config)).AddEmptyRow();
            foreach (ExpertConfig expert in config.Experts)
                table.AddRow([.. Row(expert, config), .. passes ? [PassOf(expert)] : Array.Empty<string>()]);
            surroundings.Out.Write(table);
            return ExitCode.Done;
        });
        return command;
    }

    private static string PassOf(ExpertConfig expert) => expert.Pass.Step > 0 ? expert.Pass.ToString() : "";

    private static string[] Row(NetworkConfig network, RegistryConfig config) =>
    [
        network.Id, network.Sigma.ToString(), network.Architectures, Markup.Escape(network.InputLayer.ToString()!),
        Markup.Escape(string.Join('\n', network.Members.Select(
            member => Path.GetRelativePath(Path.GetDirectoryName(config.Path)!, member.CheckpointPath)))),
    ];
}
