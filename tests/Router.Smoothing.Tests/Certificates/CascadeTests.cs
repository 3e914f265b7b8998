using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

public sealed class CascadeTests
{
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    private static VoteCounts Votes(long undecided, params long[] counts) =>
        new([.. counts], undecided, new(0, counts.Sum() + undecided), Function);

    private static StageBounds Bounds(AlphaLedger ledger, VoteCounts selection, VoteCounts estimation) =>
        StageBounds.AtFixedCount(ledger, estimation, selection);

    [Fact]
    public void Thresholds_lie_above_zero_and_below_one()
    {
        foreach (decimal[] thresholds in (decimal[][])[[], [0m], [1m], [0.7m, -0.1m]])
            Assert.Throws<ArgumentException>(() => new Cascade([.. thresholds]));
        Cascade cascade = new(0.5m, 0.9m);
        Assert.Equal([0.5m, 0.9m, 0.5m], [cascade.At(0)[0], cascade.At(1)[0], cascade.At(2)[0]]);
        Assert.Equal((3, "cascade 0.5,0.9"), (cascade.StageCount, cascade.ToString()));
        Assert.Equal(new Cascade(0.9m), new Cascade(0.7m, 0.9m, 0.8m).Restrict([1, 3]));
    }

    // σ = .5: quantiles of .95, .7 and .4 from scipy.stats.norm.ppf.
    [Fact]
    public void The_radii_are_sigma_times_the_gap_of_quantiles_rounded_toward_zero()
    {
        double answer = 0.5 * (1.6448536269514722 - 0.5244005127080407),
        silence = 0.5 * (0.5244005127080407 + 0.2533471031357997);
        Assert.InRange(Cascade.AnswerRadius(0.5m, Probability.Of(0.95), 0.7m), answer - 1e-12, answer);
        Assert.InRange(Cascade.SilenceRadius(0.5m, Probability.Of(0.4), 0.7m), silence - 1e-12, silence);
        Assert.Equal(0, Cascade.AnswerRadius(0.5m, Probability.Of(0.7), 0.7m));
        Assert.Equal(0, Cascade.SilenceRadius(0.5m, Probability.Of(0.7), 0.7m));
        Assert.Equal(0, Cascade.AnswerRadius(0.5m, Probability.Zero, 0.7m));
        Assert.Equal(0, Cascade.SilenceRadius(0.5m, Probability.One, 0.7m));
    }

    [Fact]
    public void A_stage_answers_where_its_most_voted_class_has_its_share_of_the_decided_votes_and_the_last_in_any_case()
    {
        Cascade cascade = new(0.7m);
        Assert.True(cascade.Accepts(0, Votes(0, 70, 30)));
        Assert.False(cascade.Accepts(0, Votes(0, 69, 31)));
        Assert.True(cascade.Accepts(0, Votes(10, 63, 27)));
        Assert.True(cascade.Accepts(1, Votes(0, 1, 1, 1)));
    }

    [Fact]
    public void Every_stage_has_its_part_of_alpha_for_the_class_and_for_the_others()
    {
        AlphaLedger ledger = new Cascade(0.7m, 0.7m, 0.7m).Split(0.001);
        Assert.Equal(0.0008 / 4, ledger[AlphaLedger.Expert], 1e-18);
        Assert.Equal(0.0002 / 4, ledger[AlphaLedger.Silence], 1e-18);
        Assert.Equal(0.001, ledger.Shares.Sum(share => share.Alpha), 1e-18);
    }

    // A and S by stage, and what follows from them by hand.
    [Theory]
    // the first stage answers farther than it is silent and the next agrees
    [InlineData(new[] { 0.4, 0.3 }, new[] { 0.9, 0 }, 0.4, 0)]
    [InlineData(new[] { 0.2, 0.3 }, new[] { 0.9, 0 }, 0.3, 1)] // beyond its own answer the next one agrees
    [InlineData(new[] { 0.2, 0.8 }, new[] { 0.5, 0 }, 0.5, 0)] // until it may answer otherwise
    [InlineData(new[] { 0.0, 0.3 }, new[] { 0.0, 0 }, 0.0, 0)]
    [InlineData(new[] { 0.1, 0.2, 0.7 }, new[] { 0.6, 0.65, 0 }, 0.6, 0)]
    [InlineData(new[] { 0.1, 0.2, 0.7 }, new[] { 0.9, 0.65, 0 }, 0.65, 1)]
    [InlineData(new[] { 0.1, 0.8, 0.0 }, new[] { 0.9, 0.3, 0 }, 0.8, 1)]
    public void The_radius_follows_the_stages_from_the_last_to_the_first(
        double[] answers, double[] silences, double radius, int stage) =>
        Assert.Equal((radius, stage), Cascade.Radius(answers, silences));

