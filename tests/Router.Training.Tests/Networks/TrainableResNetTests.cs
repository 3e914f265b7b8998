using System.Text.Json;
using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Training.Networks;

namespace Router.Training.Tests.Networks;

/// <summary>
/// The bundled σ = 0.25 expert, taken up for training, against PyTorch in float64 (reference/make_reference.py).
/// </summary>
public sealed class TrainableResNetTests
{
    private const int Images = 6;

    private static readonly JsonElement Reference = ReadReference();

    [Fact]
    public void Network_taken_up_from_a_checkpoint_answers_as_PyTorch_does()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet network = TakeUp(torch.ScalarType.Float32);
        Agree(Reference.GetProperty("inference"), network.Forward(Pixels(), training: false), 1e-4);
    }

    [Fact]
    public void Loss_gradients_and_statistics_of_a_training_step_are_those_of_PyTorch()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet network = TakeUp(torch.ScalarType.Float32);
        torch.Tensor logits = network.Forward(Pixels(), training: true);
        torch.Tensor loss = torch.nn.functional.cross_entropy(logits, torch.arange(Images, torch.ScalarType.Int64));
        loss.backward();
        Agree(Reference.GetProperty("logits"), logits, 1e-4);
        Assert.Equal(Reference.GetProperty("loss").GetDouble(), loss.item<float>(), 1e-4);
        // PyTorch's are in float64. In float32 an activation near zero may fall on its other side, which single
        // gradients see and the whole does not.
        foreach (JsonProperty gradient in Reference.GetProperty("gradients").EnumerateObject())
            Assert.InRange(
                RelativeError(Values(gradient.Value), Values(network.Parameter(gradient.Name).grad!)), 0, 5e-3);
        Dictionary<string, NamedTensor> exported = network.Export().ToDictionary(tensor => tensor.Name);
        foreach (JsonProperty statistic in Reference.GetProperty("statistics").EnumerateObject())
            Agree(statistic.Value, exported[statistic.Name].ToTensor(), 1e-4);
    }

    [Fact]
    public void Frozen_statistics_stay_and_gradients_are_those_of_batch_normalization_by_them()
    {
        using var scope = torch.NewDisposeScope();
        using torch.Generator generator = new(3, torch.CPU);
        using ParameterSet parameters = new(torch.CPU);
        NormalizedConvolution layer = new(parameters, "conv", "bn", 3, 4, size: 3, stride: 2, generator);
        torch.Tensor x = torch.randn([5, 3, 8, 8], generator: generator);
        // Statistics of its own, and an affine part that is not the first one.
        layer.Forward(x, ownStatistics: true);
        Dictionary<string, NamedTensor> before = parameters.Export().ToDictionary(tensor => tensor.Name);
        string[] trained = ["conv.weight", "bn.weight", "bn.bias"];
        torch.Tensor[] leaves = [.. trained.Select(name => before[name].ToTensor().requires_grad_())];
        torch.Tensor expected = torch.nn.functional.batch_norm(
            torch.nn.functional.conv2d(x, leaves[0], null, [2, 2], [1, 1]), before["bn.running_mean"].ToTensor(),
            before["bn.running_var"].ToTensor(), leaves[1], leaves[2], training: false);
        torch.Tensor actual = layer.Forward(x, ownStatistics: false);
        torch.Tensor slope = torch.randn(expected.shape, generator: generator);
        (expected * slope).sum().backward();
        (actual * slope).sum().backward();
        Assert.InRange(RelativeError(Values(expected), Values(actual)), 0, 1e-5);
        foreach ((string name, torch.Tensor leaf) in trained.Zip(leaves))
            Assert.InRange(RelativeError(Values(leaf.grad!), Values(parameters.Named(name).grad!)), 0, 1e-5);
        foreach (NamedTensor after in parameters.Export())
            Assert.Equal(before[after.Name].Bytes.ToArray(), after.Bytes.ToArray());
    }

    [Fact]
    public void A_network_whose_statistics_are_frozen_answers_in_training_as_it_does_in_inference()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet network =
            new("cifar_resnet20", 10, Standard, torch.ScalarType.Float32, torch.CPU, seed: 1) { NormIsFrozen = true };
        network.Load(Bundled().Tensors, warmUp: false);
        Agree(Reference.GetProperty("inference"), network.Forward(Pixels(), training: true), 1e-4);
    }

    [Fact]
    public void BFloat16_gradients_point_where_Float32_ones_do()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet network = TakeUp(torch.ScalarType.BFloat16);
        torch.nn.functional.cross_entropy(
            network.Forward(Pixels(), training: true), torch.arange(Images, torch.ScalarType.Int64)).backward();
        foreach (JsonProperty gradient in Reference.GetProperty("gradients").EnumerateObject())
        {
            double[] truth = Values(gradient.Value), own = Values(network.Parameter(gradient.Name).grad!);
            double cosine = Dot(truth, own) / Math.Sqrt(Dot(truth, truth) * Dot(own, own));
            Assert.True(cosine > .98, $"{gradient.Name}: the cosine is {cosine}");
        }
    }

    [Fact]
    public void Exported_weights_are_those_that_were_taken_up()
    {
        using TrainableResNet network = TakeUp(torch.ScalarType.Float32);
        Checkpoint source = Bundled();
        foreach (NamedTensor tensor in network.Export().Where(tensor => source.Tensors.ContainsKey(tensor.Name)))
            Assert.Equal(source.Tensors[tensor.Name].Bytes.ToArray(), tensor.Bytes.ToArray());
        Assert.Subset(network.Export().Select(tensor => tensor.Name).ToHashSet(), source.Tensors.Keys.ToHashSet());
    }

    [Fact]
    public void Expert_warms_a_router_up_but_for_the_last_layer()
    {
        using TrainableResNet router = Fresh(outputs: 4, torch.ScalarType.Float32);
        byte[] head = router.Export().Single(tensor => tensor.Name == "fc.weight").Bytes.ToArray();
        router.Load(Bundled().Tensors, warmUp: true);
        Dictionary<string, NamedTensor> loaded = router.Export().ToDictionary(tensor => tensor.Name);
        Assert.Equal(head, loaded["fc.weight"].Bytes.ToArray());
        Assert.Equal(
            Bundled().Tensors["layer3.2.conv2.weight"].Bytes.ToArray(),
            loaded["layer3.2.conv2.weight"].Bytes.ToArray());
    }

    [Fact]
    public void Checkpoint_of_another_depth_is_refused_with_every_tensor_that_differs()
    {
        using TrainableResNet deeper =
            new("cifar_resnet26", 10, Standard, torch.ScalarType.Float32, torch.CPU, seed: 1);
        InvalidDataException fault =
            Assert.Throws<InvalidDataException>(() => deeper.Load(Bundled().Tensors, warmUp: true));
        Assert.Contains("layer1.3.conv1.weight is missing", fault.Message);
        Assert.Contains("layer3.3.bn2.running_var is missing", fault.Message);
    }

    [Fact]
    public void Checkpoint_of_a_deeper_network_is_refused_with_every_tensor_that_is_left_over()
    {
        using TrainableResNet shallower =
            new("cifar_resnet14", 4, Standard, torch.ScalarType.Float32, torch.CPU, seed: 1);
        InvalidDataException fault =
            Assert.Throws<InvalidDataException>(() => shallower.Load(Bundled().Tensors, warmUp: true));
        Assert.Contains("layer1.2.conv1.weight is left over", fault.Message);
        Assert.Contains("layer3.2.bn2.running_var is left over", fault.Message);
        Assert.DoesNotContain("fc.", fault.Message);
    }

    [Fact]
    public void Fresh_weights_are_a_matter_of_the_seed_alone()
    {
        static byte[] Stem(ulong seed)
        {
            using TrainableResNet network =
                new("cifar_resnet8", 10, Standard, torch.ScalarType.Float32, torch.CPU, seed);
            return network.Export().First().Bytes.ToArray();
        }
        Assert.Equal(Stem(5), Stem(5));
        Assert.NotEqual(Stem(5), Stem(6));
    }

    private static InputLayer Standard => DatasetFacts.Find("cifar10")!.Standard!;

    private static Checkpoint Bundled() =>
        CheckpointFile.Read(Path.Combine(global::Tests.Reference.Root, "models", "cifar10", "noise_0.25.safetensors"));

    private static TrainableResNet Fresh(int outputs, torch.ScalarType compute) =>
        new("cifar_resnet20", outputs, Standard, compute, torch.CPU, seed: 1);

    private static TrainableResNet TakeUp(torch.ScalarType compute)
    {
        TrainableResNet network = Fresh(outputs: 10, compute);
        network.Load(Bundled().Tensors, warmUp: false);
        return network;
    }

    private static torch.Tensor Pixels()
    {
        float[] pixels = [.. Enumerable.Range(0, Images * 3 * 32 * 32).Select(i =>
            (131 * (i / 3072) + 71 * (i / 1024 % 3) + 17 * (i / 32 % 32) + 29 * (i % 32)) % 256 / 255f)];
        return torch.tensor(pixels, [Images, 3, 32, 32]);
    }

    private static void Agree(JsonElement truth, torch.Tensor actual, double tolerance)
    {
        double[] expected = Values(truth), values = Values(actual);
        double scale = Math.Max(1e-3, expected.Max(Math.Abs));
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - values[i]) <= tolerance * scale,
                $"[{i}] is {values[i]:R}, PyTorch's {expected[i]:R}, the largest {scale:R}");
    }

    private static double RelativeError(double[] truth, double[] own) =>
        Math.Sqrt(truth.Zip(own, (expected, value) => (expected - value) * (expected - value))
            .Sum() / truth.Sum(expected => expected * expected));

    private static double[] Values(JsonElement numbers) =>
        [.. numbers.EnumerateArray().Select(number => number.GetDouble())];

    private static double[] Values(torch.Tensor tensor)
    {
        using torch.Tensor doubles = tensor.detach().to(torch.ScalarType.Float64).contiguous();
        return doubles.data<double>().ToArray();
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static JsonElement ReadReference()
    {
        string path = Path.Combine(
            global::Tests.Reference.Root, "tests", "Router.Training.Tests", "Networks", "reference", "reference.json");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
