using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Bounds;

/// <summary>
/// Coverage at α = .05, with the true probability where a decision would change, in 10 000 runs of seeded Philox words
/// per case. The verdict is the Clopper–Pearson bound on the rate of misses at 1e-6: a bound that holds would be
/// accused with probability ≤ 1e-6 per case. Each control breaks one rule of docs/certificates.md, section 4, and must
/// be accused by the same verdict.
/// </summary>
public class SequenceCoverageTests
{
    private const int Runs = 10_000, Horizon = 1000;
    private const double Alpha = 0.05, FalseAlarm = 1e-6;

    private static readonly ImmutableArray<long> Looks = [.. Enumerable.Range(1, 10).Select(k => 100L * k)];

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.9375)]
    public void A_mixture_holds_under_every_stopping_rule(double p)
    {
        BetaMixture sequence = new(Alpha), informed = new(Alpha, 0.5 + 100 * p, 0.5 + 100 * (1 - p));
        long[] rejects = Rejections(sequence.Lower, p), informedRejects = Rejections(informed.Lower, p);
        // Stops when the radius of a probability a little below the true one is proved; then it fails if it proved too
        // much.
        long[] reaches = Rejections(sequence.Lower, p - 0.02);
        int peeking = 0, informedPeeking = 0, atTarget = 0, atDeadline = 0, atLuck = 0;
        Simulate(p, seed: 1, (path, deadline) =>
        {
            peeking += Any(path, rejects);
            informedPeeking += Any(path, informedRejects);
            int reached = First(path, reaches), luckiest = 1;
            atTarget += reached > 0 && path[reached] >= rejects[reached] ? 1 : 0;
            atDeadline += path[deadline] >= rejects[deadline] ? 1 : 0;
            // An adversary's deadline: where successes ran furthest ahead of their mean.
            for (int t = 2; t <= Horizon; t++)
                if ((path[t] - p * t) * Math.Sqrt(luckiest) > (path[luckiest] - p * luckiest) * Math.Sqrt(t))
                    luckiest = t;
            atLuck += path[luckiest] >= rejects[luckiest] ? 1 : 0;
        });
        AssertHolds(peeking, "peeking at every draw");
        AssertHolds(informedPeeking, "peeking at every draw, a and b from elsewhere");
        AssertHolds(atTarget, "stopping when a radius is reached");
        AssertHolds(atDeadline, "stopping at a deadline");
        AssertHolds(atLuck, "stopping at the luckiest moment");
        Assert.True(peeking > Runs / 200, $"the simulation sees no misses to speak of: {peeking}");
    }

    [Fact]
    public void A_schedule_holds_at_all_of_its_looks_and_an_unsplit_alpha_does_not()
    {
        LookSchedule schedule = new(Looks, Alpha);
        long[] split = Rejections(schedule.Lower, 0.5, Looks);
        long[] unsplit = Rejections((successes, draws) => ClopperPearson.Lower(successes, draws, Alpha), 0.5, Looks);
        int misses = 0, control = 0;
        Simulate(0.5, seed: 2, (path, _) =>
        {
            misses += Any(path, split);
            control += Any(path, unsplit);
        });
        AssertHolds(misses, "a schedule");
        AssertAccused(control, "an unsplit α");
    }

    [Fact]
    public void Peeking_at_Clopper_Pearson_does_not_hold()
    {
        long[] rejects = Rejections(
            (successes, draws) => draws == 0 ? Probability.Zero : ClopperPearson.Lower(successes, draws, Alpha), 0.5);
        int peeking = 0, atDeadline = 0;
        Simulate(0.5, seed: 3, (path, _) =>
        {
            peeking += Any(path, rejects);
            atDeadline += path[Horizon] >= rejects[Horizon] ? 1 : 0;
        });
        AssertAccused(peeking, "peeking at Clopper–Pearson");
        AssertHolds(atDeadline, "Clopper–Pearson at its registered count");
    }

    [Fact]
    public void A_randomised_bound_misses_exactly_alpha_and_a_W_that_is_rolled_again_misses_more()
    {
        const int draws = 40;
        const double p = 0.9375;
        int once = 0, again = 0, plain = 0;
        for (int run = 0; run < Runs; run++)
        {
            NoiseStream stream = new((ulong)run, 4);
            long successes = Enumerable.Range(0, draws).Count(i => stream.Uniform(i, 0) < p * 18446744073709551616.0);
            plain += Misses(ClopperPearson.Lower(successes, draws, Alpha));
            int first = Misses(new RandomisedClopperPearson(draws, Alpha, stream).Lower(successes, draws));
            once += first;
            again += first == 1 ? 1 : Misses(
                new RandomisedClopperPearson(draws, Alpha, stream with { Id = 5 }).Lower(successes, draws));
        }
        AssertHolds(once, "a randomised bound");
        AssertHolds(Runs - once, "its converse: it is exact", 1 - Alpha);
        AssertHolds(plain, "the plain bound");
        AssertAccused(again, "the better of two W");

        static int Misses(Probability bound) => bound.Value > p ? 1 : 0;
    }

    [Fact]
    public void Two_sided_bounds_claim_no_radius_at_a_tie_of_two_classes()
    {
        const int draws = 300;
        double[] cumulative = [0.4375, 0.875, 0.9375, 1];
        AlphaLedger halves = AlphaLedger.Of(Alpha, new(AlphaLedger.Expert, Alpha / 2),
            new AlphaShare(AlphaLedger.OtherClass, Alpha / 2, cumulative.Length - 1));
        VoteCounts selection = new([1, 0, 0, 0], 0, new(-1, 0), FunctionId.Of([]));
        int misses = 0;
        for (int run = 0; run < Runs; run++)
        {
            long[] counts = new long[cumulative.Length];
            NoiseStream stream = new((ulong)run, 6);
            for (int i = 0; i < draws; i++)
                counts[Array.FindIndex(cumulative, c => stream.Uniform(i, 0) < c * 18446744073709551616.0)]++;
            // The radius rises with the lead: below 3 % of n it is 0 and needs no bounds.
            if (counts[0] - counts[1] <= draws * 3 / 100) continue;
            VoteCounts estimation = new([.. counts], 0, new(0, draws), FunctionId.Of([]));
            StageBounds bounds = new StageBounds(new BoundFamily.FixedCount(), halves, stream, selection, draws)
                .Look(estimation);
            misses += StageEvidence.Of("expert", 1, bounds).Radius > 0 ? 1 : 0;
        }
        AssertHolds(misses, "two-sided bounds");
    }

    // The least number of successes after t draws at which the bound is above p: bounds rise in the successes, so this
    // is all of it.
    private static long[] Rejections(
        Func<long, long, Probability> lower, double p, IReadOnlyCollection<long>? looks = null)
    {
        long[] least = new long[Horizon + 1];
        Array.Fill(least, long.MaxValue);
        long from = 0;
        foreach (long t in looks ?? [.. Enumerable.Range(1, Horizon).Select(t => (long)t)])
        {
            for (; from <= t; from++)
                if (lower(from, t).Value > p)
                {
                    least[t] = from;
                    break;
                }
            from = Math.Min(from, t);
        }
        return least;
    }

    private static int Any(long[] path, long[] least) => First(path, least) > 0 ? 1 : 0;

    private static int First(long[] path, long[] least)
    {
        for (int t = 1; t <= Horizon; t++)
            if (path[t] >= least[t])
                return t;
        return -1;
    }

    // path[t] = successes among the first t draws; p must be a multiple of 2⁻³².
    private static void Simulate(double p, ulong seed, Action<long[], int> run)
    {
        long[] path = new long[Horizon + 1];
        uint threshold = checked((uint)(p * (1L << 32)));
        for (uint index = 0; index < Runs; index++)
        {
            for (int t = 1; t <= Horizon; t += 4)
            {
                (uint a, uint b, uint c, uint d) = Philox4x32.Block(((uint)t, index, 0, 0), seed);
                path[t] = path[t - 1] + (a < threshold ? 1 : 0);
                path[t + 1] = path[t] + (b < threshold ? 1 : 0);
                path[t + 2] = path[t + 1] + (c < threshold ? 1 : 0);
                path[t + 3] = path[t + 2] + (d < threshold ? 1 : 0);
            }
            run(path, 1 + (int)(Philox4x32.Block((0, index, 1, 0), seed).X0 % Horizon));
        }
    }

    private static void AssertHolds(int misses, string what, double alpha = Alpha)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {misses} of {Runs}");
        Assert.True(!Accused(misses, alpha), $"{what} misses {misses} of {Runs} times at α = {alpha}");
    }

    private static void AssertAccused(int misses, string what)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"control, {what}: {misses} of {Runs}");
        Assert.True(Accused(misses, Alpha),
            $"{what} should miss more often than α = {Alpha}, but {misses} of {Runs} do not show it");
    }

    private static bool Accused(int misses, double alpha) =>
        ClopperPearson.Lower(misses, Runs, FalseAlarm).Value > alpha;
}
