using System.Collections.Immutable;

namespace Router.Training.Targets;

/// <summary>
/// What a router learns (Sun, Mao, Vechev 2026): for each image softmax_i(R_c(x, σ_i)/T), the radii R_c of its true
/// class, and the route of the largest of them.
/// </summary>
/// <param name="Routes">The experts, ascending in σ.</param>
/// <param name="Images">Ascending in their index.</param>
public sealed record RouteTargets(ImmutableArray<RadiusColumn> Routes, ImmutableArray<RouteTarget> Images)
{
    /// <summary>
    /// Softens radii. An image with radius 0 everywhere belongs to the smallest σ, its label being certain.
    /// </summary>
    /// <param name="radii">The radii.</param>
    /// <param name="temperature">T > 0 in [0,1] pixels: radii this far apart are e-fold apart.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not above 0.</exception>
    public static RouteTargets Of(TrueRadii radii, double temperature) =>
        temperature > 0 && double.IsFinite(temperature)
            ? new(radii.Experts, [.. radii.Images.Select(image => new RouteTarget(
                image.Index, image.Label, image.Radii,
                image.IsHopeless ? Certainly(0, image.Radii.Length) : Softmax(image.Radii, temperature),
                image.Radii.IndexOf(image.Radii.Max())))])
            : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a temperature is above 0");

    /// <summary>q_i: the share of images whose best route is i.</summary>
    public ImmutableArray<double> Shares =>
        [.. Routes.Select((_, route) => (double)Images.Count(image => image.Best == route) / Images.Length)];

    private static ImmutableArray<double> Certainly(int route, int routes) =>
        [.. Enumerable.Range(0, routes).Select(i => i == route ? 1.0 : 0)];

    // Less the largest: no exponential overflows, whatever the temperature.
    private static ImmutableArray<double> Softmax(ImmutableArray<double> radii, double temperature)
    {
        double largest = radii.Max();
        double[] weights = [.. radii.Select(radius => Math.Exp((radius - largest) / temperature))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}

/// <summary>What a router learns of one image.</summary>
/// <param name="Index">Its index in the data set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Radii">R_c(x, σ_i) per route, in [0,1] pixels.</param>
/// <param name="Soft">The distribution over the routes.</param>
/// <param name="Best">The route of the largest radius; among equals the smallest σ.</param>
public sealed record RouteTarget(
    int Index, int Label, ImmutableArray<double> Radii, ImmutableArray<double> Soft, int Best);
