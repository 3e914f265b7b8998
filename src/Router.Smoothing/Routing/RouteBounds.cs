using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>
/// For each route j other than the chosen one, the radius X_j within which j cannot become the route.
/// </summary>
/// <param name="Route">The chosen route a.</param>
/// <param name="Radii">X_j ≥ 0 by route; +∞ for the chosen route itself, which limits nothing.</param>
public sealed record RouteBounds(int Route, ImmutableArray<double> Radii)
{
    /// <summary>
    /// The radius within which the route cannot change: the smallest X_j; +∞ where there is no other route.
    /// </summary>
    public double Radius => Radii.Min();

    internal static RouteBounds Of(int route, int routeCount, Func<int, double> radius)
    {
        ImmutableArray<double>.Builder radii = ImmutableArray.CreateBuilder<double>(routeCount);
        for (int j = 0; j < routeCount; j++)
            radii.Add(j == route ? double.PositiveInfinity : radius(j));
        return new(route, radii.MoveToImmutable());
    }
}
