using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// A deployed classifier in closed form, in one or two dimensions around x = 0. Expert k answers 1 on a half-space,
/// else 0, so its smoothed class at x is known from the sign of v·x − β. The router's base classifier cuts space by
/// parallel half-spaces, h(x) = #{i : w·x > t_i}, or (four routes) by two orthogonal ones, so that every P_k(x) is a
/// difference or a product of Φ.
/// </summary>
internal sealed class HalfSpaceWorld
{
    public required RoutingRule Rule { get; init; }

    public required decimal RouterSigma { get; init; }

    /// <summary>w; in the orthogonal form, the first of two normals.</summary>
    public required (double X, double Y) RouterNormal { get; init; }

    /// <summary>Ascending t_i; in the orthogonal form two of them, one per normal.</summary>
    public required ImmutableArray<double> Thresholds { get; init; }

    public bool Orthogonal { get; init; }

    public required ImmutableArray<(double X, double Y, double Beta, decimal Sigma)> Experts { get; init; }

    public int Routes => Experts.Length;

    /// <summary>Random half-spaces; the rule, the dimension and the number of routes are given.</summary>
    public static HalfSpaceWorld Random(
        Func<int, Uniforms, RoutingRule> rule, int dimensions, int routes, Uniforms random)
    {
        (double, double) Direction()
        {
            if (dimensions == 1) return (random.Below(2) == 0 ? 1 : -1, 0);
            double angle = random.Between(0, 2 * Math.PI);
            return (Math.Cos(angle), Math.Sin(angle));
        }

        bool orthogonal = dimensions == 2 && routes == 4 && random.Below(2) == 0;
        decimal sigma = (decimal)Math.Round(random.Between(0.3, 1.5), 2);
        double[] thresholds = [.. Enumerable.Range(0, orthogonal ? 2 : routes - 1)
            .Select(_ => (double)sigma * random.Between(-1.5, 1.5))];
        if (!orthogonal) Array.Sort(thresholds);
        return new()
        {
            Rule = rule(routes, random),
            RouterSigma = sigma,
            RouterNormal = Direction(),
            Thresholds = [.. thresholds],
            Orthogonal = orthogonal,
            Experts =
            [
                .. Enumerable.Range(0, routes).Select(_ =>
                {
                    ((double x, double y), decimal expertSigma) = (
                        Direction(), (decimal)Math.Round(random.Between(0.1, 1), 2));
                    return (x, y, random.Between(-1, 1) - 0.5, expertSigma);
                }),
            ],
        };
    }

    /// <summary>P_k(x) of every route.</summary>
    public Probability[] RouteProbabilities(double x, double y)
    {
        double s = (double)RouterSigma;
        double Along(int i) => (Orthogonal && i == 1 ? RouterNormal.X * y - RouterNormal.Y * x : RouterNormal.X * x
            + RouterNormal.Y * y) - Thresholds[i];
        if (Orthogonal)
            return [.. Enumerable.Range(0, 4).Select(k => Probability.Of(
                Normal.Cdf((k / 2 == 1 ? 1 : -1) * Along(0) / s) * Normal.Cdf((k % 2 == 1 ? 1 : -1) * Along(1) / s)))];
        Probability[] probabilities = new Probability[Routes];
        for (int k = 0; k < Routes; k++)
            probabilities[k] = k == 0 ? Phi(-Along(0) / s)
                : k == Routes - 1 ? Phi(Along(k - 1) / s)
                : Probability.Of(Math.Max(0, Normal.Cdf(-Along(k) / s) - Normal.Cdf(-Along(k - 1) / s)));
        return probabilities;
    }

    /// <summary>F_k(x), the probability of a route ≤ k.</summary>
    public Probability Cumulative(int k, Probability[] routes)
    {
        double below = routes[..(k + 1)].Sum(p => p.Value), above = routes[(k + 1)..].Sum(p => p.Value);
        return below < above ? Probability.Of(below) : Probability.FromComplement(above);
    }

    /// <summary>ρ(x) by definition.</summary>
    public int RouteAt(double x, double y)
    {
        Probability[] routes = RouteProbabilities(x, y);
        if (Rule is RoutingRule.Quantile { Tau: var tau })
            return Enumerable.Range(0, Routes)
                .First(k => k == Routes - 1 || Cumulative(k, routes).Value >= (double)tau);
        double[] scores = [.. routes.Select(
            (p, k) => p.Quantile + (Rule is RoutingRule.Biased biased ? biased.Bias[k] : 0))];
        return Array.IndexOf(scores, scores.Max());
    }

    /// <summary>Expert k's smoothed class at x.</summary>
    public int ClassOf(int k, double x, double y) => Experts[k].X * x + Experts[k].Y * y > Experts[k].Beta ? 1 : 0;

    /// <summary>g(x).</summary>
    public int ClassAt(double x, double y) => ClassOf(RouteAt(x, y), x, y);

    /// <summary>
    /// The exclusion radius at 0 from the true probabilities, and what limits it; with peers, or without any.
    /// </summary>
    public (double Radius, Stage Stage, int? Route) Certify(bool peers)
    {
        Probability[] p = RouteProbabilities(0, 0);
        int a = RouteAt(0, 0), c = ClassOf(a, 0, 0);
        RouteBounds bounds = RouteBounds.Of(a, Routes, j => Rule switch
        {
            RoutingRule.Quantile quantile => j > a
                ? quantile.RadiusAbove(RouterSigma, Cumulative(j - 1, p))
                : quantile.RadiusBelow(RouterSigma, Cumulative(j, p)),
            RoutingRule.Biased biased =>
                RoutingRule.Biased.Radius(RouterSigma, p[a], p[j], biased.Bias[a] - biased.Bias[j]),
            _ => RoutingRule.MostVoted.Radius(RouterSigma, p[a], p[j]),
        });
        return Exclusion.Radius(RadiusOf(a, c), bounds,
            [.. Enumerable.Range(0, Routes).Select(j => peers && j != a ? RadiusOf(j, c) : (double?)null)]);
    }

    private double RadiusOf(int k, int label)
    {
        double ahead = (label == 1 ? -1 : 1) * Experts[k].Beta / (double)Experts[k].Sigma;
        return Cohen.Radius(Experts[k].Sigma, Phi(ahead));
    }

    private static Probability Phi(double z) => new(Normal.Cdf(z), Normal.Tail(z));
}