    [Fact]
    public void The_bound_on_other_classes_is_that_of_the_most_voted_one_with_undecided_votes_on_it()
    {
        Cascade cascade = new(0.7m);
        AlphaLedger ledger = cascade.Split(0.05);
        CascadeEvidence evidence = CascadeEvidence.Of(
            cascade, 0, 2, "first", 1, Bounds(ledger, Votes(0, 5, 5, 5), Votes(20, 100, 250, 580, 50)));
        BoundEvidence bound = evidence.Bounds.Single(bound => bound.Side == BoundSide.Upper);
        Assert.True(bound.IsOn(BoundSide.Upper, 1));
        Assert.Equal((270L, 1000L), (bound.Successes, bound.Draws));
        Assert.Equal(0.005, bound.Alpha, 1e-15);
        Assert.Equal(new RivalBound(1, ClopperPearson.Upper(270, 1000, bound.Alpha)), evidence.Rival);
        Assert.Equal(Cascade.SilenceRadius(1, bound.Value, 0.7m), evidence.SilenceRadius);
        Assert.Equal(Cascade.AnswerRadius(1, ClopperPearson.Lower(580, 1000, 0.02), 0.7m), evidence.Radius);
        Assert.Throws<ArgumentException>(
            () => CascadeEvidence.Of(cascade, 0, 0, "first", 1, Bounds(ledger, Votes(0, 5), Votes(0, 1000))));
    }

    [Fact]
    public void What_a_class_has_for_sure_no_other_can_have()
    {
        Cascade cascade = new(0.7m);
        CascadeEvidence sure = CascadeEvidence.Of(
            cascade, 0, 0, "first", 1, Bounds(cascade.Split(0.05), Votes(0, 5, 5), Votes(0, 10_000, 0)));
        // at α = .02 the class shows more than the other's absence does at .005
        Assert.True(sure.LowerBound.Opposite < sure.Rival!.Value.Upper);
        Assert.Equal(Cascade.SilenceRadius(1, sure.LowerBound.Opposite, 0.7m), sure.SilenceRadius);
    }

    private static CascadeEvidence[] Stages(Cascade cascade, params (decimal Sigma, long Votes)[] of) =>
    [
        .. of.Select((stage, place) => CascadeEvidence.Of(
            cascade, place, 0, $"e{place}", stage.Sigma,
            Bounds(cascade.Split(0.001), Votes(0, 50, 50), Votes(0, stage.Votes, 10_000 - stage.Votes)))),
    ];

    [Fact]
    public void The_deciding_stage_limits_and_is_named()
    {
        Cascade cascade = new(0.7m, 0.8m);
        AlphaLedger ledger = cascade.Split(0.001);
        Certificate Of(int answering, params (decimal Sigma, long Votes)[] stages) =>
            CascadeCertificate.Certify(cascade, [.. Stages(cascade, stages)], answering, ledger, "x");

        Certificate byAnswer = Of(2, (1, 7000), (1, 6000), (0.5m, 6000));
        Assert.Equal((0, Stage.Expert, null, CertificateKind.Cascade),
            (byAnswer.Class, byAnswer.LimitingStage, byAnswer.LimitingRoute, byAnswer.Kind));
        Certificate byFirst = Of(2, (1, 4000), (1, 6000), (0.5m, 9900));
        Assert.Equal((0, Stage.Earlier, "e0"), (byFirst.Class, byFirst.LimitingStage, byFirst.LimitingRoute));
        Assert.Equal((byFirst.Earlier[0].SilenceRadius, byFirst.Earlier[0].SilenceRadius),
            (byFirst.Radius, byFirst.RouteRadius));
        Certificate none = Of(2, (1, 7000), (1, 1000), (0.5m, 9900));
        Assert.Equal((null, 0.0, "e1"), (none.Class, none.Radius, none.LimitingRoute));
        // The first stage answers; where it stops to, the second one agrees.
        Certificate agreed = Of(0, (1, 7200), (0.5m, 9990));
        Assert.Equal((0, Stage.Later, "e1"), (agreed.Class, agreed.LimitingStage, agreed.LimitingRoute));
        Assert.True(agreed.Radius > 10 * agreed.Expert!.Radius && agreed.Radius <= agreed.Later[0].Radius);
        Assert.Equal(Of(0, (1, 7200)).Radius, agreed.Expert.Radius); // without it, the radius of the answer alone
    }

