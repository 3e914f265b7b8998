using Router.Experts.Loading;
using Router.Training.Batches;
using Router.Training.Runs;
using Router.Training.Targets;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Runs;

/// <summary>Small trainings: cifar_resnet8 on 128 images, four steps an epoch.</summary>
internal static class Trained
{
    public const int StepsPerEpoch = 4;

    private static readonly TrainingImages All = Patterned.Images(128);

    public static ExpertTraining Expert { get; } = new()
    {
        Sigma = .25m, Input = DatasetFacts.Find("cifar10")!.Standard!, Classes = 10,
        Recipe = new() { Architecture = "cifar_resnet8", Epochs = 3, BatchSize = 32, LearningRate = .05,
            Augmentation = Augmentation.Cifar, Seed = 11 },
    };

    /// <summary>Radii at σ = .12 and .25 of the images that are learned: the smaller σ wins every second one.</summary>
    public static TrueRadii Targets { get; } = new(
        [new("s012", .12m), new("s025", .25m)],
        [.. Enumerable.Range(0, 128).Select(i => new ImageRadii(i, i % 10, i % 2 == 0 ? [.1, 0] : [0, .3]))]);

    public static TrainingRun Begin(
        string folder, ExpertTraining? training = null, TrainingImages? held = null, Initial? init = null,
        bool resume = false, string device = "cpu") =>
        (training ?? Expert).Begin(folder, All, held, init, resume, device, TimeProvider.System);

    public static byte[] Weights(this TrainingRun run, string folder)
    {
        string path = Path.Combine(folder, "weights.safetensors");
        run.WriteWeights(path);
        return File.ReadAllBytes(path);
    }
}

/// <summary>Cancels a training in the middle of an epoch.</summary>
internal sealed class Interruption(int afterSteps) : IProgress<int>, IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Report(int value)
    {
        if (value >= afterSteps) _source.Cancel();
    }

    public void Dispose() => _source.Dispose();
}
