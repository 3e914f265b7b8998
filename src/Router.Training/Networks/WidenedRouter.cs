using Router.Engine;
using Router.Engine.Architectures;
using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Training.Networks;

/// <summary>
/// A router taken up for another mix: what it knows of routes that stay is kept, a route that is new begins as its
/// neighbour in σ.
/// </summary>
public static class WidenedRouter
{
    // e^-2: a route that is new is taken seldom until it has learned when.
    private const float Reluctance = -2;

    /// <summary>The weights of a router, its last layer rearranged for other routes.</summary>
    /// <param name="router">The checkpoint; its metadata names the routes it was trained on.</param>
    /// <param name="architecture">What is trained: the router's own.</param>
    /// <param name="routes">The routes to come, ascending in σ.</param>
    /// <exception cref="BadInputException">
    /// The checkpoint is no router's or another architecture's, or none of its routes stays.
    /// </exception>
    public static Initial For(Checkpoint router, string architecture, IReadOnlyList<RadiusColumn> routes)
    {
        if (!router.Metadata.TryGetValue(RouteOrder.MetadataKey, out string? written))
            throw new BadInputException(
                "the checkpoint to add an expert to names no routes: accepted is a router made by "
                + "`dualrs train router` or `dualrs experts import`");
        string[] before = written.Split(',');
        int[] from = [.. routes.Select(route => Array.IndexOf(before, route.Id))];
        if (from.All(row => row < 0))
            throw new BadInputException($"the router to add an expert to knows {written}, and none of "
                + $"{string.Join(",", routes.Select(route => route.Id))}");
        CheckArchitecture(router.Architecture, architecture);
        string last = CifarShape.Find(architecture)!.Head[^1];
        using var scope = torch.NewDisposeScope();
        torch.Tensor weight = Layer(router, $"{last}.weight", before), bias = Layer(router, $"{last}.bias", before);
        torch.Tensor rows = torch.tensor([.. routes.Select(
            (route, k) => (long)(from[k] >= 0 ? from[k] : from[Nearest(routes, from, route.Sigma)]))]);
        torch.Tensor shift = torch.tensor([.. from.Select(row => row < 0 ? Reluctance : 0)]);
        return new(router.Sha256, new Dictionary<string, NamedTensor>(router.Tensors)
        {
            [$"{last}.weight"] = weight.index_select(0, rows).ToNamed($"{last}.weight"),
            [$"{last}.bias"] = bias.index_select(0, rows).Plus(shift).ToNamed($"{last}.bias"),
        }) { HasHead = true };
    }

    // Of another, layers of the head would begin at random.
    private static void CheckArchitecture(string? stated, string trained)
    {
        if (stated is not null && CifarShape.Find(stated) != CifarShape.Find(trained))
            throw new BadInputException(
                $"the router to add an expert to is of architecture '{stated}', and '{trained}' "
                + $"is trained: what it knows is kept in its own, --architecture {stated}");
    }

    // Among the routes that stay, the one whose σ is nearest in ratio.
    private static int Nearest(IReadOnlyList<RadiusColumn> routes, int[] from, decimal sigma) =>
        Enumerable.Range(0, routes.Count).Where(k => from[k] >= 0).MinBy(
            k => Math.Abs(Math.Log((double)(routes[k].Sigma / sigma))));

    // [routes, …] in Float32, whatever the file keeps.
    private static torch.Tensor Layer(Checkpoint router, string name, string[] routes)
    {
        NamedTensor layer = router.Tensors.GetValueOrDefault(name) ?? throw new BadInputException(
            $"the router to add an expert to has no {name}: it is of another --architecture");
        return layer.Shape.Length > 0 && layer.Shape[0] == routes.Length
            ? layer.ToTensor().to(torch.ScalarType.Float32)
            : throw new BadInputException(
                $"the router to add an expert to names {routes.Length} routes, but its {name} is "
                + string.Join('×', layer.Shape));
    }
}
