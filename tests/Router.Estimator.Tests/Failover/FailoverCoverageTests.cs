using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests.Failover;

/// <summary>
/// How often the certificate that is given is false where an adversary, having seen the votes, decides whether the
/// routed expert fails. Probabilities lie where the bounds fail as often as they may at all of α: P[route] and, under
/// the expert that goes on, P[class].
/// </summary>
public sealed class FailoverCoverageTests
{
    private const int N = 10_000;
    private static readonly SampleCounts Counts = new(20, N);
    private static readonly CertificationPlan Plan = new(Counts, Counts, Trials.Alpha) { PeerBudget = 0 };
    private static readonly GridInput Input = new(new byte[] { 1, 2 }, 2);
    private static readonly double Routed = ClopperPearson.Lower(8200, N, 0.45 * Trials.Alpha).Value * (1 - 1e-9);
    private static readonly double GoingOn = ClopperPearson.Lower(9200, N, Trials.Alpha).Value * (1 - 1e-9);

    // g's route changes at s·Φ⁻¹(P), to an expert that names another class; alone, that expert holds its class up to
    // σ·Φ⁻¹(P).
    private static readonly double Truth = Normal.Quantile(Routed);
    private static readonly double TruthOfRest = 0.5 * Normal.Quantile(GoingOn);

    private static RoutedClassifier Classifier(Func<VoteRequest, bool> fails, Func<VoteCounts, VoteCounts> seen)
    {
        ScriptedVoter router = BinomialVoter.Of("router", 1, Routed), a = BinomialVoter.Of("a", 1, 0.9999);
        router.Answer = seen;
        a.Fails = fails;
        return new("router", router, [new("a", a), new("b", BinomialVoter.Of("b", 0.5m, GoingOn))]);
    }

    // The adversary lets expert a answer where the bound on its route is too large, and has it fail otherwise: it
    // always takes its better chance.
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public async Task A_false_certificate_is_no_more_frequent_than_alpha_whatever_the_adversary_lets_fail(
        double reserved)
    {
        VoteCounts? last = null;
        double share = Plan.FailureProbability * (1 - reserved) * 0.45;
        bool Fails(VoteRequest request) =>
            last is { Total: N } votes && Cohen.Radius(1, Cohen.LowerBound(0, votes, share)) <= Truth;
        FailoverClassifier classifier = new(
            Classifier(Fails, votes => last = votes), new FailoverPolicy.Reroute(reserved, []));
        int wrong = 0, wrongAfterFailure = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            var answer = (CertificationAnswer.Certified)await classifier.CertifyAsync(
                Input, Plan, SeedSource.FromCaller((ulong)run));
            if (answer.Certificate.Radius <= (answer.Failed is null ? Truth : TruthOfRest)) continue;
            wrong++;
            if (answer.Failed is not null) wrongAfterFailure++;
        }
        Assert.InRange(wrong, 1, Trials.MostNoisy);
        Assert.InRange(wrongAfterFailure, 1, (int)(reserved * Trials.MostNoisy) + 60);
    }

    // The same range for both mixes and all of α for each: the adversary gives whichever certificate is false. (With α
    // split, a range that is used twice would be sound as well, by the union bound; a fresh one makes the second
    // certificate hold whatever is known of the first.)
    [Fact]
    public async Task Control_one_range_and_all_of_alpha_for_both_mixes_is_caught()
    {
        RoutedClassifier whole = Classifier(_ => false, votes => votes), rest = whole.Restrict(["b"]);
        int wrong = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            SeedSource seeds = SeedSource.FromCaller((ulong)run);
            if ((await whole.CertifyAsync(Input, Plan, seeds)).Radius > Truth
                || (await rest.CertifyAsync(Input, Plan, seeds)).Radius > TruthOfRest) wrong++;
        }
        Assert.True(wrong > Trials.MostNoisy, $"{wrong}");
    }
}
