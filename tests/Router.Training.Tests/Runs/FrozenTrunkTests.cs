using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Training.Runs;

namespace Router.Training.Tests.Runs;

public sealed class FrozenTrunkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-frozen-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_adversary_reaches_the_images_through_a_frozen_trunk_and_the_head_alone_learns()
    {
        string path = Path.Combine(_folder, "start.safetensors");
        using (TrainingRun start = Trained.Begin(Path.Combine(_folder, "start")))
            start.WriteWeights(path);
        Checkpoint before = CheckpointFile.Read(path);
        ExpertTraining training = Trained.Expert with
        {
            Recipe = Trained.Expert.Recipe with { FreezeTrunk = true, Epochs = 1 },
            Robustness = new Robustness.Adversarial(.25, Steps: 1, Copies: 2, Warmup: 0),
        };
        using TrainingRun run = Trained.Begin(Path.Combine(_folder, "run"), training, init: Initial.Of(before));
        run.Train(epochs: null, steps: null, default);
        foreach (NamedTensor after in run.Network.Export())
            Assert.Equal(
                !after.Name.StartsWith("fc.", StringComparison.Ordinal),
                after.Bytes.Span.SequenceEqual(before.Tensors[after.Name].Bytes.Span));
    }
}
