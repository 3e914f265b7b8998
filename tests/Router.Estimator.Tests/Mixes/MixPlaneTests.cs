using Router.Smoothing;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;

namespace Router.Estimator.Tests.Mixes;

/// <summary>
/// Certificates of g_M on the plane, where g_M is known in closed form. α = 1e-9, so that at any seeds all of them are
/// right.
/// </summary>
public sealed class MixPlaneTests
{
    private static readonly SampleCounts Counts = new(100, 5000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 1e-9);

    // Three classes in strips of three directions; the router's middle strip is the expert that some mixes lack.
    private static readonly StripClassifier[] Experts =
    [
        new(0.25m, 0.3, [0.1, 0.5, 0.55, 1.2], [0, 1, 2, 1, 0]),
        new(0.5m, 1.1, [0.0, 0.9, 1.0], [2, 1, 0, 1]),
        new(1.0m, 2.0, [-0.8, 0.4], [0, 1, 2]),
    ];

    private static readonly StripClassifier Router = new(1.0m, -0.5, [-0.7, 0.6], [0, 1, 2]);

    private static RoutedClassifier Whole(RoutingRule rule) =>
        new("router", PlaneVoter.Of("router", Router),
            [.. Experts.Select((expert, k) => new Route($"e{k}", PlaneVoter.Of($"e{k}", expert)))], rule);

    // g_M by definition: probabilities of the router's outcomes added up by who stands in for whom, then the rule, then
    // the expert.
    private static int Deployed(Restriction restriction, RoutingRule rule, double x, double y)
    {
        double[] routes = new double[restriction.Members.Length];
        double[] all = Router.Probabilities(x, y);
        for (int k = 0; k < all.Length; k++) routes[restriction.Stands[k]] += all[k];
        int route = Array.IndexOf(routes, routes.Max());
        if (rule is RoutingRule.Quantile { Tau: var tau })
        {
            route = 0;
            for (double below = routes[0]; below < (double)tau
                && route < routes.Length - 1; below += routes[route]) route++;
        }
        return Experts[restriction.Members[route]].Smoothed(x, y);
    }

    public static TheoryData<string, bool> Mixes =>
        new() { { "e0,e2", false }, { "e1,e2", false }, { "e0,e1", false }, { "e0,e2", true }, { "e1,e2", true } };

    [Theory]
    [MemberData(nameof(Mixes))]
    public async Task No_point_within_a_certified_radius_has_another_class_under_the_mix(string mix, bool quantile)
    {
        RoutingRule rule = quantile ? new RoutingRule.Quantile(0.4m) : new RoutingRule.MostVoted();
        RoutedClassifier whole = Whole(rule), restricted = whole.Restrict(mix.Split(','));
        Restriction restriction = Restriction.Of(whole.Routes, mix.Split(','));
        int certified = 0, beyond = 0, mistaken = 0;
        foreach (GridInput input in PlaneVoter.Lattice)
        {
            int ClassOf(double x, double y) => Deployed(restriction, rule, x, y);
            Certificate certificate = await restricted.CertifyAsync(input, Plan, SeedSource.FromCaller(1));
            if (certificate.Class is { } answer)
            {
                certified++;
                Assert.Null(PlaneVoter.OtherClass(input, certificate.Radius, answer, ClassOf));
                if (PlaneVoter.OtherClass(input, 1.5 * certificate.Radius, answer, ClassOf) is not null) beyond++;
            }
            Certificate other = await whole.CertifyAsync(input, Plan, SeedSource.FromCaller(1));
            if (other.Class is { } claimed
                && PlaneVoter.OtherClass(input, other.Radius, claimed, ClassOf) is not null) mistaken++;
        }
        // The grid would have seen balls one half too large, and the certificate of another classifier: that of the
        // whole mix.
        Assert.True(certified > 100 && beyond > 30 && mistaken > 3, $"{certified} certified, {beyond} would be false "
            + $"at 1.5 R, {mistaken} of the whole mix are false of this one");
    }

    // On a line: votes for e1 are e0's, so that the route changes at .9, where the other expert names another class.
    // The expert's own bound is far off.
    [Fact]
    public async Task A_false_certificate_of_a_mix_is_no_more_frequent_than_alpha_and_two_per_cent_more_would_be_seen()
    {
        const double Truth = 0.9;
        GridInput origin = new(new byte[] { 0, 0 }, 2);
        (double x, _) = PlaneVoter.PointOf(origin);
        RoutedClassifier restricted = new RoutedClassifier(
            "router", PlaneVoter.Of("router", new(1, 0, [x - 0.5, x + Truth], [0, 1, 2])),
            [
                new("e0", PlaneVoter.Of("e0", new(0.5m, 0, [x + 5], [0, 1]))),
                new("e1", PlaneVoter.Of("e1", new(0.6m, 0, [x + 5], [0, 1]))),
                new("e2", PlaneVoter.Of("e2", new(1, 0, [x - 5], [0, 1]))),
            ]).Restrict(["e0", "e2"]);
        CertificationPlan plan = new(new(20, 3000), new(20, 500), Trials.Alpha) { PeerBudget = 0 };
        int wrong = 0, inflated = 0, limitedByRoute = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            Certificate certificate = await restricted.CertifyAsync(origin, plan, SeedSource.FromCaller((ulong)run));
            if (certificate.Radius > Truth) wrong++;
            if (1.02 * certificate.Radius > Truth) inflated++;
            if (certificate.LimitingStage == Stage.Router) limitedByRoute++;
        }
        Assert.InRange(wrong, 1, Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy, $"{inflated}");
        Assert.True(limitedByRoute > 0.95 * Trials.NoisyRuns, $"{limitedByRoute}");
    }
}
