using Router.Engine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Training.Runs;

namespace Router.Training.Tests.Runs;

public sealed class FaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-faults-").FullName;

    private static readonly ExpertTraining Two = With(recipe => recipe with { Epochs = 2 });

    private string State => Path.Combine(_folder, "state.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_holds_a_training_is_refused_without_resume_and_left_as_it_is()
    {
        Train(Two);
        byte[] before = File.ReadAllBytes(State);
        BadInputException fault = Assert.Throws<BadInputException>(() => Trained.Begin(_folder, Two));
        Assert.Equal(
            $"{_folder} holds a training already: take it up with --resume, or train into another folder",
            fault.Message);
        Assert.Equal(before, File.ReadAllBytes(State));
    }

    [Theory]
    [InlineData("metrics.tsv", "step\tloss\n1\t0.5\n")]
    [InlineData("weights.safetensors", "of somebody else")]
    public void A_file_of_somebody_else_in_its_folder_is_not_written_over(string name, string text)
    {
        string file = Path.Combine(Directory.CreateDirectory(_folder).FullName, name);
        File.WriteAllText(file, text);
        foreach (bool resume in (bool[])[false, true])
            Assert.StartsWith($"{file} is there without the training that it is of", Assert.Throws<BadInputException>(
                () => Trained.Begin(_folder, Two, resume: resume)).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
        File.Delete(file);
        // As if it had been killed in its first epoch.
        Trained.Begin(_folder, Two).Dispose();
        using TrainingRun again = Trained.Begin(_folder, Two);
        Assert.Equal(0, again.EpochsDone);
    }

    [Fact]
    public void Other_terms_are_refused_with_both()
    {
        Train(Two);
        foreach (ExpertTraining other in (ExpertTraining[])
            [With(recipe => recipe with { Epochs = 2, LearningRate = .04 }), Two with { Sigma = .5m },
                With(recipe => recipe with { Epochs = 2, Milestones = [1] })])
        {
            BadInputException fault = Assert.Throws<BadInputException>(
                () => Trained.Begin(_folder, other, resume: true));
            Assert.Contains("is a training under other terms", fault.Message, StringComparison.Ordinal);
            Assert.Contains(
                "train into another folder, or take up the same terms", fault.Message, StringComparison.Ordinal);
        }
        using TrainingRun same = Trained.Begin(_folder, Two, resume: true);
        Assert.Equal(2, same.EpochsDone);
    }

    [Fact]
    public void A_state_that_is_damaged_or_none_is_refused_by_name_and_says_the_way_out()
    {
        Train(Two);
        byte[] whole = File.ReadAllBytes(State);
        File.WriteAllBytes(State, whole[..^100]);
        BadInputException fault = Assert.Throws<BadInputException>(() => Trained.Begin(_folder, Two, resume: true));
        Assert.StartsWith(State, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "remove it to begin anew, or train into another folder", fault.Message, StringComparison.Ordinal);
        File.Delete(State);
        using (TrainingRun run = Trained.Begin(Path.Combine(_folder, "weights"), Two))
            run.WriteWeights(State);
        fault = Assert.Throws<BadInputException>(() => Trained.Begin(_folder, Two, resume: true));
        Assert.Contains("is not the state of a training: remove it", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_lacks_what_the_optimizer_remembers_is_refused()
    {
        Train(Two);
        Checkpoint whole = CheckpointFile.Read(State);
        SafeTensors.Write(
            State, whole.Tensors.Values.Where(tensor => tensor.Name != "optimizer.0.momentum_buffer"), whole.Metadata);
        BadInputException fault = Assert.Throws<BadInputException>(() => Trained.Begin(_folder, Two, resume: true));
        Assert.StartsWith($"{State}: optimizer.0.momentum_buffer is missing", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("remove it to begin anew, or train into another folder", fault.Message);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused_with_what_differs_and_leaves_no_state()
    {
        Checkpoint deeper = CheckpointFile.Read(
            Path.Combine(global::Tests.Reference.Root, "models", "cifar10", "noise_0.25.safetensors"));
        InvalidDataException fault = Assert.Throws<InvalidDataException>(
            () => Trained.Begin(
                _folder, With(recipe => recipe with { Architecture = "cifar_resnet26" }), init: Initial.Of(deeper)));
        Assert.StartsWith(
            $"the checkpoint to start from (sha256 {deeper.Sha256}) is of another network than cifar_resnet26: ",
            fault.Message, StringComparison.Ordinal);
        Assert.Contains("layer1.3.conv1.weight is missing", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(State));
        Assert.Contains("cifar_resnetD with D = 6n+2", Assert.Throws<ArgumentException>(() => Trained.Begin(
            _folder, With(recipe => recipe with { Architecture = "vgg16" }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_weights_that_are_not_finite_is_not_started_from()
    {
        Checkpoint sound =
            CheckpointFile.Read(
            Path.Combine(global::Tests.Reference.Root, "models", "cifar10", "noise_0.25.safetensors"));
        Dictionary<string, NamedTensor> tensors = sound.Tensors.ToDictionary();
        tensors["fc.bias"] =
            new("fc.bias", ElementType.Float32, [10], Enumerable.Repeat(BitConverter.GetBytes(float.NaN), 10)
            .SelectMany(bytes => bytes).ToArray());
        InvalidDataException fault =
            Assert.Throws<InvalidDataException>(() =>
            Trained.Begin(_folder, With(recipe => recipe), init: new("00", tensors)));
        Assert.Equal(
            "nothing can be learned from the checkpoint to start from (sha256 00); not finite among its weights: "
            + "fc.bias", fault.Message);
        Assert.False(File.Exists(State));
    }

    [Fact]
    public void A_loss_that_is_no_number_any_more_is_a_fault_with_its_place_and_the_state_before_it_loads()
    {
        // Epoch 1 as it should be, then a rate that no weight survives.
        ExpertTraining rising =
            With(recipe => recipe with { Schedule = Schedule.Step, Milestones = [1], Decay = 1e32, Epochs = 3 });
        using (TrainingRun run = Trained.Begin(_folder, rising))
        {
            BadInputException fault = Assert.Throws<BadInputException>(
                () => run.Train(epochs: null, steps: null, default));
            Assert.Matches(
                @"^the loss is \S+ at epoch 2, step [234] of 4, learning rate 5e\+30: a smaller one would help; "
                + @"the state after epoch 1 is kept$",
                fault.Message);
        }
        using TrainingRun again = Trained.Begin(_folder, rising, resume: true);
        Assert.Equal(1, again.EpochsDone);
        Assert.True(again.Network.IsFinite);
    }

    [Fact]
    public void An_epoch_that_ends_in_weights_that_are_no_numbers_is_not_kept()
    {
        // One step an epoch: the loss of the first is a number, the weights after it are none.
        ExpertTraining single = With(recipe =>
            recipe with { Schedule = Schedule.Constant, LearningRate = 1e38, BatchSize = 128, WeightDecay = 10 });
        using TrainingRun run = Trained.Begin(_folder, single);
        BadInputException fault = Assert.Throws<BadInputException>(() => run.Train(epochs: null, steps: null, default));
        Assert.Contains("a weight is no number after epoch 1", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(State));
    }

    private void Train(ExpertTraining training)
    {
        using TrainingRun run = Trained.Begin(_folder, training);
        run.Train(epochs: null, steps: null, default);
    }

    private static ExpertTraining With(Func<Recipe, Recipe> change) =>
        Trained.Expert with { Recipe = change(Trained.Expert.Recipe) };
}
