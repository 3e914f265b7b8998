using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// How often certificates are false of an expert that keeps votes back, in a world where every probability is known:
/// <see cref="SureHalfSpace"/>. The controls read the same votes as if passes were votes for the class, or as if they
/// had not been drawn.
/// </summary>
public sealed class PassCoverageTests
{
    private const int N = 100, Selection = 20, Within = 20;
    private const double Boundary = 99.5;
    private static readonly GridInput Input = new(new byte[] { 150 }, 1);

    // The levels from the input to where the smoothed classifier changes its class, and to where it is half sure.
    private const double ToTheOther = 150 - Boundary, ToHalf = ToTheOther - Within;

    public static TheoryData<string> Controls => ["for the class", "not drawn"];

    // σ at which the input is z standard deviations from the level at that distance.
    private static GridNoise NoiseWhere(double levels, double z) => new(Math.Round((decimal)(levels / 255 / z), 15));

    private static VoteCounts Honest(VoteCounts votes, int label) => votes;

    private static VoteCounts Misread(string control, VoteCounts votes, int label)
    {
        ImmutableArray<long> counts = votes.Counts;
        return control == "not drawn"
            ? new(counts, votes.Undecided, votes.Range with { To = votes.Range.To - votes.Passed }, votes.FunctionId)
            : new(counts.SetItem(label, counts[label] + votes.Passed), votes.Undecided, votes.Range, votes.FunctionId);
    }

    // From both sides: g is the more probable of the two, wherever the passes lie between them.
    [Fact]
    public async Task A_two_sided_radius_is_false_with_probability_alpha_at_most_and_its_ball_holds_the_class_alone()
    {
        (int failures, double mean) = await TwoSidedFailures(Honest);
        Assert.True(failures <= Trials.MostNoisy, $"{failures} of {Trials.NoisyRuns}");
        // Not for want of radius: with few votes for the class, since few are for the other.
        Assert.True(mean > 0.3 * ToTheOther / 255, $"{mean}");
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Control_a_two_sided_radius_of_passes_misread_is_caught(string control)
    {
        (int failures, _) = await TwoSidedFailures((votes, label) => Misread(control, votes, label));
        Assert.True(failures > Trials.MostNoisy, $"{failures} of {Trials.NoisyRuns}");
    }

    private static async Task<(int Failures, double MeanRadius)> TwoSidedFailures(
        Func<VoteCounts, int, VoteCounts> read)
    {
        GridNoise noise = NoiseWhere(ToTheOther, 1);
        SureHalfSpace network = new(noise, Boundary);
        PassingVoter expert = new(network, SureHalfSpace.Within(Within));
        AlphaLedger ledger = AlphaLedger.Single(Trials.Alpha).WithOtherClasses(2);
        int failures = 0;
        double sum = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            StageEvidence evidence = await CertifyAsync(expert, new((ulong)run, 1), ledger, read);
            sum += evidence.Radius;
            // The point of the ball, on its border, that is the nearest to the other class.
            double border = 150 - 255 * evidence.Radius * (evidence.Selected == 1 ? 1 : -1) * (1 - 1e-9);
            if (evidence.Radius > 0 && network.Probability(evidence.Selected, border, Within)
                < network.Probability(1 - evidence.Selected, border, Within))
                failures++;
        }
        return (failures, sum / Trials.NoisyRuns);
    }

    // A first stage that answers while half of its votes are for the class, then one that always answers another.
    [Fact]
    public async Task A_cascade_is_false_as_often_as_the_share_of_the_bound_that_limits_it_and_no_more()
    {
        double share = Trials.Alpha * 0.8 / 2;
        int failures = await CascadeFailures(Honest);
        Assert.InRange(failures, (int)(0.6 * share * Trials.NoisyRuns), Trials.MostNoisy);
    }

    [Theory]
    [MemberData(nameof(Controls))]
    public async Task Control_a_cascade_of_passes_misread_is_caught(string control)
    {
        int failures = await CascadeFailures((votes, label) => Misread(control, votes, label));
        Assert.True(failures > Trials.MostNoisy, $"{failures} of {Trials.NoisyRuns}");
    }

