using System.Globalization;
using Router.Engine;
using Router.Experts.Cards;
using Router.Training.Batches;

namespace Router.Training.Runs;

/// <summary>
/// What the weights of a training become: a checkpoint that is served, with a model card that says how it came about.
/// </summary>
public sealed record Shipment
{
    // Two accuracies with one draw per image on some 2000 images differ by up to this by the draws alone.
    private const decimal AccuracyTolerance = 0.03m;

    /// <summary>Enough images that one draw each tells a wrong input layer from a right one, and quick.</summary>
    public const int AccuracyImages = 2000;

    /// <summary>The .safetensors file to write.</summary>
    public required string Target { get; init; }

    /// <summary>Where its card goes; null for beside it. Weights for several σ have a card for each.</summary>
    public string? CardPath { get; init; }

    /// <summary>Its id in the registry.</summary>
    public required string Id { get; init; }

    /// <summary>σ of its noise, in [0,1] pixels.</summary>
    public required decimal Sigma { get; init; }

    /// <summary>Its input layer.</summary>
    public required InputLayer Input { get; init; }

    /// <summary>A router's routes; empty for an expert.</summary>
    public ValueArray<string> Routes { get; init; }

    /// <summary>One line that names it.</summary>
    public required string Title { get; init; }

    /// <summary>The data set's name and split.</summary>
    public required string Origin { get; init; }

    /// <summary>What it learned, in words.</summary>
    public required string Data { get; init; }

    /// <summary>SHA-256 of the checkpoint it started from; null where it started from nothing.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>The accuracy of an expert under noise; null for a router, or where there are no test images.</summary>
    public NoisyAccuracyProbe? NoisyAccuracy { get; init; }

    /// <summary>Measures what a card says of an expert's accuracy.</summary>
    /// <param name="run">The training.</param>
    /// <param name="dataset">The data set's name.</param>
    /// <param name="test">The first images of its test split.</param>
    /// <param name="sigma">σ.</param>
    public static NoisyAccuracyProbe Measure(TrainingRun run, string dataset, TrainingImages test, decimal sigma) =>
        new(
        dataset, "test", 0, test.Count, sigma, (decimal)Math.Round(run.Measure(test, epoch: 0, sigma), 4),
        AccuracyTolerance);

    /// <summary>What is asked of the importer.</summary>
    /// <param name="run">The training.</param>
    /// <param name="weights">Its weights, as it wrote them.</param>
    public ImportRequest RequestFor(TrainingRun run, string weights) => new()
    {
        Source = weights, Target = Target, CardPath = CardPath, Id = Id, Sigma = Sigma, InputLayer = Input,
        Routes = Routes, Title = Title,
        Origin = new("DualRS.Router", $"dualrs train on {Origin}", "MIT"), Training = FactsOf(run),
        NoisyAccuracy = NoisyAccuracy,
    };

    private ValueArray<TrainingFact> FactsOf(TrainingRun run)
    {
        Recipe recipe = run.Recipe;
        string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
        List<TrainingFact> facts =
        [
            new("objective", run.Objective),
            new("data", Data),
            new("epochs", Text(recipe.Epochs)),
            new("batch", Text(recipe.BatchSize)),
            new("optimizer", $"{recipe.Optimizer}, learning rate {Text(recipe.LearningRate)}, weight decay "
                + $"{Text(recipe.WeightDecay)}, {recipe.Schedule}"),
            new("augmentation", recipe.Augmentation == Augmentation.None ? "none"
                : $"crop with padding {recipe.Augmentation.Padding}, flip {recipe.Augmentation.Flip}"),
            new("precision", recipe.Precision.ToString()),
            new("seed", Text(recipe.Seed)),
        ];
        if (recipe.FreezeTrunk) facts.Add(new("frozen", "all but the head"));
        if (recipe is { FreezeNorm: true, FreezeTrunk: false })
            facts.Add(new("frozen", "statistics of batch normalization"));
        if (StartedFrom is not null) facts.Add(new("startedFrom", $"sha256 {StartedFrom}"));
        return facts.ToValueArray();
    }
}