    [Fact]
    public void Evidence_of_another_place_class_threshold_or_alpha_is_refused()
    {
        Cascade cascade = new(0.7m);
        AlphaLedger ledger = cascade.Split(0.001), twice = cascade.Split(0.002);
        CascadeEvidence Stage(int place, int label, Cascade of, AlphaLedger spent) =>
            CascadeEvidence.Of(of, place, label, $"e{place}", 1, Bounds(spent, Votes(0, 60, 40), Votes(0, 600, 400)));

        CascadeCertificate.Certify(
            cascade, [Stage(0, 0, cascade, ledger), Stage(1, 0, cascade, ledger)], 1, ledger, "x");
        foreach (CascadeEvidence[] stages in (CascadeEvidence[][])
        [
            [Stage(0, 1, cascade, ledger), Stage(1, 0, cascade, ledger)],
            [Stage(0, 0, new(0.9m), ledger), Stage(1, 0, cascade, ledger)],
            [Stage(1, 0, cascade, ledger)], [Stage(0, 0, cascade, ledger)],
            [Stage(0, 0, cascade, ledger), Stage(0, 0, cascade, ledger)],
            [Stage(0, 0, cascade, twice), Stage(1, 0, cascade, ledger)],
            [Stage(0, 0, cascade, ledger), Stage(1, 0, cascade, twice)],
        ])
            Assert.Throws<ArgumentException>(() => CascadeCertificate.Certify(cascade, [.. stages], 1, ledger, "x"));
    }

    // Half-spaces on a line, true probabilities: P of a class moves from Φ(t/σ) at the rate 1/σ, so that the terms are
    // exact distances. Moving right loses class 0 everywhere: then what is not certified is answered otherwise, but for
    // where the first stage answers for the second.
    [Fact]
    public void On_half_spaces_no_point_within_the_radius_has_another_answer_and_beyond_there_is_one()
    {
        Uniforms random = new(5);
        int byFirst = 0, bySecond = 0, bySilence = 0, agreed = 0;
        for (int world = 0; world < 3000; world++)
        {
            decimal tau = (decimal)Math.Round(random.Between(0.5, 0.95), 3);
            decimal[] sigma = [(decimal)Math.Round(random.Between(0.1, 1), 2),
                (decimal)Math.Round(random.Between(0.1, 1), 2)];
            double[] line = [random.Between(-1.5, 1.5), random.Between(0.01, 2)];
            // of class 0, which moving right loses
            double P(int stage, double x) => Normal.Cdf((line[stage] - x) / (double)sigma[stage]);
            int ClassAt(double x) => Math.Max(P(0, x), 1 - P(0, x)) >= (double)tau ? (P(0, x) >= 0.5 ? 0 : 1) : P(
                1, x) >= 0.5 ? 0 : 1;
            Probability Exact(int stage) => new(P(stage, 0), Normal.Tail(line[stage] / (double)sigma[stage]));
            double[] answers = [Cascade.AnswerRadius(sigma[0], Exact(0), tau),
                Cascade.AnswerRadius(sigma[1], Exact(1), 0.5m)];
            double[] silences = [Cascade.SilenceRadius(sigma[0], Exact(0).Opposite, tau), 0];
            (double radius, int stage) = Cascade.Radius(answers, silences);
            if (radius < 1e-6) continue;
            for (double step = -1; step <= 1; step += 0.05)
                Assert.Equal(0, ClassAt(step * radius * (1 - 1e-9)));
            Assert.Equal(1, ClassAt(radius * (1 + 1e-6) + 1e-9));
            if (stage == 0 && radius == answers[0]) byFirst++;
            else if (stage == 0) bySilence++;
            else bySecond++;
            if (answers[0] > 0 && radius > answers[0]) agreed++;
        }
        Assert.True(byFirst > 100 && bySecond > 100 && bySilence > 100 && agreed > 100,
            $"{byFirst}, {bySecond}, {bySilence}, {agreed}");
    }

