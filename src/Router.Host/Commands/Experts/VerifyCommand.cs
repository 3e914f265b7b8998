using System.CommandLine;
using System.Text.Json.Nodes;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Host.Cli;

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
        JsonOption json = new(command, "probe");
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using Deployment deployed = await Deployment.OpenAsync(
                registry.Read(parsed) with { Probe = false, Versions = true }, expert: null, surroundings,
                cancellationToken);
            CardProbes probes = new((dataset, split) => DataSets.Find(dataset, split, surroundings));
            TextTable table = new(
                TextColumn.Whole("id"), TextColumn.Whole("probe"), TextColumn.Whole("verdict"),
                TextColumn.Words("finding"));
            bool failed = false;
            foreach (LoadedNetwork network in deployed.Registry.Networks)
                foreach (ProbeResult result in await probes.RunAsync(
                    network, accuracyImages: int.MaxValue, parsed.GetValue(draws), cancellationToken))
                {
                    failed |= result.Verdict == ProbeVerdict.Failed;
                    string verdict = result.Verdict.ToString().ToLowerInvariant();
                    table.Add(result.Id, result.Probe, verdict, result.Finding);
                    if (json.IsAsked(parsed))
                        surroundings.Out.Print(new JsonObject
                        {
                            ["id"] = result.Id, ["probe"] = result.Probe, ["verdict"] = verdict,
                            ["finding"] = result.Finding,
                        });
                }
            if (!json.IsAsked(parsed)) table.Write(surroundings.Out);
            return failed ? ExitCode.BadInput : ExitCode.Done;
        });
        return command;
    }
}
