using System.Collections.Immutable;
using Router.Training.Runs;

namespace Router.Training.Targets;

/// <summary>What becomes of an image on which no expert certifies the true class.</summary>
public enum Hopeless
{
    /// <summary>It is left out, as in the paper.</summary>
    Drop,

    /// <summary>It belongs to the smallest σ, the label being certain.</summary>
    SmallestSigma,
}

/// <summary>
/// What a router learns (Sun, Mao, Vechev 2026): for each image softmax_i(R_c(x, σ_i)/T), the radii R_c of its true
/// class, and the route of the largest of them.
/// </summary>
/// <param name="Routes">The experts, ascending in σ.</param>
/// <param name="Images">Ascending in their index.</param>
/// <param name="HopelessCount">Images with radius 0 everywhere, dropped or not.</param>
public sealed record RouteTargets(
    ImmutableArray<RadiusColumn> Routes, ImmutableArray<RouteTarget> Images, int HopelessCount)
{
    /// <summary>Softens radii.</summary>
    /// <param name="radii">The radii.</param>
    /// <param name="temperature">T > 0 in [0,1] pixels: radii this far apart are e-fold apart.</param>
    /// <param name="hopeless">What becomes of images with radius 0 everywhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">T is not above 0.</exception>
    /// <exception cref="TrainingFault">No image is left.</exception>
    public static RouteTargets Of(TrueRadii radii, double temperature, Hopeless hopeless)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "a temperature is above 0");
        ImmutableArray<RouteTarget> images =
        [
            .. radii.Images
                .Where(image => hopeless != Hopeless.Drop || !IsHopeless(image))
                .Select(image => new RouteTarget(
                    image.Index, image.Label, image.Radii,
                    IsHopeless(image) ? Certainly(0, image.Radii.Length) : Softmax(image.Radii, temperature),
                    image.Radii.IndexOf(image.Radii.Max()))),
        ];
        return images.Length > 0
            ? new(radii.Experts, images, radii.Images.Count(IsHopeless))
            : throw new TrainingFault($"no expert certifies the true class of any of {radii.Images.Length} images: "
                + $"there is nothing to route by");
    }

    /// <summary>q_i: the share of images whose best route is i.</summary>
    public ImmutableArray<double> Shares =>
        [.. Routes.Select((_, route) => (double)Images.Count(image => image.Best == route) / Images.Length)];

    private static bool IsHopeless(ImageRadii image) => image.Radii.All(radius => radius == 0);

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
