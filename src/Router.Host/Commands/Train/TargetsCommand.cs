using System.CommandLine;
using Router.Data;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Training.Batches;
using Router.Training.Targets;
using Router.Votes;

namespace Router.Host.Commands.Train;

/// <summary>
/// <c>dualrs train targets</c>: how every expert does on training images, from which a router learns whom to ask.
/// </summary>
internal static class TargetsCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("targets",
            "Counts every expert's votes for the true class of training images, or takes radii from logs; an "
            + "interrupted run continues.");
        Argument<string> data = command.DataSet(
            "cifar10, shapes10, or a folder with one folder of images per class.");
        Option<string> output = command.Required<string>(
            "--out -o", "The table to write (tab-separated), or to continue.", leads: PathRule.Write);
        Option<int> draws = command.Option("--n", "Draws of each expert on each image.", 100, Accepted.Samples);
        Option<string[]> experts = command.Repeated<string>(
            "--expert", "Ask only this expert; may be repeated (default: all of the registry).");
        Option<string> split = command.Split("train", "train or test; with --logs of their images.");
        Option<ulong> seed = command.Option("--seed", "The seed of all noise.", 0UL);
        Option<string[]> logs = command.Several<string>(
            "--logs",
            "Instead of votes, radii of certification logs: ID=FILE, σ being the registry's, or ID@SIGMA=FILE; one for "
            + "each expert.");
        foreach (Option ofVotes in (Option[])[draws, experts, seed]) ofVotes.NotWith(logs);
        SelectionOptions selection = new(command);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string table = surroundings.Resolve(parsed.GetValue(output)!);
            RegistryRequest request = registry.Read(parsed);
            if (parsed.GetValue(logs) is { Length: > 0 } given)
            {
                LogTargets.Write(table, TargetLogs.Read(given, request, surroundings),
                    TargetLogs.DataName(parsed.GetValue(data)!, parsed.GetValue(split)!, surroundings),
                    selection.Read(parsed));
            }
            else
            {
                RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
                foreach (string id in parsed.GetValue(experts)!)
                    Deployment.CheckKnown(
                        "--expert", "expert", id, config.Experts.Select(expert => expert.Id), config);
                DataSet all = DataSets.OpenFor(config, parsed.GetValue(data)!, parsed.GetValue(split)!, surroundings);
                using Deployment deployed = await Deployment.LoadAsync(
                    config, request, expert: null, surroundings, cancellationToken);
                TrainingImages images = TrainingImages.Read(
                    all, selection.Read(parsed).Of(Enumerable.Range(0, all.Count)), deployed.Registry.Dataset.Classes);
                TargetRun run = new(Chosen(deployed.Registry, parsed.GetValue(experts)!), images,
                    selection.Read(parsed), parsed.GetValue(draws), parsed.GetValue(seed));
                await surroundings.ShowAsync<int>("targets", run.Terms.Images, done: 0,
                    progress => run.WriteAsync(table, progress, cancellationToken));
            }
            TargetSummary.Write(surroundings.Out, TrueRadii.Of([TargetTable.Read(table)]));
            return ExitCode.Done;
        });
        return command;
    }

    private static (string Id, IVoter Voter)[] Chosen(LoadedRegistry registry, string[] asked)
    {
        return [.. registry.Experts
            .Where(expert => asked.Length == 0 || asked.Contains(expert.Id, StringComparer.OrdinalIgnoreCase))
            .Select(expert => (expert.Id, (IVoter)expert.Voter))];
    }
}
