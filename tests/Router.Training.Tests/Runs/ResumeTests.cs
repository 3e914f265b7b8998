using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Training.Runs;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Runs;

public sealed class ResumeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-resume-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Optimizer.Sgd, Schedule.OneCycle, Precision.Float32)]
    [InlineData(Optimizer.Sgd, Schedule.Step, Precision.BFloat16)]
    [InlineData(Optimizer.AdamW, Schedule.Cosine, Precision.Float32)]
    [InlineData(Optimizer.AdamW, Schedule.OneCycle, Precision.Float32)]
    public void A_training_that_was_interrupted_in_its_second_epoch_and_resumed_ends_with_the_same_bytes(
        Optimizer optimizer, Schedule schedule, Precision precision)
    {
        ExpertTraining training = With(recipe => recipe with
        {
            Optimizer = optimizer, Schedule = schedule, Precision = precision, Milestones = [1],
            LearningRate = optimizer == Optimizer.AdamW ? .003 : .05,
        });
        EndsAlike(training);
    }

    [Fact]
    public void A_training_on_a_GPU_that_was_interrupted_and_resumed_ends_as_well_as_a_whole_one()
    {
        Assert.SkipUnless(NativeTorch.HasCuda, "needs a GPU, and a libtorch that uses it");
        ExpertTraining training = With(recipe => recipe with { Precision = Precision.BFloat16, Epochs = 6 }) with
        {
            Robustness = new Robustness.Consistency(2, 5, .5),
        };
        string folder = Path.Combine(_folder, "interrupted");
        Losses whole = new(), parts = new();
        using (TrainingRun run = Trained.Begin(Path.Combine(_folder, "whole"), training, device: "cuda:0"))
            run.Train(whole, null, default);
        using (Interruption interruption = new(afterSteps: Trained.StepsPerEpoch * 3 + 1))
        using (TrainingRun run = Trained.Begin(folder, training, device: "cuda:0"))
            Assert.Throws<OperationCanceledException>(() => run.Train(parts, interruption, interruption.Token));
        double before = parts.Last;
        using (TrainingRun run = Trained.Begin(folder, training, resume: true, device: "cuda:0"))
            run.Train(parts, null, default);
        // A GPU adds gradients in any order, so that the bits differ and the way down does not.
        Assert.InRange(parts.Last, whole.Last - .1, whole.Last + .1);
        Assert.True(parts.Last < before, $"loss {before} before, {parts.Last} after");
    }

    [Fact]
    public void Trainings_with_several_draws_and_with_an_adversary_resume_to_the_same_bytes()
    {
        EndsAlike(
            With(recipe => recipe with { Epochs = 2 }) with { Robustness = new Robustness.Consistency(2, 5, .5) });
        EndsAlike(With(recipe => recipe with { Epochs = 2 }) with { Robustness = new Robustness.Adversarial(
            .25, Steps: 1, Copies: 1, Warmup: 2) });
    }

    [Fact]
    public void A_training_for_a_mix_resumes_to_the_same_bytes_and_on_no_other_targets()
    {
        ExpertTraining training = With(recipe => recipe with { Epochs = 2 }) with
        {
            Robustness = new Robustness.Consistency(2, 5, .5), ForMix = new(Trained.Targets, new()),
        };
        EndsAlike(training);
        ExpertTraining other = training with { ForMix = new(
            Trained.Targets with { Images = Trained.Targets.Images.SetItem(0, new(0, 0, [.1, .1])) }, new()) };
        string folder = Path.Combine(_folder, $"whole {training.Description}");
        BadInputException fault = Assert.Throws<BadInputException>(() => Trained.Begin(folder, other, resume: true));
        Assert.Contains("is a training under other terms", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_for_several_sigmas_resumes_to_the_same_bytes_however_it_gets_robust()
    {
        ExpertTraining several = With(
            recipe => recipe with { Epochs = 2, Architecture = "cifar_resnet8_sigma" }) with { AlsoAt = [.5m, 1m] };
        foreach (Robustness robustness in (Robustness[])[
            new Robustness.Gaussian(), new Robustness.Consistency(2, 5, .5),
            new Robustness.Adversarial(.25, Steps: 1, Copies: 1, Warmup: 2)])
            EndsAlike(several with { Robustness = robustness });
    }

    [Fact]
    public void Rows_of_epochs_whose_state_was_never_written_are_dropped_and_the_others_stay_as_they_were()
    {
        string folder = Path.Combine(_folder, "rows"), metrics = Path.Combine(folder, "metrics.tsv");
        using (Interruption interruption = new(2 * Trained.StepsPerEpoch + 1))
        using (TrainingRun run = Trained.Begin(folder, held: Patterned.Images(20, first: 500)))
            Assert.Throws<OperationCanceledException>(() => run.Train(epochs: null, interruption, interruption.Token));
        string[] two = File.ReadAllLines(metrics);
        Assert.Equal(["epoch", "1", "2"], two.Select(line => line.Split('\t')[0]));
        Assert.InRange(double.Parse(two[1].Split('\t')[4]), 0, 1);
        // Killed between row and state, then in the middle of a row.
        File.AppendAllText(metrics, "3\t0.01\t1.5\t0.5000\t0.5000\t1.0\n1");
        using (TrainingRun run = Trained.Begin(folder, held: Patterned.Images(20, first: 500), resume: true))
        {
            Assert.Equal(2, run.EpochsDone);
            Assert.Equal(two, File.ReadAllLines(metrics));
            run.Train(epochs: null, steps: null, default);
        }
        string[] three = File.ReadAllLines(metrics);
        Assert.Equal(two, three[..3]);
        Assert.Equal("3", three[^1].Split('\t')[0]);
    }

    [Fact]
    public void A_training_that_is_done_has_nothing_left_to_do_and_keeps_its_weights()
    {
        ExpertTraining once = With(recipe => recipe with { Epochs = 1 });
        string folder = Path.Combine(_folder, "done");
        byte[] before;
        using (TrainingRun run = Trained.Begin(folder, once))
        {
            run.Train(epochs: null, steps: null, default);
            before = run.Weights(_folder);
        }
        using TrainingRun again = Trained.Begin(folder, once, resume: true);
        again.Train(epochs: null, steps: null, default);
        Assert.Equal(before, again.Weights(_folder));
    }

    [Fact]
    public void Trainings_of_other_seeds_end_with_other_weights_and_a_training_learns()
    {
        byte[] first = Whole("first", Trained.Expert, out double loss),
        second = Whole("second", With(recipe => recipe with { Seed = 12 }), out _);
        Assert.NotEqual(first, second);
        // Ten classes guessed at cost ln 10.
        Assert.InRange(loss, 0, 2.2);
    }

    private static ExpertTraining With(Func<Recipe, Recipe> change) =>
        Trained.Expert with { Recipe = change(Trained.Expert.Recipe) };

    private void EndsAlike(ExpertTraining training)
    {
        byte[] whole = Whole($"whole {training.Description}", training, out _);
        string folder = Path.Combine(_folder, $"interrupted {training.Description}");
        using (Interruption interruption = new(Trained.StepsPerEpoch + 2))
        using (TrainingRun run = Trained.Begin(folder, training))
            Assert.Throws<OperationCanceledException>(() => run.Train(epochs: null, interruption, interruption.Token));
        using TrainingRun resumed = Trained.Begin(folder, training, resume: true);
        Assert.Equal(1, resumed.EpochsDone);
        resumed.Train(epochs: null, steps: null, default);
        Assert.Equal(whole, resumed.Weights(_folder));
    }

    private byte[] Whole(string name, ExpertTraining training, out double lastLoss)
    {
        Losses losses = new();
        using TrainingRun run = Trained.Begin(Path.Combine(_folder, name), training);
        run.Train(losses, steps: null, default);
        lastLoss = losses.Last;
        return run.Weights(_folder);
    }

    private sealed class Losses : IProgress<EpochMetrics>
    {
        public double Last { get; private set; }

        public void Report(EpochMetrics value) => Last = value.Loss;
    }
}