    [Fact]
    public void A_first_stage_that_stops_answering_where_the_next_names_another_class_is_the_true_limit()
    {
        double truth = 0.5 * (Normal.Quantile(0.9) - Normal.Quantile(0.6));
        Assert.Equal(truth, Cascade.AnswerRadius(0.5m, Probability.Of(0.9), 0.6m), 1e-12);
        Assert.True(Normal.Cdf(Normal.Quantile(0.9) - (truth - 1e-9) / 0.5) > 0.6
            && Normal.Cdf(Normal.Quantile(0.9) - (truth + 1e-9) / 0.5) < 0.6);
    }

    // Four classes at a stage, three of them alike and all at the boundary of the bound that one of them has: V_i is
    // below the largest of them only where each one's own bound is, so that all of the share may be spent on each
    // label.
    [Fact]
    public void The_bound_on_every_other_class_fails_no_more_often_than_the_share_of_one()
    {
        const int N = 300;
        Cascade cascade = new(0.7m);
        AlphaLedger ledger = AlphaLedger.Of(
            0.5, new(AlphaLedger.Expert, 1e-300, 2), new AlphaShare(AlphaLedger.Silence, Trials.Alpha));
        double each = ClopperPearson.Upper(60, N, Trials.Alpha).Value * (1 + 1e-9);
        int OneAlone(double[] probabilities, int run)
        {
            long[] counts = new long[4];
            for (int i = 0; i < N; i++)
            {
                double u = ExactBinomial.Uniform(new(9, 0), run, i);
                int outcome = 0;
                while (outcome < 3 && (u -= probabilities[outcome]) > 0) outcome++;
                counts[outcome]++;
            }
            CascadeEvidence evidence = CascadeEvidence.Of(
                cascade, 0, 3, "first", 1, Bounds(ledger, Votes(0, 1, 1, 1, 1), Votes(0, counts)));
            return evidence.Rival!.Value.Upper.Value < probabilities[..3].Max() ? 1 : 0;
        }

        int one = Enumerable.Range(0, Trials.NoisyRuns).Sum(run => OneAlone([each, 0.01, 0.01, 0.98 - each], run));
        Assert.InRange(one, Trials.FewestNoisy, Trials.MostNoisy);
        int three = Enumerable.Range(0, Trials.NoisyRuns).Sum(run => OneAlone([each, each, each, 1 - 3 * each], run));
        Assert.True(three < Trials.FewestNoisy, $"{three}");
    }

    // The truth of a stage at its threshold, read from its votes: C bounds at α/C.
    [Theory]
    [InlineData(0.7)]
    [InlineData(0.5)]
    public void A_prediction_reads_a_stage_wrongly_no_more_often_than_alpha(double tau)
    {
        const int N = 400;
        Cascade cascade = new((decimal)tau);
        foreach (double p in (double[])[tau, tau - 1e-9])
        {
            BinomialDraws draws = new(N, p);
            Uniforms random = new(3);
            int wrong = Trials.Count(Trials.NoisyRuns, _ =>
            {
                long top = draws.Next(random);
                CascadeVerdict verdict = cascade.Predict(0, Votes(0, top, N - top), Trials.Alpha);
                // At ½ the two tie: the first answers, by its index.
                return p >= tau ? verdict == CascadeVerdict.PassesOn
                    || (verdict == CascadeVerdict.Answers && top < N - top) : verdict == CascadeVerdict.Answers;
            });
            Assert.InRange(wrong, 0, Trials.MostNoisy);
        }
        Assert.Equal(CascadeVerdict.Answers, cascade.Predict(0, Votes(0, 390, 10), Trials.Alpha));
        Assert.Equal(CascadeVerdict.Undecided, cascade.Predict(1, Votes(0, 200, 200), Trials.Alpha));
        Assert.Equal(CascadeVerdict.PassesOn, new Cascade(0.9m).Predict(0, Votes(0, 240, 160), Trials.Alpha));
        Assert.Equal(CascadeVerdict.Undecided, new Cascade(0.9m).Predict(0, Votes(150, 240, 10), Trials.Alpha));
    }
}
