using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;

namespace Router.Smoothing.Tests.Certificates;

public sealed class CascadeTests
{
    private static readonly FunctionId Function = FunctionId.Of([new("name", "toy")]);

    private static Smoothing.Votes Votes(long undecided, params long[] counts) => new([.. counts], undecided, new(0, counts.Sum() + undecided), Function);

    private static StageBounds Bounds(AlphaLedger ledger, Smoothing.Votes selection, Smoothing.Votes estimation) =>
        new StageBounds(new BoundFamily.FixedCount(), ledger, default, selection, estimation.Total).Look(estimation);

    [Fact]
    public void Thresholds_lie_from_one_half_up_to_but_not_one()
    {
        foreach (decimal[] thresholds in (decimal[][])[[], [0.49m], [1m], [0.7m, 0.4m]])
            Assert.Throws<ArgumentException>(() => new Cascade([.. thresholds]));
        Cascade cascade = new(0.5m, 0.9m);
        Assert.Equal([0.5m, 0.9m, 0.5m], [cascade.Threshold(0), cascade.Threshold(1), cascade.Threshold(2)]);
        Assert.Equal((3, "cascade 0.5,0.9"), (cascade.StageCount, cascade.ToString()));
        Assert.Equal(new Cascade(0.9m), new Cascade(0.7m, 0.9m, 0.8m).Restrict([1, 3]));
    }

