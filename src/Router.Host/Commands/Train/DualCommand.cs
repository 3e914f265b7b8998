using System.CommandLine;
using Router.Data;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Training.Dual;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train dual</c>: router and experts in turn, each for the other.</summary>
internal static class DualCommand
{
    private static readonly Recipe RouterDefaults =
        new() { Architecture = "", Epochs = 15, Optimizer = Optimizer.AdamW, LearningRate = .002, WeightDecay = .01 };
    private static readonly Recipe ExpertDefaults = new() { Architecture = "", Epochs = 3, LearningRate = .01 };

    private static readonly PathRule Output = new((written, path) => PathRule.Fill.Objection(written, path)
        ?? (ShippedSystem.Objection(path) is { } objection ? $"{written} cannot be the output: {objection}" : null));

    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("dual", "Trains a router for the registry's experts, then the experts for the router, again and again, "
                + "or the experts as a cascade; writes the best system. An interrupted training continues.");
        Argument<string> data = command.DataSet(
            "The data set to learn: a known name, or a folder with one folder of images per class.");
        Option<string> output = command.Required<string>(
            "--out -o", "The folder to write the best system to: weights, cards, experts.yaml.",
            leads: Output);
        Option<string?> folder = command.Option<string?>(
            "--run", "Where rounds are kept (default: beside the output).", leads: PathRule.Fill);
        Option<string?> registry = command.Option<string?>(
            "--registry -r", "The experts to start from (default: ./experts.yaml, else the bundled one).",
            leads: PathRule.Read("registry"));
        Option<int> rounds = command.Option(
            "--rounds", "How many rounds; a finished training goes on with more.", 3, Accepted.AtLeast(1));
        Option<string> device = command.Deferred(
            "--device", "cpu, or cuda:N.", () => TrainingDevice.Default, Accepted.Device);
        Option<int?> threads = command.Option<int?>(
            "--threads", "Threads on the CPU (default: one per core); another number gives other last bits.",
            Accepted.AtLeast(1));
        Option<bool> cascade = command.Option<bool>(
            "--cascade",
            "No router: the experts are a cascade, the most noise first, and each learns what comes to it.");
        DualOptions dual = new(command);
        RouterLossOptions loss = new(command, "--router-");
        RecipeOptions routerRecipe = new(command, RouterDefaults, "--router-", "seed");
        RecipeOptions expertRecipe = new(command, ExpertDefaults, "--expert-", "seed", "architecture");
        RobustnessOptions robustness = new(command, "--expert-");
        Option<bool> forMix = command.Option<bool>(
            "--expert-for-mix",
            "Experts weigh each image by what their σ can win of it, by what all of them answered in the round: with "
            + "--expert-consistency.");
        MixWeightingOptions weighting = new(command, "--expert-", forMix);
        foreach (Option ofRouter in command.Options.Where(
            option => option.Name.StartsWith("--router-", StringComparison.Ordinal)))
            ofRouter.NotWith(cascade);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DeviceOption.Check(parsed.GetValue(device)!);
            RegistryConfig experts = Deployment.ReadRegistry(
                new(parsed.GetValue(registry), Threads: null, Batch: null, Probe: false), surroundings);
            string target = surroundings.Resolve(parsed.GetValue(output)!);
            if (experts.AllNetworks.FirstOrDefault(network => IsIn(target, network.CheckpointPath)) is { } own)
                throw new BadInputException(
                    $"{parsed.GetValue(output)} cannot be the output: {own.Id}, which the training starts from, lies "
                    + "in it; choose another folder");
            DataSet images = DataSets.OpenFor(experts, parsed.GetValue(data)!, "train", surroundings);
            (int[] learned, int[] held) = dual.Split(parsed, images.Count, images.Name);
            Robustness asked = robustness.Read(parsed);
            DualPlan plan = dual.Apply(parsed, new()
            {
                Start = experts,
                Router = parsed.GetValue(cascade) ? null
                    : RouterOf(parsed, experts, loss, routerRecipe.Read(parsed, parsed.GetValue(device)!)),
                Expert = expertRecipe.Read(parsed, parsed.GetValue(device)!), Robustness = asked,
                ForMix = parsed.GetValue(forMix) ? weighting.Read(parsed, asked) : null,
            });
            string work = parsed.GetValue(folder) is { } path ? surroundings.Resolve(path)
                : target.TrimEnd(Path.DirectorySeparatorChar) + ".training";
            if (!Path.GetRelativePath(target, work).StartsWith("..", StringComparison.Ordinal))
                throw new BadInputException(
                    $"--run {parsed.GetValue(folder)} is in --out, which holds the finished system alone: choose a "
                    + "folder beside it");
            DualTraining training = new(
                plan, images, learned, held,
                TrainedNetwork.TestImages(experts.Dataset, DatasetFacts.Find(experts.Dataset)!.Classes, surroundings),
                work,
                Machine.Detect(parsed.GetValue(threads)), parsed.GetValue(device)!, surroundings.Clock);
            DualOutcome outcome = await DualProgress.ShowAsync(
                surroundings, (steps, scores) =>
                    training.RunAsync(parsed.GetValue(rounds), target, steps, scores, cancellationToken));
            DualProgress.Write(surroundings.Out, outcome);
            surroundings.Out.Print(
                $"wrote {outcome.Registry}: "
                + (outcome.Best.Round == 0 ? "the experts as they were"
                    : $"round {outcome.Best.Round}, after its {outcome.Best.Step}"));
            return ExitCode.Done;
        });
        return command;
    }

    private static bool IsIn(string folder, string file) =>
        Path.GetDirectoryName(Path.GetFullPath(file)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    // The router begins as the expert whose noise is nearest to its own, and looks at pixels as that one does.
    private static RouterTraining RouterOf(
        ParseResult parsed, RegistryConfig experts, RouterLossOptions loss, Recipe recipe)
    {
        RouterTraining asked =
            loss.Read(parsed, experts.Experts.Max(expert => expert.Sigma), new InputLayer.None(), recipe);
        ExpertConfig model = experts.Experts.MinBy(expert => Math.Abs(Math.Log((double)(expert.Sigma / asked.Sigma))))!;
        return asked with { Input = model.InputLayer, Recipe = recipe.Architecture.Length > 0 ? recipe
            : recipe with { Architecture = model.Architecture } };
    }
}