    private static async Task<int> CascadeFailures(Func<VoteCounts, int, VoteCounts> read)
    {
        Cascade cascade = new(0.5m);
        AlphaLedger ledger = cascade.Split(Trials.Alpha);
        double z = ClopperPearson.Lower(90, N, ledger[AlphaLedger.Expert]).Quantile - 1e-9;
        SureHalfSpace network = new(NoiseWhere(ToHalf, z), Boundary);
        PassingVoter first = new(network, SureHalfSpace.Within(Within));
        int failures = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            (VoteCounts selection, VoteCounts estimation) = await DrawAsync(first, new((ulong)run, 1));
            if (!cascade.Accepts(0, selection)) continue;
            int label = selection.MostVoted;
            CascadeEvidence answer = CascadeEvidence.Of(
                cascade, 0, label, "first", first.Sigma, StageBounds.AtFixedCount(
                    ledger, read(estimation, label), selection, new((ulong)run, 1)));
            double radius = CascadeCertificate.Certify(cascade, [answer], 0, ledger, Input.Hash).Radius;
            double border = 150 - 255 * radius * (1 - 1e-9);
            if (radius > 0 && (label == 0 || network.Probability(1, border, Within) < 0.5)) failures++;
        }
        return failures;
    }

    // The first stage is silent while less than half of its votes are for the other class, however few are for this.
    [Fact]
    public async Task Silence_is_false_as_often_as_its_share_and_no_more_and_a_tenth_more_would_be_seen()
    {
        AlphaLedger ledger = new Cascade(0.5m).Split(Trials.Alpha * 10);
        double upper = ClopperPearson.Upper(20, N, ledger[AlphaLedger.Silence]).Quantile + 1e-9;
        // The other class is 1 here: the input lies short of where it has half of the votes.
        double boundary = 150 + 30 - Within - 0.5, truth = boundary + Within - 150;
        SureHalfSpace network = new(NoiseWhere(truth, -upper), boundary);
        PassingVoter first = new(network, SureHalfSpace.Within(Within));
        int failures = 0, inflated = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            (VoteCounts selection, VoteCounts estimation) = await DrawAsync(first, new((ulong)run, 1));
            CascadeEvidence passesOn = CascadeEvidence.Of(
                new(0.5m), 0, 0, "first", first.Sigma,
                StageBounds.AtFixedCount(ledger, estimation, selection, new((ulong)run, 1)));
            // Where L alone already leaves less to the other class, V says nothing about it.
            double silence = 255 * Cascade.SilenceRadius(
                first.Sigma, passesOn.Bounds.Single(bound => bound.Side == BoundSide.Upper).Value, 0.5m);
            if (silence > truth) failures++;
            if (1.1 * silence > truth) inflated++;
        }
        Assert.InRange(failures, Trials.FewestNoisy, Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy, $"{inflated} of {Trials.NoisyRuns}");
    }

    // Two classes tie and the rest passes: any answer may be the wrong one, so that all but abstentions are failures.
    [Theory]
    [InlineData(0.4, 3000)]
    [InlineData(0.1, 2000)]
    public void Predict_answers_a_tie_beside_passes_with_probability_alpha_at_most(double each, int atLeast)
    {
        const int Draws = 200;
        ExactBinomial first = new(Draws, each);
        Dictionary<int, ExactBinomial> second = [];
        NoiseStream stream = new((ulong)(each * 100), 3);
        int answered = Trials.Count(Trials.Runs, run =>
        {
            int a = first.Draw(stream, run);
            if (!second.TryGetValue(Draws - a, out ExactBinomial? rest))
                second[Draws - a] = rest = new(Draws - a, each / (1 - each));
            int b = rest.Draw(stream, run, coordinate: 1);
            return Cohen.Predict(
                new([a, b], 0, new(0, Draws), new("toy"), passed: Draws - a - b), Trials.Alpha) is not null;
        });
        Assert.InRange(answered, atLeast, Trials.Most);
    }

    private static async Task<StageEvidence> CertifyAsync(
        IVoter expert, NoiseStream stream, AlphaLedger ledger, Func<VoteCounts, int, VoteCounts> read)
    {
        (VoteCounts selection, VoteCounts estimation) = await DrawAsync(expert, stream);
        return StageEvidence.Of("toy", expert.Sigma,
            StageBounds.AtFixedCount(ledger, read(estimation, selection.MostVoted), selection, stream));
    }

    private static async Task<(VoteCounts Selection, VoteCounts Estimation)> DrawAsync(
        IVoter expert, NoiseStream stream)
    {
        SampleCounts counts = new(Selection, N);
        return (await Certifier.AskAsync(expert, new(Input, stream, counts.SelectionRange), default),
            await Certifier.AskAsync(expert, new(Input, stream, counts.EstimationRange), default));
    }
}
