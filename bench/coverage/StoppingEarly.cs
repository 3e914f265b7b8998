using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using static Coverage.Bench.Worlds;

namespace Coverage.Bench;

/// <summary>
/// Plans that stop on what they see. The control reads Clopper–Pearson, at all of α, wherever the plan looks.
/// </summary>
internal static class StoppingEarly
{
    private static readonly double Boundary = AtBound(9000, Alpha);
    private static readonly double Truth = ClassRadius(Boundary);

    private static readonly RoutingRule MostVoted = new RoutingRule.MostVoted();

    // A target just beyond the truth: reached only where a bound is too large.
    private static readonly SamplingPlan
        Target = SamplingPlan.Adaptive(Counts, Counts, new() { Target = Truth + 1e-6, Futility = 1e-6 }),
        Resolution = SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = 0.02 }),
        Schedule = SamplingPlan.Scheduled(100, new(300, 1000, 3000, N),
            new() { Target = Truth + 1e-6, Futility = 1e-6 });

    public static IEnumerable<Experiment> All =>
    [
        Of("single, mixture, to a target", Alone, Target, CertificateKind.Dual),
        Of("single, mixture, to a resolution", Alone, Resolution, CertificateKind.Dual),
        Of("single, schedule, to a target", Alone, Schedule, CertificateKind.Dual),
        Of("dual, mixture, to a target", Routed(MostVoted, RouterAt(MostVoted, 2 * Truth), Boundary, 0.5), Target,
            CertificateKind.Dual),
        Of("exclusion, mixture: route and peer limit", Routed(MostVoted, RouterAt(MostVoted, Truth), 0.9999, Boundary),
            Target, CertificateKind.Exclusion),
        Of("exclusion, quantile, schedule: route and peer limit",
            Routed(Median, RouterAt(Median, Truth), 0.9999, Boundary), Schedule, CertificateKind.Exclusion),
    ];

    private static RoutedClassifier Alone => new(new Route("a", Voter("a", ExpertSigma, Boundary)));

    private static RoutingRule.Quantile Median => new(0.5m);

    private static Experiment Of(string name, RoutedClassifier classifier, SamplingPlan sampling, CertificateKind kind)
    {
        CertificationPlan plan = new(sampling, Alpha) { Kind = kind, TwoSided = false };
        IVoter peeking = Voter("peeking", ExpertSigma, Boundary);
        return new(name, "peeking at Clopper–Pearson", async run =>
        {
            SeedSource seeds = SeedSource.FromCaller((ulong)run);
            double radius = (await classifier.CertifyAsync(Input, plan, seeds)).Radius;
            return new(radius > Truth, await PeeksAsync(peeking, (ulong)run));
        });
    }

    private static async Task<bool> PeeksAsync(IVoter voter, ulong seed)
    {
        ChunkGrowth growth = new(100, 2, Multiple: 1);
        SampleRange range = new(0, 0);
        for (long drawn = 0, successes = 0; drawn < N; drawn = range.To)
        {
            range = range.Next(growth.After(drawn, N) - drawn);
            successes += (await voter.VoteAsync(new(Input, RoutedClassifier.ExpertStream(seed, 0), range),
                CancellationToken.None)).Counts[0];
            if (Cohen.Radius(ExpertSigma, ClopperPearson.Lower(successes, range.To, Alpha)) > Truth) return true;
        }
        return false;
    }
}
