using System.CommandLine;
using Router.Data;
using Router.Experts.Engine;
using Router.Experts.Inputs;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Training.Dual;
using Router.Training.Routers;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary><c>dualrs train dual</c>: router and experts in turn, each for the other.</summary>
internal static class DualCommand
{
    private static readonly Recipe RouterDefaults = new() { Architecture = "", Epochs = 15, Optimizer = Optimizer.AdamW, LearningRate = .002, WeightDecay = .01 };
    private static readonly Recipe ExpertDefaults = new() { Architecture = "", Epochs = 3, LearningRate = .01 };

    public static Command Create(Surroundings surroundings)
    {
        Command command = new("dual", "Trains a router for the registry's experts, then the experts for the router, again and again; writes the best system. An interrupted training continues.");
        Argument<string> data = new("data") { Description = "The data set to learn: a known name, or a folder with one folder of images per class." };
        Option<string> output = new("--out", "-o") { Description = "The folder to write the best system to: weights, cards, experts.yaml.", Required = true };
        Option<string?> folder = new("--run") { Description = "Where rounds are kept (default: beside the output)." };
        Option<string?> registry = new("--registry", "-r") { Description = "The experts to start from (default: ./experts.yaml, else the bundled one)." };
        Option<int> rounds = new("--rounds") { Description = "How many rounds; a finished training goes on with more.", DefaultValueFactory = _ => 3 };
        Option<string> device = new("--device") { Description = "cpu, or cuda:N.", DefaultValueFactory = _ => TrainingDevice.Default };
        Option<int?> threads = new("--threads") { Description = "Threads on the CPU (default: one per core); another number gives other last bits." };
        rounds.Validators.Add(Cli.Range.AtLeast<int>(1));
        threads.Validators.Add(Cli.Range.AtLeast<int?>(1));
        command.Arguments.Add(data);
        foreach (Option option in (Option[])[output, folder, registry, rounds, device, threads])
            command.Options.Add(option);
        DualOptions dual = new(command);
        RouterLossOptions loss = new RouterLossOptions("--router-").AddTo(command);
        RecipeOptions routerRecipe = new RecipeOptions("--router-").AddTo(command, RouterDefaults, "seed");
        RecipeOptions expertRecipe = new RecipeOptions("--expert-").AddTo(command, ExpertDefaults, "seed", "architecture");
        RobustnessOptions robustness = new(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            RegistryConfig experts = Workbench.ReadRegistry(new(parsed.GetValue(registry), Threads: null, Batch: null, Probe: false), surroundings);
            DataSet images = DataSets.OpenFor(experts, parsed.GetValue(data)!, "train", surroundings);
            (int[] learned, int[] held) = dual.Split(parsed, images.Count, images.Name);
            DualPlan plan = dual.Apply(parsed, new()
            {
                Start = experts, Router = RouterOf(parsed, experts, loss, routerRecipe.Read(parsed, parsed.GetValue(device)!)),
                Expert = expertRecipe.Read(parsed, parsed.GetValue(device)!), Robustness = robustness.Read(parsed),
            });
            string target = surroundings.Resolve(parsed.GetValue(output)!);
            string work = parsed.GetValue(folder) is { } path ? surroundings.Resolve(path) : target.TrimEnd(Path.DirectorySeparatorChar) + ".training";
            DualTraining training = new(
                plan, images, learned, held, TrainedNetwork.TestImages(experts.Dataset, DatasetFacts.Find(experts.Dataset)!.Classes, surroundings), work,
                Machine.Detect(parsed.GetValue(threads)), parsed.GetValue(device)!, surroundings.Clock);
            DualOutcome outcome = await DualProgress.ShowAsync(
                surroundings, (steps, scores) => training.RunAsync(parsed.GetValue(rounds), target, steps, scores, cancellationToken));
            surroundings.Out.Write(DualProgress.TableOf(outcome));
            surroundings.Out.MarkupLine($"wrote {Markup.Escape(outcome.Registry)}: round {outcome.Best.Round}, after its {outcome.Best.Step}");
            return ExitCode.Done;
        });
        return command;
    }

    // The router begins as the expert whose noise is nearest to its own, and looks at pixels as that one does.
    private static RouterTraining RouterOf(ParseResult parsed, RegistryConfig experts, RouterLossOptions loss, Recipe recipe)
    {
        RouterTraining asked = loss.Read(parsed, experts.Experts.Max(expert => expert.Sigma), new InputLayer.None(), recipe);
        ExpertConfig model = experts.Experts.MinBy(expert => Math.Abs(Math.Log((double)(expert.Sigma / asked.Sigma))))!;
        return asked with { Input = model.InputLayer, Recipe = recipe.Architecture.Length > 0 ? recipe : recipe with { Architecture = model.Architecture } };
    }
}
