using Router.Data;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Training.Batches;
using Router.Training.Runs;
using Router.Training.Targets;
using Router.Votes;

namespace Router.Training.Dual;

/// <summary>
/// One round: the experts are asked about learned images, a router learns their answers, every learned image is routed,
/// and each expert is fine-tuned on those that come to it. What a step left on disk complete is not done again.
/// </summary>
/// <param name="number">From 1.</param>
/// <param name="folder">Its folder.</param>
/// <param name="setting">What all rounds share.</param>
internal sealed class DualRound(int number, RoundFolder folder, DualSetting setting)
{
    /// <summary>What the experts of a system answer about learned images.</summary>
    public async Task<TrueRadii> TargetsAsync(RegistryConfig system, CancellationToken cancellationToken)
    {
        ImageSelection selection = new() { Skip = setting.TargetSpacing, Limit = setting.TargetCount };
        int planned = setting.TargetCount;
        if (!File.Exists(folder.Targets) || TargetTable.Read(folder.Targets).Rows.Length < planned)
        {
            TrainingImages images = setting.Learned.Only([.. selection.Of(setting.Learned.Count)]);
            using LoadedRegistry experts =
                new RegistryLoader(setting.Machine).Load(system with { Router = null });
            await new TargetRun(
                [.. experts.Experts.Select(expert => (expert.Id, (IVoter)expert.Voter))], images, selection,
                setting.Plan.TargetDraws,
                setting.Seed.Word(Purpose.Round, number, position: -1))
                    .WriteAsync(folder.Targets, Steps("targets", planned), cancellationToken);
        }
        Report("targets", planned, planned);
        return TrueRadii.Of([TargetTable.Read(folder.Targets)]);
    }

    /// <summary>The round's router over the experts that answered, and where it sends the learned images.</summary>
    public async Task<(RegistryConfig System, RoutedImages Routed)> RouterAsync(
        RegistryConfig system, TrueRadii targets, CancellationToken cancellationToken)
    {
        UseThreads();
        RouterTraining asked = setting.Plan.Router!;
        RouterTraining training = asked with { Recipe =
            asked.Recipe with { Seed = setting.Seed.Word(Purpose.Round, number, position: 0) } };
        string id = setting.Plan.Start.Router?.Id ?? RouterConfig.DefaultId;
        ValueArray<string> routes = targets.Experts.Select(expert => expert.Id).ToValueArray();
        if (!folder.Has(id) || !File.Exists(folder.Routes))
        {
            // The last round's router, or the expert whose noise is nearest.
            NetworkConfig before = system.Router is { } last ? last
                : system.Experts.MinBy(expert => Math.Abs(Math.Log((double)(expert.Sigma / training.Sigma))))!;
            Checkpoint start = CheckpointFile.Read(before.CheckpointPath);
            HashSet<int> known = [.. targets.Images.Select(image => image.Index)];
            TrainingImages images = setting.Learned.Only([.. Enumerable.Range(0, setting.Learned.Count)
                .Where(row => known.Contains(setting.Learned.Indices[row]))]);
            using TrainingRun run = training.Begin(
                folder.Training(id), targets, images, held: null, Initial.Of(start), resume: true, setting.Device,
                setting.Clock);
            if (!folder.Has(id))
                await TrainAsync(run, id, Shipment(id, training.Sigma, training.Input, start) with
                {
                    Routes = routes, Title =
                        $"{setting.Dataset.Name}, {run.Recipe.Architecture}: routes to {string.Join(", ", routes)}, "
                        + $"round {number}", Data = $"{images.Count} images of {images.Name}",
                }, cancellationToken);
            if (!File.Exists(folder.Routes))
            {
                // Probing the router loaded a registry, and went on with another thread.
                UseThreads();
                RoutedImages.Ask(
                    run.Network, setting.Learned, NoiseLevels.Of(training.Sigma), setting.Plan.RoutingVotes,
                    run.Recipe.BatchSize,
                    row => setting.Seed.Word(Purpose.Routing, number, row), NativeTorch.Device(setting.Device),
                    done => Report("routes", done, setting.Learned.Count), cancellationToken)
                        .Write(folder.Routes, setting.Learned);
            }
        }
        RouterConfig router = new()
        {
            Id = id, Sigma = training.Sigma, Architecture = training.Recipe.Architecture,
            CheckpointPath = folder.Weights(id), InputLayer = training.Input,
            Sha256 = CheckpointFile.Read(folder.Weights(id)).Sha256, Routes = routes,
        };
        return (system with { Router = router }, RoutedImages.Read(folder.Routes, setting.Learned));
    }

