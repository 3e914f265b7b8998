using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Training.Batches;
using Router.Training.Networks;
using Router.Training.Runs;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Runs;

/// <summary>One network for several σ, which it sees: trained at once, served as several experts.</summary>
public sealed class SeveralSigmasTests : IDisposable
{
    private static readonly ExpertTraining Several = Trained.Expert with
    {
        Sigma = .12m, AlsoAt = [.5m, 1m],
        Recipe = Trained.Expert.Recipe with { Architecture = "cifar_resnet8_sigma", Epochs = 2 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-sigmas-").FullName;
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_served_at_each_sigma_answers_as_what_was_trained_and_each_is_a_function_of_its_own()
    {
        using TrainingRun run = Trained.Begin(Path.Combine(_folder, "run"), Several);
        run.Train(epochs: null, steps: null, default);
        run.WriteWeights(Path.Combine(_folder, "one.safetensors"));
        string entries = string.Concat(Several.Noise.Sigmas.Select(sigma => string.Create(
            CultureInfo.InvariantCulture,
            $"  - {{ id: s{sigma}, sigma: {sigma}, architecture: cifar_resnet8_sigma, input: standardize, ")
            + "checkpoint: one.safetensors }\n"));
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "experts.yaml"),
            $"dataset: cifar10\nrouting: {{ kind: cascade }}\nexperts:\n{entries}",
            TestContext.Current.CancellationToken);
        using LoadedRegistry registry = new RegistryLoader(Machine.Detect(threads: 1)).Load(
            RegistryReader.Read(Path.Combine(_folder, "experts.yaml")).Config!, batch: 4);
        torch.Tensor pixels = torch.tensor(
            ProbePatterns.Levels(1).Select(level => level / 255f).ToArray(), [1L, 3L, 32L, 32L]);
        List<float[]> answers = [];
        foreach (LoadedNetwork expert in registry.Experts)
        {
            float[] served = (await expert.LogitsAsync([new(ProbePatterns.Levels(1), 3, 32, 32)]))[0];
            using IDisposable plain = torch.no_grad();
            torch.Tensor trained = run.Network.Forward(
                pixels, training: false, NoiseLevels.Of(expert.Config.Sigma).PerImage(1, copies: 1, torch.CPU));
            for (int k = 0; k < served.Length; k++) Assert.Equal(trained[0, k].ToSingle(), served[k], 1e-4);
            answers.Add(served);
        }
        Assert.True(answers[0].Zip(answers[2]).Max(pair => Math.Abs(pair.First - pair.Second)) > 1e-2);
        Assert.Equal(3, registry.Experts.Select(expert => expert.Voter.FunctionId).Distinct().Count());
        Assert.Single(registry.Experts.Select(expert => expert.Properties["weights"]).Distinct());
    }

    [Fact]
    public void Held_out_images_are_measured_under_each_sigma_and_their_mean_is_told()
    {
        using TrainingRun run = Trained.Begin(
            Path.Combine(_folder, "held"), Several, held: Patterned.Images(40, first: 500));
        run.Train(epochs: null, steps: null, default);
        string[][] rows =
            [.. File.ReadLines(Path.Combine(_folder, "held", "metrics.tsv")).Select(row => row.Split('\t'))];
        Assert.Equal(["validation_0.12", "validation_0.5", "validation_1"], rows[0][6..]);
        double[] shares = [.. rows[2][6..].Select(share => double.Parse(share, CultureInfo.InvariantCulture))];
        Assert.Equal(shares.Average(), double.Parse(rows[2][4], CultureInfo.InvariantCulture), 1e-4);
        Assert.Equal(shares[1], run.Measure(Patterned.Images(40, first: 500), epoch: 2, .5m), 1e-4);
    }

    [Fact]
    public void A_network_that_sees_sigma_begins_as_the_one_it_starts_from_and_sigma_changes_nothing_yet()
    {
        using TrainingRun run = Trained.Begin(
            Path.Combine(_folder, "plain"), Trained.Expert with { Recipe = Trained.Expert.Recipe with { Epochs = 1 } });
        run.Train(epochs: null, steps: null, default);
        run.WriteWeights(Path.Combine(_folder, "plain.safetensors"));
        Checkpoint plain = CheckpointFile.Read(Path.Combine(_folder, "plain.safetensors"));
        using TrainingRun warm = Trained.Begin(Path.Combine(_folder, "warm"), Several, init: Initial.Of(plain));
        torch.Tensor pixels = torch.rand([2, 3, 32, 32], generator: new(5, torch.CPU));
        using IDisposable without = torch.no_grad();
        torch.Tensor before = run.Network.Forward(pixels, training: false);
        foreach (decimal sigma in Several.Noise.Sigmas)
            Assert.InRange((before - warm.Network.Forward(pixels, training: false,
                NoiseLevels.Of(sigma).PerImage(2, copies: 1, torch.CPU))).abs().max().ToDouble(), 0, 1e-5);
    }

    [Fact]
    public void A_network_that_sees_sigma_does_not_answer_untold()
    {
        using TrainableResNet network = new(
            "cifar_resnet8_sigma", 10, new InputLayer.None(), torch.ScalarType.Float32, torch.CPU, seed: 1);
        Assert.Contains("sees σ", Assert.Throws<ArgumentException>(
            () => network.Forward(torch.zeros(1, 3, 32, 32), training: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_sigmas_are_not_trained_for_a_mix()
    {
        ExpertTraining asked = Several with { Robustness = new Robustness.Consistency(2, 5, .5),
            ForMix = new(Trained.Targets, new()) };
        Assert.Contains("at one σ, not at 0.12, 0.5 and 1 in turn", Assert.Throws<BadInputException>(
            () => Trained.Begin(Path.Combine(_folder, "mix"), asked)).Message, StringComparison.Ordinal);
    }
}
