using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Training.Networks;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Training.Tests.Networks;

public sealed class WidenedRouterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-widened-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Routes_that_stay_keep_their_logits_and_a_new_one_follows_its_neighbour_at_a_distance()
    {
        using var scope = torch.NewDisposeScope();
        using TrainableResNet before = Network(outputs: 2, seed: 1), after = Network(outputs: 4, seed: 2);
        after.Load(WidenedRouter.For(Written(before, "s025,s100"),
            [new("s012", .12m), new("s025", .25m), new("s060", .6m), new("s100", 1m)]), warmUp: false);
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
        after.Load(
            WidenedRouter.For(Written(before, "s100,s025,s050"), [new("s025", .25m), new("s100", 1m)]), warmUp: false);
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
        Assert.Contains(
            "names no routes",
            Assert.Throws<TrainingFault>(() => WidenedRouter.For(Written(network, routes: null), routes)).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "the router to add an expert to knows a,b, and none of s025,s050",
            Assert.Throws<TrainingFault>(() => WidenedRouter.For(Written(network, "a,b"), routes)).Message);
    }

    private Checkpoint Written(TrainableResNet network, string? routes)
    {
        string path = Path.Combine(_folder, "router.safetensors");
        SafeTensors.Write(
            path, network.Export(),
            routes is null ? null : new Dictionary<string, string> { ["arch"] = "cifar_resnet8", ["routes"] = routes });
        return CheckpointFile.Read(path);
    }

    private static TrainableResNet Network(int outputs, ulong seed) =>
        new("cifar_resnet8", outputs, new InputLayer.None(), torch.ScalarType.Float32, torch.CPU, seed);
}
