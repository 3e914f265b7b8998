using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// Certificates from votes under drawn grid noise, of linear classifiers whose probabilities and radii are known in
/// closed form.
/// </summary>
public sealed class LinearTests
{
    private const int N = 100;
    private const double Threshold = 99.5;

    // The input whose distance from the threshold is z standard deviations of the noise.
    private static readonly GridInput Input = new(new byte[] { 164, 164 }, 2);

    private static GridNoise NoiseWhere(double z) => new(Math.Round((decimal)((164 - Threshold) / 255 / z), 15));

    [Fact]
    public async Task Certify_over_drawn_noise_claims_too_much_with_probability_alpha_and_no_more()
    {
        double boundary = ClopperPearson.Lower(93, N, Trials.Alpha).Quantile - 1e-9;
        HalfSpaceVoter voter = new(NoiseWhere(boundary), 0, Threshold);
        int failures = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            (_, double radius) = await new Smooth(voter, new((ulong)run, 7)).CertifyAsync(Input, 5, N, Trials.Alpha);
            if (radius > voter.DistanceOf(Input)) failures++;
        }
        Assert.InRange(failures, Trials.FewestNoisy, Trials.MostNoisy);
    }

    [Fact]
    public async Task The_dual_certificate_claims_too_much_with_probability_alpha_at_most()
    {
        (int dual, _, _) = await DualFailures(AlphaLedger.Dual(Trials.Alpha));
        Assert.True(dual <= Trials.MostNoisy, $"{dual} of {Trials.NoisyRuns}");
    }

    [Fact]
    public async Task All_bounds_of_a_dual_certificate_hold_together_with_probability_one_minus_alpha()
    {
        (_, int either, int sum) = await DualFailures(AlphaLedger.Dual(Trials.Alpha));
        // Each stage stands exactly at its boundary, so that the shares are spent: the split is not merely loose.
        Assert.InRange(sum, Trials.FewestNoisy, Trials.MostNoisy);
        Assert.True(either <= Trials.MostNoisy, $"{either} of {Trials.NoisyRuns}");
    }

    [Fact]
    public async Task Control_an_unsplit_alpha_in_the_dual_is_caught()
    {
        (_, int either, _) = await DualFailures(AlphaLedger.Of(
            2 * Trials.Alpha, new AlphaShare(AlphaLedger.Router, Trials.Alpha),
            new AlphaShare(AlphaLedger.Expert, Trials.Alpha)));
        Assert.True(either > Trials.MostNoisy, $"{either} of {Trials.NoisyRuns}");
    }

    // Router and expert look at different coordinates, both at the boundary of their own bound. Counted are dual radii
    // above the true one, certificates of which any bound is wrong, and wrong bounds.
    private static async Task<(int Dual, int Either, int Sum)> DualFailures(AlphaLedger ledger)
    {
        GridNoise noise = NoiseWhere(ClopperPearson.Lower(93, N, ledger[AlphaLedger.Router]).Quantile - 1e-9);
        HalfSpaceVoter router = new(noise, 0, Threshold), expert = new(noise, 1, Threshold);
        double truth = router.DistanceOf(Input);
        int dual = 0, either = 0, sum = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            StageEvidence route = await Certify(router, new((ulong)run, 0), ledger, AlphaLedger.Router);
            StageEvidence answer = await Certify(expert, new((ulong)run, 1), ledger, AlphaLedger.Expert);
            int wrong = (route.Radius > truth ? 1 : 0) + (answer.Radius > truth ? 1 : 0);
            sum += wrong;
            if (wrong > 0) either++;
            if (Dual.Certify(route, answer, ledger, Input.Hash).Radius > truth) dual++;
        }
        return (dual, either, sum);
    }

    private static async Task<StageEvidence> Certify(
        HalfSpaceVoter voter, NoiseStream stream, AlphaLedger ledger, string share)
    {
        SampleCounts counts = new(5, N);
        VoteCounts selection = await Certifier.AskAsync(voter, new(Input, stream, counts.SelectionRange), default);
        VoteCounts estimation = await Certifier.AskAsync(voter, new(Input, stream, counts.EstimationRange), default);
        return StageEvidence.Of(
            "toy", voter.Sigma, StageBounds.AtFixedCount(ledger, estimation, selection, stream), share);
    }

    [Fact]
    public async Task Radii_approach_the_true_distance_from_below()
    {
        GridNoise noise = new(0.25m);
        foreach (double threshold in (double[])[101.5, 140.5, 190.5, 220.5])
        {
            HalfSpaceVoter voter = new(noise, 1, threshold);
            double truth = voter.DistanceOf(Input), previous = 0;
            foreach (int n in (int[])[100, 1000, 10_000, 100_000])
            {
                // α = 1e-8: at any seeds these 16 bounds all hold but with probability 1.6e-7.
                (int? answer, double radius) =
                    await new Smooth(voter, new(2019, 1)).CertifyAsync(Input, 1000, n, alpha: 1e-8);
                Assert.Equal(radius > 0 ? voter.ClassOf(Input) : null, answer);
                Assert.InRange(radius, previous, truth);
                previous = radius;
            }
            // At n = 10⁵ the bound on p lies some 5.6 + 4 standard errors below: √(p(1−p)/n)/φ(z) ≤ .0065 in z here.
            Assert.InRange(previous, truth - 0.065 * 0.25, truth);
        }
    }
}
