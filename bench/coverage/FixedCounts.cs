using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using static Coverage.Bench.Worlds;

namespace Coverage.Bench;

/// <summary>Certificates at a registered n. The control is the same radius, two per cent too large.</summary>
internal static class FixedCounts
{
    private const string Inflated = "radius × 1.02";

    private static readonly RoutingRule[] Rules =
        [new RoutingRule.MostVoted(), new RoutingRule.Quantile(0.3m), new RoutingRule.Biased(0.2, -0.3)];

    public static IEnumerable<Experiment> All => [Single(), .. Rules.SelectMany(OfRule), .. Cascades(), Prediction()];

    private static Experiment Single()
    {
        double p = AtBound(9000, Alpha);
        return Of("single", new(new Route("a", Voter("a", ExpertSigma, p))), CertificateKind.Dual, ClassRadius(p));
    }

    private static IEnumerable<Experiment> OfRule(RoutingRule rule)
    {
        string name = rule.Kind;
        double route = AtBound(8200, rule.Split(CertificateKind.Dual, 2, Alpha)[AlphaLedger.Router]);
        yield return Of(
            $"dual, {name}: the route limits", Routed(rule, route, 0.99999, 0.5), CertificateKind.Dual,
                RouteRadius(rule, route));
        double expert = AtBound(9000, rule.Split(CertificateKind.Dual, 2, Alpha)[AlphaLedger.Expert]);
        yield return Of(
            $"dual, {name}: the expert limits", Routed(rule, RouterAt(rule, 2), expert, 0.5), CertificateKind.Dual,
                ClassRadius(expert));
        // Either bound too large makes the certificate false.
        double peer = AtBound(9400, rule.Split(CertificateKind.Exclusion, 2, Alpha)[AlphaLedger.Peer]), both =
            ClassRadius(peer);
        yield return Of(
            $"exclusion, {name}: route and peer limit", Routed(rule, RouterAt(rule, both), 0.99999, peer),
                CertificateKind.Exclusion, both);
    }

    // The first stage has σ = 1, the second ½; classes are lost to another where x has moved.
    private static IEnumerable<Experiment> Cascades()
    {
        const decimal Tau = 0.7m;
        const double OfAnswers = Alpha * 0.8 / 2, OfSilence = Alpha * 0.2 / 2;
        double tau = Normal.Quantile((double)Tau);
        Experiment Cascade(string limit, double first, double second, double truth) => Of(
            $"cascade: {limit}", new([new("first", Voter("first", 1, first)),
                new("second", Voter("second", 0.5m, second))], new Cascade(Tau)),
            CertificateKind.Exclusion, truth);
        double answer = AtBound(9000, OfAnswers), rival = ClopperPearson.Upper(4000, N, OfSilence).Value * (1 + 1e-9),
            later = AtBound(8500, OfAnswers);
        yield return Cascade("the answer limits", answer, 0.001, Normal.Quantile(answer) - tau);
        yield return Cascade("silence limits", 1 - rival, 0.9999, tau - Normal.Quantile(rival));
        yield return Cascade("a later stage limits", 0.72, later, ClassRadius(later));
    }

    // Two classes tie: whatever is answered may be wrong. The control asks again until it gets an answer, at most three
    // times.
    private static Experiment Prediction()
    {
        RoutedClassifier tie = new(new Route("a", Voter("a", ExpertSigma, 0.5)));
        async Task<bool> AnswersAsync(int seed) =>
            (await tie.PredictAsync(Input, 1001, Alpha, SeedSource.FromCaller((ulong)seed))).Class is not null;
        return new("prediction at a tie", "asked three times", async run =>
        {
            bool first = await AnswersAsync(3 * run);
            return new(first, first || await AnswersAsync(3 * run + 1) || await AnswersAsync(3 * run + 2));
        });
    }

    private static Experiment Of(string name, RoutedClassifier classifier, CertificateKind kind, double truth)
    {
        CertificationPlan plan = Plan(kind);
        return new(name, Inflated, async run =>
        {
            double radius = (await classifier.CertifyAsync(Input, plan, SeedSource.FromCaller((ulong)run))).Radius;
            return new(radius > truth, 1.02 * radius > truth);
        });
    }
}
