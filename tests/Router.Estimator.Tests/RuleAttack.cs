using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// Sets the routing by the votes behind a record. The router's base classifier cuts a line into intervals of equal
/// probability, so that every F_k moves with x as fast as it may; expert k answers k everywhere. True radii are known,
/// and some τ makes the true radius nearly 0.
/// </summary>
internal static class RuleAttack
{
    /// <summary>α of every certificate.</summary>
    public const double Alpha = 0.05;

    private const int RouteCount = 32;

    private static readonly SampleCounts Counts = new(2000, 8000);
    private static readonly CertificationPlan Plan =
        new(Counts, Counts, Alpha) { Kind = CertificateKind.Dual, TwoSided = false };
    private static readonly double[] Edges =
        [.. Enumerable.Range(1, RouteCount - 1).Select(k => (double)k / RouteCount)];

    /// <summary>
    /// Whether the certificate under the chosen rule is false; null where the votes told of no rule to choose.
    /// </summary>
    /// <param name="index">Which input, from 0.</param>
    /// <param name="seeds">Whose seeds: those of the daemon that is attacked.</param>
    public static async Task<bool?> SucceedsAsync(int index, SeedSource seeds)
    {
        GridInput input = new(BitConverter.GetBytes(index), 4);
        Certificate first = await Deployed(0.5m).CertifyAsync(input, Plan, seeds);
        return await ChosenAsync(input, first.Route!) is { } chosen
            ? IsFalse(await Deployed(chosen).CertifyAsync(input, Plan, seeds), chosen)
            : null;
    }

    // The first τ, just above a true F_k, whose certificate would be false on the votes that the record has told. Only
    // an F_k that these votes are far from is worth a try.
    private static async Task<decimal?> ChosenAsync(GridInput input, StageEvidence told)
    {
        long sum = 0;
        for (int k = 0; k < Edges.Length; k++)
        {
            sum += told.Estimation.Counts[k];
            double error = Math.Sqrt(Counts.Estimation * Edges[k] * (1 - Edges[k]));
            if (Math.Abs(sum - Edges[k] * Counts.Estimation) < 2 * error) continue;
            decimal tau = (decimal)Edges[k] + 0.0001m;
            RoutedClassifier foreseen = Deployed(tau, told.Stream.Seed);
            if (IsFalse(await foreseen.CertifyAsync(input, Plan, SeedSource.FromCaller(0)), tau)) return tau;
        }
        return null;
    }

    private static RoutedClassifier Deployed(decimal tau, ulong? known = null) => new(
        "router", Even(known),
            [.. Enumerable.Range(0, RouteCount)
                .Select(k => new Route($"e{k}", ScriptedVoter.Sure($"sure {k}", k, RouteCount, sigma: 1)))],
            new RoutingRule.Quantile(tau));

    private static bool IsFalse(Certificate certificate, decimal tau)
    {
        int route = 0;
        while (route < Edges.Length && Edges[route] < (double)tau) route++;
        double at = Normal.Quantile((double)tau);
        double below = route == 0 ? double.PositiveInfinity : at - Normal.Quantile(Edges[route - 1]);
        double above = route == Edges.Length ? double.PositiveInfinity : Normal.Quantile(Edges[route]) - at;
        return certificate.Class is { } label && (label != route || certificate.Radius > Math.Min(below, above));
    }

    // With a known seed, its votes are computed beforehand, whatever is asked.
    private static ScriptedVoter Even(ulong? known) => new(
        "even", 1, RouteCount,
        (stream, sample) => (int)((stream with { Seed = known ?? stream.Seed }).Uniform(sample, 0) >> 59))
    {
        FunctionId = new("even"),
    };
}
