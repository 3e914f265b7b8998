using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Training.Targets;

namespace Router.Training.Objectives;

/// <summary>
/// Which routes are good at which radius: route i at radius ρ where its expert holds the true class out to ρ. A routed
/// system that may change its route among good ones only is right on the whole ball (docs/certificates.md, section 3),
/// so this is all a router has to know.
/// </summary>
internal static class GoodRoutes
{
    /// <summary>How likely it is that R_c(x, σ) ≥ ρ.</summary>
    /// <param name="image">What its experts answered.</param>
    /// <param name="route">The route.</param>
    /// <param name="sigma">σ of its expert.</param>
    /// <param name="radius">ρ ≥ 0.</param>
    /// <returns>
    /// Of votes k of n the posterior P[p ≥ Φ(ρ/σ)] = P[Bin(n + 1, Φ(ρ/σ)) ≤ k] of a probability about which nothing was
    /// known; of a given radius 1 or 0.
    /// </returns>
    public static double Chance(ImageRadii image, int route, decimal sigma, double radius)
    {
        if (image.Votes.IsEmpty) return image.Radii[route] > 0 && image.Radii[route] >= radius ? 1 : 0;
        double needed = Normal.Cdf(radius / (double)sigma), rest = Normal.Tail(radius / (double)sigma);
        long votes = image.Votes[route];
        return rest == 0 ? 0
            : votes == image.Draws ? 1 - Math.Pow(needed, image.Draws + 1)
            : 1 - Math.Exp(BinomialTail.AtLeast(votes + 1, image.Draws + 1, needed, rest).LnProbability);
    }

    /// <summary>The chances of every image: [image][radius][route], row-major.</summary>
    public static float[] Table(TrueRadii targets, ImmutableArray<double> radii)
    {
        int routes = targets.Experts.Length;
        float[] chances = new float[targets.Images.Length * radii.Length * routes];
        Parallel.For(0, targets.Images.Length, i =>
        {
            for (int r = 0; r < radii.Length; r++)
                for (int k = 0; k < routes; k++)
                    chances[(i * radii.Length + r) * routes + k] =
                        (float)Chance(targets.Images[i], k, targets.Experts[k].Sigma, radii[r]);
        });
        return chances;
    }
}
