using System.Globalization;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Architectures;
using Router.Votes;

namespace Router.Experts.Tests.Loading;

/// <summary>Networks that are asked about the mirror image too: one function, whose logits are the mean.</summary>
public sealed class MirrorTests : IDisposable
{
    private const string S025 = "noise_0.25";
    private static readonly EngineSettings Cpu = new("cpu", torch.ScalarType.Float32, BatchSize: 2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-mirror-");

    public void Dispose() => _folder.Delete(recursive: true);

    private RegistryConfig Config(bool mirror, string more = "", string? checkpoint = null) => BundledRegistry.Single(
        _folder.FullName, checkpoint ?? BundledRegistry.Weights(S025),
        more: (mirror ? "    mirror: true" : "") + more);

    [Fact]
    public void Logits_are_the_mean_of_those_of_the_image_and_of_the_one_with_left_and_right_exchanged()
    {
        ReferenceNetwork reference = ReferenceNetwork.Read("cifar_resnet20");
        int[] shape = reference.InputShape;
        float[] image = Pixels(reference.Input(1)), turned = Turned(image, shape);
        float[] once = Run(image, mirrors: false), other = Run(turned, mirrors: false);
        float[] mean = [.. once.Zip(other, (a, b) => (a + b) * 0.5f)];
        Assert.Equal(mean, Run(image, mirrors: true));
        Assert.Equal(mean, Run(turned, mirrors: true));
        Assert.NotEqual(once, other);
        Assert.Equal(once, Run(image, mirrors: true, asTrained: true));
        foreach ((float expected, float logit) in reference.Logits[1].Zip(once)) Assert.Equal(expected, logit, 1e-4);

        float[] Pixels(byte[] levels)
        {
            float[] pixels = new float[levels.Length];
            new LevelTable(new InputLayer.None(), shape[0], largestNoise: 0).Write(levels, noise: [], pixels);
            return pixels;
        }

        float[] Run(float[] pixels, bool mirrors, bool asTrained = false)
        {
            using BatchEvaluator evaluator = new(
                Architecture.Build("cifar_resnet20", reference.Checkpoint().Tensors, 0.25m, Cpu),
                shape[0], shape[1], shape[2], Cpu, mirrors);
            float[] logits = new float[evaluator.ClassCount];
            evaluator.Run(pixels, logits, asTrained);
            return logits;
        }
    }

    // Channels last, as an evaluator takes them.
    private static float[] Turned(float[] pixels, int[] shape)
    {
        (int channels, int height, int width) = (shape[0], shape[1], shape[2]);
        float[] turned = new float[pixels.Length];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                pixels.AsSpan((y * width + x) * channels, channels)
                    .CopyTo(turned.AsSpan((y * width + width - 1 - x) * channels));
        return turned;
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("int8")]
    public async Task It_is_another_function_with_votes_of_its_own_which_come_again_after_it_left_memory(string type)
    {
        DevicesConfig devices = new() { Dtype = Enum.Parse<ComputeType>(type, ignoreCase: true) };
        using LoadedRegistry plain = BundledRegistry.Load(Config(mirror: false) with { Devices = devices });
        using LoadedRegistry mirrored = BundledRegistry.Load(
            Config(mirror: true, "\n    load: lazy") with { Devices = devices });
        (LoadedNetwork once, LoadedNetwork twice) = (plain.Experts[0], mirrored.Experts[0]);
        Assert.NotEqual(once.Voter.FunctionId, twice.Voter.FunctionId);
        Assert.Equal(["mirror"], twice.Properties.Keys.Except(once.Properties.Keys));
        Assert.Equal("mean of logits", twice.Properties["mirror"]);
        Assert.Equal("cifar_resnet20, mirrored", twice.Config.Structure);
        DatasetFacts cifar = DatasetFacts.Find("cifar10")!;
        Assert.Equal(2 * ForwardCost.Flops(once.Config, cifar), ForwardCost.Flops(twice.Config, cifar));

        VoteRequest request = new(CardProbes.Patterns[3], new(1, 1), new(0, 200));
        VoteCounts votes = await twice.Voter.VoteAsync(request, default);
        Assert.NotEqual((await once.Voter.VoteAsync(request, default)).Counts, votes.Counts);
        await twice.UnloadAsync();
        Assert.Equal(votes.Counts, (await twice.Voter.VoteAsync(request, default)).Counts);
    }

    [Fact]
    public async Task Its_card_is_that_of_its_layers_and_another_one_fails()
    {
        string weights = Path.Combine(_folder.FullName, "s025.safetensors"), card = ModelCard.PathFor(weights);
        File.Copy(BundledRegistry.Weights(S025), weights);
        File.Copy(ModelCard.PathFor(BundledRegistry.Weights(S025)), card);
        Assert.Equal(ProbeVerdict.Passed, await Verdict());
        float first = ModelCardReader.Read(card).Card!.Probe.Patterns!.Logits[0][0];
        File.WriteAllText(card, File.ReadAllText(card).Replace(
            first.ToString(CultureInfo.InvariantCulture), "9.5", StringComparison.Ordinal));
        Assert.Equal(ProbeVerdict.Failed, await Verdict());

        async Task<ProbeVerdict> Verdict()
        {
            using LoadedRegistry registry = BundledRegistry.Load(Config(mirror: true, checkpoint: weights));
            return (await new CardProbes((_, _) => null).RunAsync(registry.Experts[0], 1, accuracyDraws: 1))
                .First(result => result.Probe == "patterns").Verdict;
        }
    }
}
