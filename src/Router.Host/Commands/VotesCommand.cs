using System.Collections.Immutable;
using System.CommandLine;
using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Runs;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Host.Commands;

/// <summary>
/// <c>dualrs votes</c>: records what every single draw votes, so that rules and bounds can be compared on the same
/// votes afterwards.
/// </summary>
internal static class VotesCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("votes",
            "Records the vote of every draw of the router and the experts and its confidence, two bytes each; an "
            + "interrupted recording continues.");
        Argument<string> data = command.DataSet(
            "cifar10, shapes10, or a folder with one folder of images per class.");
        Option<string> output = command.Required<string>(
            "--out -o", "The folder of the recording.", leads: PathRule.Fill);
        Option<int> draws = command.Option(
            "--draws", "Draws of each network on each image.", 10_100, Accepted.AtLeast(1));
        Option<string[]> networks = command.Repeated<string>(
            "--network", "Record only this network; may be repeated (default: the router and every expert).");
        Option<int> skip = command.Option("--skip", "Record every k-th image.", 1, Accepted.AtLeast(1));
        Option<int> from = command.Option("--from", "Record only images from this index on.", 0, Accepted.AtLeast(0));
        Option<string> split = command.Split();
        Option<ulong> seed = command.Option("--seed", "The seed of all noise.", 0UL);
        RegistryOptions registry = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RegistryRequest request = registry.Read(parsed);
            RegistryConfig config = Deployment.ReadRegistry(request, surroundings);
            foreach (string id in parsed.GetValue(networks)!)
                Deployment.CheckKnown(
                    "--network", "network", id, config.Networks.Select(network => network.Id), config);
            CheckOutcomes(config, parsed.GetValue(networks)!);
            DataSet images = DataSets.OpenFor(config, parsed.GetValue(data)!, parsed.GetValue(split)!, surroundings);
            using Deployment deployed = await Deployment.LoadAsync(
                config, request, expert: null, surroundings, cancellationToken);
            ImageSelection selection = new() { From = parsed.GetValue(from), Skip = parsed.GetValue(skip) };
            ImmutableArray<RecordedImage> rows = [.. selection.Of(images.Count).Select(index => RowOf(images, index))];
            foreach ((LoadedNetwork network, NoiseStream stream) in
                Chosen(deployed.Registry, parsed.GetValue(networks)!))
            {
                ISequenceVoter voter = network.Network;
                using VoteRecorder recorder = VoteRecorder.Open(surroundings.Resolve(parsed.GetValue(output)!), new(
                    RecordingTerms.CurrentSchema, network.Id, voter.FunctionId.Value, voter.Sigma, stream.Id,
                    voter.OutcomeCount,
                    parsed.GetValue(draws), parsed.GetValue(seed), images.Name, rows));
                await surroundings.ShowAsync<long>(
                    recorder.Terms.Network, recorder.Planned, recorder.Recorded, progress =>
                    recorder.RecordAsync(
                        voter, image => images.Read(image.Index).Image.ToInput(), progress, cancellationToken));
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static void CheckOutcomes(RegistryConfig config, string[] asked)
    {
        int classes = DatasetFacts.Find(config.Dataset)!.Classes;
        foreach (NetworkConfig network in config.Networks.Where(known => IsAsked(known.Id, asked)))
            if ((network is RouterConfig router ? router.Routes.Count : classes) is var outcomes
                && outcomes > RecordingTerms.MostOutcomes)
                throw new BadInputException(
                    $"{network.Id} votes over {outcomes} outcomes: a recording holds at most "
                    + $"{RecordingTerms.MostOutcomes}, a byte for each vote");
    }

    private static bool IsAsked(string id, string[] asked) =>
        asked.Length == 0 || asked.Contains(id, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<(LoadedNetwork Network, NoiseStream Stream)> Chosen(
        LoadedRegistry registry, string[] asked)
    {
        List<(LoadedNetwork Network, NoiseStream Stream)> all =
            [.. registry.Experts.Select((expert, route) => (expert, RoutedClassifier.ExpertStream(seed: 0, route)))];
        if (registry.Router is { } router) all.Insert(0, (router, RoutedClassifier.RouterStream(seed: 0)));
        return all.Where(known => IsAsked(known.Network.Id, asked));
    }

    private static RecordedImage RowOf(DataSet images, int index)
    {
        LabelledImage image = images.Read(index);
        return new(index, image.Label
            ?? throw new BadInputException($"image {index} of {images.Name} has no label"), image.Image.ToInput().Hash);
    }
}
