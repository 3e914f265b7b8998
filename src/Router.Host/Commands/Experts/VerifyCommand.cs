using System.CommandLine;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Experts;

/// <summary>
/// <c>dualrs experts verify</c>: loads every network and asks it all that its card says, on all of the card's images.
/// </summary>
internal static class VerifyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("verify", "Loads every network and compares its answers with its model card's, in full.");
        Option<int> draws = command.Option("--draws", "Noise draws per image.", 1, Accepted.AtLeast(1));
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Deployment deployed = await Deployment.OpenAsync(
                registry.Read(parsed) with { Probe = false }, expert: null, surroundings, cancellationToken);
            CardProbes probes = new((dataset, split) => DataSets.Find(dataset, split, surroundings));
            Table table = new Table { Border = TableBorder.Simple }.AddColumns("id", "probe", "verdict", "finding");
            bool failed = false;
            foreach (Expert network in deployed.Registry.Networks)
                foreach (ProbeResult result in await probes.RunAsync(
                    network, accuracyImages: int.MaxValue, parsed.GetValue(draws), cancellationToken))
                {
                    failed |= result.Verdict == ProbeVerdict.Failed;
                    table.AddRow(result.Id, result.Probe, result.Verdict.ToString().ToLowerInvariant(),
                        Markup.Escape(result.Finding));
                }
            surroundings.Out.Write(table);
            return failed ? ExitCode.BadInput : ExitCode.Done;
        });
        return command;
    }
}