    // σ = .5: quantiles of .95, .7 and .4 from scipy.stats.norm.ppf.
    [Fact]
    public void The_radii_are_sigma_times_the_gap_of_quantiles_rounded_toward_zero()
    {
        double answer = 0.5 * (1.6448536269514722 - 0.5244005127080407), silence = 0.5 * (0.5244005127080407 + 0.2533471031357997);
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
    public void Half_of_alpha_is_the_answers_and_the_stages_before_share_the_other_half_whichever_answers()
    {
        AlphaLedger ledger = new Cascade(0.7m, 0.7m, 0.7m).Split(0.001);
        Assert.Equal((0.0005, 0.0005 / 3), (ledger[AlphaLedger.Expert], ledger[AlphaLedger.Earlier]));
        Assert.Equal(0.001, ledger.Shares.Sum(share => share.Alpha), 1e-18);
    }

    [Fact]
    public void The_bound_of_an_earlier_stage_is_that_of_the_most_voted_other_class_with_undecided_votes_on_it()
    {
        AlphaLedger ledger = new Cascade(0.7m).Split(0.05);
        EarlierEvidence evidence = EarlierEvidence.Of(2, 0.7m, "first", 1, Bounds(ledger, Votes(0, 5, 5, 5), Votes(20, 100, 250, 580, 50)));
        BoundEvidence bound = Assert.Single(evidence.Bounds);
        Assert.True(bound.IsOn(BoundSide.Upper, 1));
        Assert.Equal((270L, 1000L, 0.025), (bound.Successes, bound.Draws, bound.Alpha));
        Assert.Equal(ClopperPearson.Upper(270, 1000, 0.025), evidence.UpperBound);
        Assert.Equal(Cascade.SilenceRadius(1, evidence.UpperBound, 0.7m), evidence.Radius);
        Assert.Throws<ArgumentException>(() => EarlierEvidence.Of(0, 0.7m, "first", 1, Bounds(ledger, Votes(0, 5), Votes(0, 1000))));
    }

    [Fact]
    public void The_smallest_term_limits_and_is_named()
    {
        Cascade cascade = new(0.7m, 0.8m);
        AlphaLedger ledger = cascade.Split(0.001);
        EarlierEvidence Earlier(string id, decimal threshold, long others) =>
            EarlierEvidence.Of(0, threshold, id, 1, Bounds(ledger, Votes(0, 50, 50), Votes(0, 10_000 - others, others)));
        AnsweringEvidence Answer(long votes) => AnsweringEvidence.Of(0.5m, "last", 0.5m, Bounds(ledger, Votes(0, 100, 0), Votes(0, votes, 10_000 - votes)));

        Certificate byAnswer = CascadeCertificate.Certify(cascade, [Earlier("first", 0.7m, 3000), Earlier("second", 0.8m, 4000)], Answer(6000), ledger, "x");
        Assert.Equal((0, Stage.Expert, null, CertificateKind.Cascade), (byAnswer.Class, byAnswer.LimitingStage, byAnswer.LimitingRoute, byAnswer.Kind));
        Certificate byFirst = CascadeCertificate.Certify(cascade, [Earlier("first", 0.7m, 6000), Earlier("second", 0.8m, 4000)], Answer(9900), ledger, "x");
        Assert.Equal((0, Stage.Earlier, "first"), (byFirst.Class, byFirst.LimitingStage, byFirst.LimitingRoute));
        Assert.Equal((byFirst.Earlier[0].Radius, byFirst.Earlier[0].Radius), (byFirst.Radius, byFirst.RouteRadius));
        Certificate none = CascadeCertificate.Certify(cascade, [Earlier("first", 0.7m, 3000), Earlier("second", 0.8m, 8000)], Answer(9900), ledger, "x");
        Assert.Equal((null, 0.0, "second"), (none.Class, none.Radius, none.LimitingRoute));
    }

    [Fact]
    public void Evidence_of_another_place_class_threshold_or_alpha_is_refused()
    {
        Cascade cascade = new(0.7m);
        AlphaLedger ledger = cascade.Split(0.001);
        EarlierEvidence Earlier(int label, decimal threshold, AlphaLedger spent) =>
            EarlierEvidence.Of(label, threshold, "first", 1, Bounds(spent, Votes(0, 50, 50), Votes(0, 600, 400)));
        AnsweringEvidence Answer(decimal threshold, AlphaLedger spent) =>
            AnsweringEvidence.Of(threshold, "last", 0.5m, Bounds(spent, Votes(0, 100, 0), Votes(0, 900, 100)));

        CascadeCertificate.Certify(cascade, [Earlier(0, 0.7m, ledger)], Answer(0.5m, ledger), ledger, "x");
        AlphaLedger twice = cascade.Split(0.002);
        foreach ((EarlierEvidence[] earlier, AnsweringEvidence answer) in ((EarlierEvidence[], AnsweringEvidence)[])
        [
            ([Earlier(1, 0.7m, ledger)], Answer(0.5m, ledger)), ([Earlier(0, 0.9m, ledger)], Answer(0.5m, ledger)),
            ([Earlier(0, 0.7m, ledger)], Answer(0.7m, ledger)), ([], Answer(0.5m, ledger)),
            ([Earlier(0, 0.7m, ledger), Earlier(0, 0.7m, ledger)], Answer(0.5m, ledger)),
            ([Earlier(0, 0.7m, twice)], Answer(0.5m, ledger)), ([Earlier(0, 0.7m, ledger)], Answer(0.5m, twice)),
        ])
            Assert.Throws<ArgumentException>(() => CascadeCertificate.Certify(cascade, [.. earlier], answer, ledger, "x"));
    }

    // Half-spaces on a line, true probabilities: P of a class moves from Φ(t/σ) at the rate 1/σ, so that the terms are exact distances.
    [Fact]
    public void On_half_spaces_the_radius_is_the_distance_to_the_first_other_answer()
    {
        Uniforms random = new(5);
        int byAnswer = 0, byEarlier = 0;
        for (int world = 0; world < 2000; world++)
        {
            decimal tau = (decimal)Math.Round(random.Between(0.5, 0.95), 3);
            decimal[] sigma = [(decimal)Math.Round(random.Between(0.1, 1), 2), (decimal)Math.Round(random.Between(0.1, 1), 2)];
            double[] line = [random.Between(-1.5, 1.5), random.Between(0.01, 2)];
            double P(int stage, double x) => Normal.Cdf((line[stage] - x) / (double)sigma[stage]); // of class 0, which moving right loses
            int? ClassAt(double x) => Math.Max(P(0, x), 1 - P(0, x)) >= (double)tau ? (P(0, x) >= 0.5 ? 0 : 1) : P(1, x) >= 0.5 ? 0 : 1;
            Probability Exact(int stage) => new(P(stage, 0), Normal.Tail(line[stage] / (double)sigma[stage]));
            double answer = Cascade.AnswerRadius(sigma[1], Exact(1), 0.5m), silence = Cascade.SilenceRadius(sigma[0], Exact(0).Opposite, tau);
            bool first = Cascade.AnswerRadius(sigma[0], Exact(0), tau) > 0;
            double radius = first ? Cascade.AnswerRadius(sigma[0], Exact(0), tau) : Math.Min(answer, silence);
            if (radius < 1e-6) continue;
            for (double step = -1; step <= 1; step += 0.05)
                Assert.Equal(0, ClassAt(step * radius * (1 - 1e-9)));
            if (first) continue; // beyond it the second stage answers, perhaps alike
            // Either another answer of the first stage begins just there, or the second stage's ends: unless the first by then answers for it.
            Assert.Equal(1, ClassAt(radius * (1 + 1e-6) + 1e-9));
            if (silence < answer) byEarlier++;
            else byAnswer++;
        }
        Assert.True(byAnswer > 100 && byEarlier > 100, $"{byAnswer}, {byEarlier}");
    }

    [Fact]
    public void A_first_stage_that_stops_answering_where_the_next_names_another_class_is_the_true_limit()
    {
        double truth = 0.5 * (Normal.Quantile(0.9) - Normal.Quantile(0.6));
        Assert.Equal(truth, Cascade.AnswerRadius(0.5m, Probability.Of(0.9), 0.6m), 1e-12);
        Assert.True(Normal.Cdf(Normal.Quantile(0.9) - (truth - 1e-9) / 0.5) > 0.6 && Normal.Cdf(Normal.Quantile(0.9) - (truth + 1e-9) / 0.5) < 0.6);
    }

    // Four classes at an earlier stage, three of them alike and all at the boundary of the bound that one of them has: V_e is below the largest of them only where
    // each one's own bound is, so that all of the share may be spent on each label.
    [Fact]
    public void The_bound_on_every_other_class_fails_no_more_often_than_the_share_of_one()
    {
        const int N = 300;
        AlphaLedger ledger = AlphaLedger.Of(0.5, new(AlphaLedger.Expert, 0.05), new AlphaShare(AlphaLedger.Earlier, Trials.Alpha));
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
            EarlierEvidence evidence = EarlierEvidence.Of(3, 0.7m, "first", 1, Bounds(ledger, Votes(0, 1, 1, 1, 1), Votes(0, counts)));
            return evidence.UpperBound.Value < probabilities[..3].Max() ? 1 : 0;
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
                return p >= tau ? verdict == CascadeVerdict.PassesOn || (verdict == CascadeVerdict.Answers && top < N - top) : verdict == CascadeVerdict.Answers;
            });
            Assert.InRange(wrong, 0, Trials.MostNoisy);
        }
        Assert.Equal(CascadeVerdict.Answers, cascade.Predict(0, Votes(0, 390, 10), Trials.Alpha));
        Assert.Equal(CascadeVerdict.Undecided, cascade.Predict(1, Votes(0, 200, 200), Trials.Alpha));
        Assert.Equal(CascadeVerdict.PassesOn, new Cascade(0.9m).Predict(0, Votes(0, 240, 160), Trials.Alpha));
        Assert.Equal(CascadeVerdict.Undecided, new Cascade(0.9m).Predict(0, Votes(150, 240, 10), Trials.Alpha));
    }
}