    /// <summary>
    /// The system with every expert fine-tuned on what comes to it; one that nothing comes to stays as it is.
    /// </summary>
    public async Task<RegistryConfig> ExpertsAsync(
        RegistryConfig system, TrueRadii targets, RoutedImages routed, CancellationToken cancellationToken)
    {
        List<ExpertConfig> experts = [];
        Mix? mix = setting.Plan.ForMix is { } weighting ? new(targets, weighting) : null;
        HashSet<int> asked = [.. targets.Images.Select(image => image.Index)];
        foreach ((int route, ExpertConfig expert) in system.Experts.Index())
        {
            int[] rows = routed.For(route, setting.Plan.Elsewhere, row => setting.Seed.Word(
                Purpose.Elsewhere, number * system.Experts.Count + route, setting.Learned.Indices[row]));
            if (mix is not null) rows = [.. rows.Where(row => asked.Contains(setting.Learned.Indices[row]))];
            experts.Add(rows.Length == 0 ? expert : await FineTuneAsync(expert, route, rows, mix, cancellationToken));
        }
        return system with { Experts = experts.ToValueArray() };
    }

    private async Task<ExpertConfig> FineTuneAsync(
        ExpertConfig expert, int route, int[] rows, Mix? mix, CancellationToken cancellationToken)
    {
        if (!folder.Has(expert.Id))
        {
            UseThreads();
            ExpertTraining training = new()
            {
                Sigma = expert.Sigma, Input = expert.InputLayer, Classes = expert.Classes ?? setting.Dataset.Classes,
                Robustness = setting.Plan.Robustness, ForMix = mix,
                Recipe = setting.Plan.Expert with { Architecture = expert.Architecture,
                    Seed = setting.Seed.Word(Purpose.Round, number, route + 1) },
            };
            Checkpoint start = CheckpointFile.Read(expert.CheckpointPath);
            using TrainingRun run = training.Begin(
                folder.Training(expert.Id), setting.Learned.Only(rows), held: null, Initial.Of(start), resume: true,
                setting.Device, setting.Clock);
            await TrainAsync(run, expert.Id, Shipment(expert.Id, expert.Sigma, expert.InputLayer, start) with
            {
                Title = $"{setting.Dataset.Name}, {expert.Architecture}: {training.Description}, round {number}",
                Data = $"{rows.Length} of {setting.Learned.Count} images of {setting.Learned.Name}: those that come "
                    + $"to it, and {setting.Plan.Elsewhere:0.##} of the others",
            }, cancellationToken);
        }
        return expert with { CheckpointPath = folder.Weights(expert.Id), CardPath = null,
            Sha256 = CheckpointFile.Read(folder.Weights(expert.Id)).Sha256 };
    }

    // Loading a registry leaves one for each operation. Another number gives other last bits.
    private void UseThreads() => TrainingDevice.UseThreads(setting.Machine.Threads);

    private async Task TrainAsync(TrainingRun run, string id, Shipment shipment, CancellationToken cancellationToken)
    {
        int steps = run.Recipe.Epochs * run.StepsPerEpoch;
        Report(id, run.EpochsDone * run.StepsPerEpoch, steps);
        run.Train(epochs: null, Steps(id, steps), cancellationToken);
        string weights = Path.Combine(folder.Training(id), TrainingRun.WeightsFile);
        run.WriteWeights(weights);
        if (shipment.Routes.Count == 0 && setting.Test is { } test)
            shipment = shipment with { NoisyAccuracy = Runs.Shipment.Measure(
                run, setting.Dataset.Name, test, shipment.Sigma) };
        await new CheckpointImporter(setting.Machine, setting.Dataset).ImportAsync(
            shipment.RequestFor(run, weights), cancellationToken);
    }

    private Shipment Shipment(string id, decimal sigma, InputLayer input, Checkpoint start) => new()
    {
        Target = folder.Weights(id), Id = id, Sigma = sigma, Input = input, Title = "", Origin = setting.Learned.Name,
        Data = "", StartedFrom = start.Sha256,
    };

    private void Report(string name, int done, int of) => setting.Progress?.Report(new(number, name, done, of));

    private Reported Steps(string name, int of) => new(done => Report(name, done, of));

    private sealed class Reported(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
