using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// How often the silence of a cascade's stage is claimed too far at any of its looks, where another class than the one
/// with the most votes comes nearest to its threshold: one share of α pays for all of them (docs/certificates.md,
/// section 5).
/// </summary>
public sealed class CascadeLooksCoverageTests
{
    private const int Runs = 10_000, Selection = 40;
    private const double Share = 0.05;
    private static readonly int Most = BinomialDraws.AtMost(Runs, Share);
    private static readonly long[] Looks = [25, 50, 100, 200, 400];

    // Of the class, and three others. Those of the second come nearest: Φ⁻¹(.3) − Φ⁻¹(.2) = .317.
    private static readonly double[] Shares = [0.35, 0.35, 0.2, 0.1];
    private static readonly Cascade Cascade = new(new Thresholds(0.5m, 0.9m, 0.3m, 0.5m));
    private static readonly double Truth = Normal.Quantile(0.3) - Normal.Quantile(0.2);

    // silence has a fifth of α, in two parts
    private static readonly AlphaLedger Ledger = Cascade.Split(Share * 2 / 0.2);

    private static VoteCounts Draw(NoiseStream stream, long from, long to)
    {
        long[] counts = new long[4];
        for (long sample = from; sample < to; sample++)
        {
            double u = ExactBinomial.Uniform(stream, sample, 0);
            int label = 0;
            while (label < 3 && (u -= Shares[label]) > 0) label++;
            counts[label]++;
        }
        return new([.. counts], 0, new(from, to), new("toy"));
    }

    // The largest silence that any look claims.
    private static int Failures(Func<StageBounds, VoteCounts, double> silence, double scale = 1)
    {
        int failures = 0;
        for (int run = 0; run < Runs; run++)
        {
            NoiseStream stream = new((ulong)run, 1);
            StageBounds bounds = new(
                new BoundFamily.Mixture(), Ledger, stream, Draw(stream, 0, Selection), Looks[^1]);
            double most = 0;
            foreach (long look in Looks)
            {
                VoteCounts votes = Draw(stream, Selection, Selection + look);
                most = Math.Max(most, silence(bounds.Look(votes), votes));
            }
            if (most * scale > Truth) failures++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{failures} of {Runs}, {Most} are allowed");
        return failures;
    }

    private static double Proved(StageBounds bounds, VoteCounts votes) =>
        CascadeEvidence.Of(Cascade, 0, 0, "toy", 1, bounds).SilenceRadius;

    [Fact]
    public void Silence_is_false_at_any_look_no_more_often_than_its_share() =>
        Assert.InRange(Failures(Proved), 20, Most);

    [Fact]
    public void Half_as_much_again_would_be_seen() => Assert.True(Failures(Proved, scale: 1.5) > Most);

    // Bounds at a fixed count, looked at five times.
    [Fact]
    public void Control_bounds_that_hold_at_one_look_alone_are_caught() => Assert.True(Failures((_, votes) =>
    {
        double Term(int other) => Cascade.At(0).Quantile(other)
            - Cohen.UpperBound(other, votes, Ledger[AlphaLedger.Silence]).Quantile;
        return Enumerable.Range(1, 3).Min(Term);
    }) > Most);

    // The class that is the most voted other one for the moment, whatever its threshold.
    [Fact]
    public void Control_a_rival_chosen_by_votes_is_caught() => Assert.True(Failures((bounds, votes) =>
    {
        int rival = Enumerable.Range(1, 3).MaxBy(other => votes.Counts[other]);
        return Cascade.At(0).Quantile(rival) - bounds.Upper(AlphaLedger.Silence, rival).Quantile;
    }) > Most);
}
