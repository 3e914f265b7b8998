using System.Runtime.InteropServices;
using Router.Engine;
using Router.Engine.Architectures;
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
    /// <param name="routes">The routes to come, ascending in σ.</param>
    /// <exception cref="TrainingFault">The checkpoint is no router's, or none of its routes stays.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> For(Checkpoint router, IReadOnlyList<RadiusColumn> routes)
    {
        if (!router.Metadata.TryGetValue(RouteOrder.MetadataKey, out string? written))
            throw new TrainingFault("the checkpoint to add an expert to names no routes: accepted is a router made by "
                + "`dualrs train router` or `dualrs experts import`");
        string[] before = written.Split(',');
        int[] from = [.. routes.Select(route => Array.IndexOf(before, route.Id))];
        if (from.All(row => row < 0))
            throw new TrainingFault($"the router to add an expert to knows {written}, and none of "
                + $"{string.Join(",", routes.Select(route => route.Id))}");
        int[] sources =
            [.. routes.Select((route, k) => from[k] >= 0 ? from[k] : from[Nearest(routes, from, route.Sigma)])];
        string last = CifarShape.Find(router.Architecture ?? "")?.Head[^1] ?? throw new TrainingFault(
            $"the router to add an expert to is of architecture '{router.Architecture}', which is not trained here");
        float[] weight = Floats(router, $"{last}.weight"), bias = Floats(router, $"{last}.bias");
        int width = weight.Length / before.Length;
        float[] wider = [.. sources.SelectMany(row => weight.AsSpan(row * width, width).ToArray())];
        float[] shift = [.. sources.Select((row, k) => bias[row] + (from[k] < 0 ? Reluctance : 0))];
        return new Dictionary<string, NamedTensor>(router.Tensors)
        {
            [$"{last}.weight"] = Tensor($"{last}.weight", [routes.Count, width], wider),
            [$"{last}.bias"] = Tensor($"{last}.bias", [routes.Count], shift),
        };
    }

    // Among the routes that stay, the one whose σ is nearest in ratio.
    private static int Nearest(IReadOnlyList<RadiusColumn> routes, int[] from, decimal sigma) =>
        Enumerable.Range(0, routes.Count).Where(k => from[k] >= 0).MinBy(
            k => Math.Abs(Math.Log((double)(routes[k].Sigma / sigma))));

    private static float[] Floats(Checkpoint router, string name) =>
        MemoryMarshal.Cast<byte, float>(router.Tensors[name].Bytes.Span).ToArray();

    private static NamedTensor Tensor(string name, long[] shape, float[] values) =>
        new(name, ElementType.Float32, [.. shape], MemoryMarshal.AsBytes<float>(values).ToArray());
}
