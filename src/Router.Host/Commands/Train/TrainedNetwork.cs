using System.Globalization;
using Router.Experts.Cards;
using Router.Experts.Engine;
using Router.Experts.Importing;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Commands.Experts;
using Router.Training.Batches;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>The end of a training: weights, a model card with what the network answers, and the registry line.</summary>
internal static class TrainedNetwork
{
    // Enough images that one draw each tells a wrong input layer from a right one, and quick.
    private const int AccuracyImages = 2000;

    // Two accuracies with one draw per image on some 2000 images differ by up to this by the draws alone.
    private const decimal AccuracyTolerance = 0.03m;

    public static async Task ShipAsync(
        TrainingRun run, TrainingRequest request, decimal sigma, ValueArray<string> routes, string title, string objective, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        string weights = Path.Combine(request.Folder, "weights.safetensors");
        run.WriteWeights(weights);
        ImportRequest import = new()
        {
            Source = weights, Target = request.Output, Id = request.Id, Sigma = sigma, InputLayer = request.Input, Routes = routes, Title = title,
            Origin = new("DualRS.Router", $"dualrs train on {request.Images.Name}", "MIT"),
            Training = Facts(run, request, objective),
            NoisyAccuracy = routes.Count > 0 ? null : Measure(run, request, sigma, surroundings),
        };
        ImportedNetwork imported = await new CheckpointImporter(Machine.Detect(), request.Dataset).ImportAsync(import, cancellationToken);
        surroundings.Out.MarkupLine($"wrote {Markup.Escape(imported.Weights)} and {Markup.Escape(Path.GetFileName(imported.CardPath))}; the registry entry:");
        surroundings.Out.WriteLine(RegistryEntry.Of(imported, import, surroundings));
    }

    private static NoisyAccuracyProbe? Measure(TrainingRun run, TrainingRequest request, decimal sigma, Surroundings surroundings)
    {
        if (DataSets.Find(request.Dataset.Name, "test", surroundings) is not { } test) return null;
        int count = Math.Min(AccuracyImages, test.Count);
        double accuracy = run.Measure(TrainingImages.Read(test, Enumerable.Range(0, count), request.Dataset.Classes), epoch: 0);
        return new(request.Dataset.Name, "test", 0, count, sigma, (decimal)Math.Round(accuracy, 4), AccuracyTolerance);
    }

    private static ValueArray<TrainingFact> Facts(TrainingRun run, TrainingRequest request, string objective)
    {
        Recipe recipe = run.Recipe;
        string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
        List<TrainingFact> facts =
        [
            new("objective", objective),
            new("data", $"{request.Images.Count} images of {request.Images.Name}{(request.Held is { } held ? $", {held.Count} held out" : "")}"),
            new("epochs", Text(recipe.Epochs)),
            new("batch", Text(recipe.BatchSize)),
            new("optimizer", $"{recipe.Optimizer}, learning rate {Text(recipe.LearningRate)}, weight decay {Text(recipe.WeightDecay)}, {recipe.Schedule}"),
            new("augmentation", recipe.Augmentation == Augmentation.None ? "none" : $"crop with padding {recipe.Augmentation.Padding}, flip {recipe.Augmentation.Flip}"),
            new("precision", recipe.Precision.ToString()),
            new("seed", Text(recipe.Seed)),
        ];
        if (request.Init is { } init) facts.Add(new("startedFrom", $"sha256 {init.Sha256}"));
        return facts.ToValueArray();
    }
}
