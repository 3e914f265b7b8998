using Router.Evaluation;
using Router.Experts.Loading;
using Router.Training.Runs;
using Router.Training.Targets;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Runs;

public sealed class RouterTrainingTests : IDisposable
{
    private const int Count = 64;

    // Even images are for the small σ, odd ones for the large.
    private static readonly TrueRadii Targets = new(
        [new("s025", .25m), new("s100", 1m)],
        [.. Enumerable.Range(0, Count).Select(i => new ImageRadii(i, i % 10, i % 2 == 0 ? [.6, 0] : [.1, 2]))]);

    private static readonly RouterTraining Training = new()
    {
        Sigma = 1m, Input = DatasetFacts.Find("cifar10")!.Standard!, Copies = 2, Lambda = 1, Eta = .5,
        Recipe = new() { Architecture = "cifar_resnet8", Epochs = 2, BatchSize = 32, Optimizer = Optimizer.AdamW,
            LearningRate = .003 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-router-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(RouterLossKind.GoodRoutes)]
    [InlineData(RouterLossKind.OptimalSigma)]
    public void A_router_that_was_interrupted_and_resumed_ends_with_the_same_bytes(RouterLossKind loss)
    {
        RouterTraining training = Training with { Loss = loss };
        byte[] whole;
        using (TrainingRun run = Begin("whole", training, Targets))
        {
            run.Train(epochs: null, steps: null, default);
            whole = run.Weights(_folder);
        }
        using (Interruption interruption = new(3))
        using (TrainingRun run = Begin("cut", training, Targets))
            Assert.Throws<OperationCanceledException>(() => run.Train(epochs: null, interruption, interruption.Token));
        using TrainingRun resumed = Begin("cut", training, Targets, resume: true);
        Assert.Equal(1, resumed.EpochsDone);
        resumed.Train(epochs: null, steps: null, default);
        Assert.Equal(whole, resumed.Weights(_folder));
    }

    [Fact]
    public void A_router_is_not_resumed_on_other_targets()
    {
        using (TrainingRun run = Begin("run", Training, Targets))
            run.Train(epochs: null, steps: null, default);
        TrueRadii other = Targets with { Images = Targets.Images.SetItem(3, new(3, 3, [.1, 2.1])) };
        BadInputException fault = Assert.Throws<BadInputException>(() => Begin("run", Training, other, resume: true));
        Assert.Contains("is a training under other terms", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_without_a_target_and_weights_that_do_not_fit_are_refused()
    {
        Assert.StartsWith("image 63 of patterns train has no targets", Assert.Throws<BadInputException>(
            () => Begin("lacking", Training, Targets with { Images = Targets.Images[..^1] })).Message,
            StringComparison.Ordinal);
        Assert.Contains("2 weights for 1 radii", Assert.Throws<ArgumentException>(() =>
            Begin("w", Training with { Radii = [0], Weights = [1, 1] }, Targets)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_of_another_split_or_with_another_label_are_refused_before_a_step()
    {
        Assert.StartsWith("the targets are about patterns test, and patterns train is learned",
            Assert.Throws<BadInputException>(
                () => Begin("split", Training, Targets with { Data = "patterns test" })).Message,
            StringComparison.Ordinal);
        Assert.StartsWith("image 3 of patterns train has label 3, but 4 in the targets",
            Assert.Throws<BadInputException>(
            () => Begin("label", Training,
                Targets with { Images = Targets.Images.SetItem(3, new(3, 4, [.1, 2])) })).Message,
            StringComparison.Ordinal);
    }

    private TrainingRun Begin(string name, RouterTraining training, TrueRadii targets, bool resume = false) =>
        training.Begin(
        Path.Combine(_folder, name), targets, Patterned.Images(Count), held: null, init: null, resume, "cpu",
        TimeProvider.System);
}
