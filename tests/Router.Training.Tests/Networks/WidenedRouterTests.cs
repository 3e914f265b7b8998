using Router.Engine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Training.Networks;
using Router.Training.Runs;
using Router.Training.Targets;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Networks;

public sealed class WidenedRouterTests : IDisposable
{
    private const string Architecture = "cifar_resnet8";

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-widened-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Routes_that_stay_keep_their_logits_and_a_new_one_follows_its_neighbour_at_a_distance()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet before = Network(outputs: 2, seed: 1), after = Network(outputs: 4, seed: 2);
        after.Load(WidenedRouter.For(Written(before, "s025,s100"), Architecture,
            [new("s012", .12m), new("s025", .25m), new("s060", .6m), new("s100", 1m)]).Tensors, warmUp: false);
        torch.Tensor pixels = torch.rand([5, 3, 32, 32]);
        torch.Tensor old = before.Forward(pixels, training: false), grown = after.Forward(pixels, training: false);
        int[] neighbour = [0, 0, 1, 1];
        float[] shift = [-2, 0, -2, 0];
        for (int route = 0; route < 4; route++)
            Assert.InRange(
                (grown.select(1, route) - old.select(1, neighbour[route]) - shift[route]).abs().max().ToDouble(), 0,
                1e-6);
    }

    [Fact]
    public void Routes_may_go_and_change_their_order_too()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet before = Network(outputs: 3, seed: 1), after = Network(outputs: 2, seed: 2);
        after.Load(WidenedRouter.For(Written(before, "s100,s025,s050"), Architecture,
            [new("s025", .25m), new("s100", 1m)]).Tensors, warmUp: false);
        torch.Tensor pixels = torch.rand([3, 3, 32, 32]);
        torch.Tensor old = before.Forward(pixels, training: false), kept = after.Forward(pixels, training: false);
        Assert.Equal(0, (kept.select(1, 0) - old.select(1, 1)).abs().max().ToDouble());
        Assert.Equal(0, (kept.select(1, 1) - old.select(1, 0)).abs().max().ToDouble());
    }

    [Fact]
    public void A_checkpoint_that_names_no_routes_or_none_that_stays_is_refused()
    {
        using TrainableResNet network = Network(outputs: 2, seed: 1);
        RadiusColumn[] routes = [new("s025", .25m), new("s050", .5m)];
        Assert.Contains("names no routes", Refusal(Written(network, routes: null), routes), StringComparison.Ordinal);
        Assert.Equal(
            "the router to add an expert to knows a,b, and none of s025,s050",
            Refusal(Written(network, "a,b"), routes));
    }

    [Fact]
    public void A_router_of_another_architecture_or_of_other_outputs_than_its_routes_is_refused()
    {
        using TrainableResNet network = Network(outputs: 2, seed: 1);
        RadiusColumn[] routes = [new("s025", .25m), new("s050", .5m)];
        Assert.Equal(
            "the router to add an expert to is of architecture 'cifar_resnet8', and 'cifar_resnet8_mlp16' is trained: "
            + "what it knows is kept in its own, --architecture cifar_resnet8",
            Refusal(Written(network, "s025,s100"), routes, "cifar_resnet8_mlp16"));
        Assert.Equal(
            "the router to add an expert to has no fc.4.weight: it is of another --architecture",
            Refusal(Written(network, "s025,s100", architecture: null), routes, "cifar_resnet8_mlp16"));
        Assert.Equal(
            "the router to add an expert to names 3 routes, but its fc.weight is 2×64",
            Refusal(Written(network, "s025,s050,s100"), routes));
    }

    [Theory]
    [InlineData(torch.ScalarType.Float64, ElementType.Float64)]
    [InlineData(torch.ScalarType.Float16, ElementType.Float16)]
    public void A_router_that_is_kept_in_another_element_type_is_taken_up_with_its_values(
        torch.ScalarType type, ElementType kept)
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet network = Network(outputs: 2, seed: 1);
        Dictionary<string, NamedTensor> tensors = network.Export().ToDictionary(tensor => tensor.Name);
        torch.Tensor bias = tensors["fc.bias"].ToTensor().to(type);
        foreach (string name in (string[])["fc.weight", "fc.bias"])
            tensors[name] = new(
                name, kept, tensors[name].Shape, tensors[name].ToTensor().to(type).bytes.ToArray());
        Initial widened = WidenedRouter.For(
            Written(tensors.Values, "s025,s100", Architecture), Architecture, [new("s100", 1m), new("s025", .25m)]);
        Assert.Equal(
            bias.to(torch.ScalarType.Float32).data<float>().Reverse(),
            widened.Tensors["fc.bias"].ToTensor().data<float>());
    }

    [Fact]
    public void A_widened_router_is_taken_up_with_its_head_or_not_at_all()
    {
        using TrainableResNet network = Network(outputs: 2, seed: 1);
        Initial widened = WidenedRouter.For(
            Written(network, "s025,s100"), Architecture, [new("s025", .25m), new("s050", .5m), new("s100", 1m)]);
        Assert.True(widened.HasHead);
        TrueRadii targets = new(
            [new("s025", .25m), new("s100", 1m)],
            [.. Enumerable.Range(0, 8).Select(i => new ImageRadii(i, i % 10, [.1, 2]))]);
        RouterTraining training = new()
        {
            Sigma = 1m, Input = new InputLayer.None(),
            Recipe = new() { Architecture = Architecture, Epochs = 1, BatchSize = 8 },
        };
        Assert.Contains("fc.weight is 3×64, not 2×64", Assert.Throws<InvalidDataException>(() => training.Begin(
            Path.Combine(_folder, "run"), targets, Patterned.Images(8), held: null, widened, resume: false, "cpu",
            TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static string Refusal(Checkpoint router, RadiusColumn[] routes, string architecture = Architecture) =>
        Assert.Throws<BadInputException>(() => WidenedRouter.For(router, architecture, routes)).Message;

    private Checkpoint Written(
        TrainableResNet network, string? routes, string? architecture = Architecture) =>
        Written(network.Export(), routes, architecture);

    private Checkpoint Written(IEnumerable<NamedTensor> tensors, string? routes, string? architecture)
    {
        string path = Path.Combine(_folder, "router.safetensors");
        Dictionary<string, string> metadata = [];
        if (architecture is not null) metadata["arch"] = architecture;
        if (routes is not null) metadata["routes"] = routes;
        SafeTensors.Write(path, tensors, metadata);
        return CheckpointFile.Read(path);
    }

    private static TrainableResNet Network(int outputs, ulong seed) =>
        new(Architecture, outputs, new InputLayer.None(), torch.ScalarType.Float32, torch.CPU, seed);
}
