using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// Every number that a registry, a command line or a request may hold, at the ends of its range and all together: a
/// radius is a number.
/// </summary>
public sealed class EdgeOfRangeTests
{
    private const decimal Least = 1e-28m;

    private static readonly GridInput Input = new(new byte[] { 1 }, 1);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(1);
    private static readonly double[][] OfRouters =
        [[1, 0, 0], [0, 0, 1], [0.5, 0.5, 0], [0.999, 0.001, 0]];
    private static readonly double[][] OfExperts = [[0, 0, 1], [0.5, 0.5, 0]];

    private static readonly RoutingRule[] Rules =
    [
        new RoutingRule.MostVoted(),
        .. ((decimal[])[Least, 0.5m, 1 - Least]).Select(tau => new RoutingRule.Quantile(tau)),
        .. ((double[][])[[100, -100, 0], [-100, 100, 100], [-0.0, double.Epsilon, 0]]).Select(bias =>
            new RoutingRule.Biased([.. bias])),
    ];

    public static TheoryData<decimal, double, int> Ends
    {
        get
        {
            TheoryData<decimal, double, int> ends = [];
            foreach (decimal sigma in (decimal[])[Least, GridThresholds.MaxSigma])
                foreach (double alpha in (double[])[AlphaLedger.LeastAsked, 0.5])
                    foreach (int n in (int[])[1, 1000, (int)ClopperPearson.MaxDraws])
                        ends.Add(sigma, alpha, n);
            return ends;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_radius_is_finite_and_not_below_zero_and_a_class_is_named_where_it_is_above(
        decimal sigma, double alpha, int n)
    {
        SampleCounts counts = new(10, n);
        int certified = 0;
        foreach (RoutedClassifier classifier in Classifiers(sigma))
            foreach (SamplingPlan sampling in Plans(counts).Take(classifier.Cascade is null ? int.MaxValue : 1))
                foreach (CertificationPlan plan in (CertificationPlan[])
                [
                    new(sampling, alpha) { Kind = CertificateKind.Dual },
                    new(sampling, alpha) { Kind = CertificateKind.Exclusion, Reserved = 0.99 * alpha },
                ])
                    if (Check(await classifier.CertifyAsync(Input, plan, Seeds))) certified++;
        Assert.Equal(n > 1, certified > 0);
    }

    private static IEnumerable<RoutedClassifier> Classifiers(decimal sigma)
    {
        foreach (double[] router in OfRouters)
            foreach (double[] expert in OfExperts)
            {
                ImmutableArray<Route> routes =
                    [.. ((decimal[])[Least, sigma, sigma]).Select((own, k) =>
                    new Route($"e{k}", new ScriptedVoter($"e{k}", own, expert)))];
                foreach (RoutingRule rule in Rules)
                    yield return new("router", new ScriptedVoter("router", sigma, router), routes, rule);
                yield return new(routes, new Cascade(0.5m, 1 - Least));
                yield return new(routes[^1]);
            }
    }

    private static IEnumerable<SamplingPlan> Plans(SampleCounts counts)
    {
        yield return SamplingPlan.Fixed(counts, counts);
        yield return SamplingPlan.Adaptive(counts, counts,
            new() { Target = double.MaxValue, Resolution = double.MaxValue, Futility = 0.5 });
        yield return SamplingPlan.Adaptive(counts, counts,
            new() { Target = double.Epsilon, Resolution = double.Epsilon, Futility = double.Epsilon }, new(1, 1e6));
    }

    private static bool Check(Certificate certificate)
    {
        Assert.True(certificate.Radius is >= 0 and < double.PositiveInfinity && !double.IsNegative(certificate.Radius),
            $"{certificate}");
        Assert.Equal(certificate.Radius == 0, certificate.Class is null);
        foreach (double radius in (double[])[certificate.RouteRadius, certificate.Expert?.Radius ?? 0,
            .. certificate.Peers.Select(peer => peer.Radius)])
            Assert.True(radius >= 0 && !double.IsNegative(radius), $"{radius} of {certificate}");
        Assert.True(TowardZero.ToSingle(certificate.Radius) <= certificate.Radius);
        Assert.Equal(certificate.Class is null, TowardZero.ToSingle(certificate.Radius) == 0);
        return certificate.Class is not null;
    }
}
