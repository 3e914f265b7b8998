using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>Thresholds by class, below one half too (docs/certificates.md, section 5).</summary>
public sealed class CascadeByClassTests
{
    private static VoteCounts Votes(params long[] counts) =>
        new([.. counts], 0, new(0, counts.Sum()), FunctionId.Of([new("name", "toy")]));

    [Fact]
    public void One_number_stands_for_all_classes_and_several_for_as_many()
    {
        Thresholds one = 0.5m, several = new(0.5m, 0.86m, 0.4m);
        Assert.Equal((true, 0.5m, 1, "0.5"), (one.AreOne, one[7], one.LeastBut(0), one.ToString()));
        Assert.Equal((false, 0.86m, 2, 0, "[0.5 0.86 0.4]"),
            (several.AreOne, several[1], several.LeastBut(0), several.LeastBut(2), several.ToString()));
        Assert.Equal(one, new Thresholds(0.50m, 0.5m, 0.5m));
        Cascade cascade = new(several, 0.7m);
        Assert.Equal((3, "cascade [0.5 0.86 0.4],0.7"), (cascade.ClassCount, cascade.ToString()));
        Assert.Equal(new Cascade(new Thresholds(0.5m, 0.86m, 0.4m), 0.7m), cascade);
        Assert.Equal(new Cascade(several), cascade.Restrict([0, 2]));
        Assert.Null(cascade.Objection(3));
        Assert.NotNull(cascade.Objection(4));
        Assert.NotNull(new Cascade(0.5m).Objection(1));
        Assert.Throws<ArgumentException>(() => new Cascade(several, new Thresholds(0.5m, 0.4m)));
        Assert.Throws<ArgumentException>(() => new Thresholds(0.5m, 1m));
    }

    // Φ⁻¹(L) − Φ⁻¹(.3) with L = (4α/5/2)^(1/n), α = .05, by Python's statistics.NormalDist; the other class, at .7, is
    // as far from its threshold, since it has at most 1 − L.
    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 0.20855611685479347)]
    [InlineData(5, 0.4171750352477738)]
    public void A_class_of_a_small_threshold_is_proved_by_fewer_votes_than_one_alone_needs(int draws, double radius)
    {
        Cascade cascade = new(new Thresholds(0.3m, 0.7m)), plain = new(0.5m);
        Assert.Equal(2 * radius, CascadeTerms.Ceiling(cascade, [2, 1], draws, cascade.Split(0.05)), 1e-9);
        // A control: no class of these is above one half.
        Assert.Equal(0, CascadeTerms.Ceiling(plain, [2, 1], draws, plain.Split(0.05)));
        Assert.Equal(0, new SampleCounts(1, draws).RadiusCeiling(1, plain.Split(0.05)[AlphaLedger.Expert]));
    }

    [Fact]
    public void What_unanimous_votes_prove_of_a_cascade_of_one_threshold_is_what_they_prove_of_its_best_stage()
    {
        Cascade plain = new(0.5m);
        AlphaLedger ledger = plain.Split(0.001);
        Assert.Equal(new SampleCounts(1, 1000).RadiusCeiling(2, ledger[AlphaLedger.Expert]),
            CascadeTerms.Ceiling(plain, [2, 1], 1000, ledger), 1e-9);
    }

    [Theory]
    [InlineData("0.5", 2)]
    [InlineData("0.7,0.8", 3)]
    [InlineData("[0.5 0.86 0.4],0.7,[0.1 0.2 0.3]", 4)]
    public void A_cascade_is_read_from_its_own_text(string text, int stages)
    {
        Assert.True(Cascade.TryParse(text, out Cascade? cascade));
        Assert.Equal((stages, $"cascade {text}"), (cascade.StageCount, cascade.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.5,")]
    [InlineData("1")]
    [InlineData("-0.5")]
    [InlineData("0.5;0.6")]
    [InlineData("[0.5 0.6")]
    [InlineData("[0.5 0.6 ]")]
    [InlineData("[0.5 0.6],[0.5 0.6 0.7]")]
    public void Other_texts_are_no_cascade(string text) => Assert.False(Cascade.TryParse(text, out _));

    // Margins by scipy.stats.norm.ppf: of .5 at .4 .2533, of .39 at .3 .2451; of .6 at .3 .7777, of .39 at .15 .7571.
    [Theory]
    [InlineData(0.4, 0.3, 500, 390, 0, true)]
    [InlineData(0.4, 0.3, 390, 500, 1, true)]
    [InlineData(0.3, 0.15, 600, 390, 0, true)]
    [InlineData(0.6, 0.7, 590, 410, 0, false)]
    [InlineData(0.6, 0.3, 599, 401, 1, true)] // the first has more votes, and not its threshold
    [InlineData(0.7, 0.3, 700, 300, 0, true)] // both at theirs: the lowest index, whatever rounding would say
    [InlineData(0.3, 0.7, 300, 700, 0, true)]
    [InlineData(0.5, 0.5, 500, 500, 0, true)]
    [InlineData(0.4, 0.3, 0, 0, 0, false)]
    public void A_stage_answers_the_class_that_is_farthest_above_its_threshold(
        double first, double second, long ofFirst, long ofSecond, int foremost, bool answers)
    {
        Cascade cascade = new(new Thresholds((decimal)first, (decimal)second, 0.99m));
        VoteCounts votes = Votes(ofFirst, ofSecond, 1000 - ofFirst - ofSecond);
        if (ofFirst + ofSecond == 0) foremost = 2;
        Assert.Equal((foremost, answers || foremost == 2), (cascade.Foremost(0, votes), cascade.Accepts(0, votes)));
        // The last stage has no thresholds.
        Assert.Equal(votes.MostVoted, cascade.Foremost(1, votes));
    }

    // σ = .5; quantiles of .6, .2, .45 and .35 from scipy.stats.norm.ppf.
    [Fact]
    public void Below_one_half_being_ahead_takes_room_of_its_own_and_from_one_half_on_it_costs_nothing()
    {
        const double Of60 = 0.2533471031357997, Of20 = -0.8416212335729142, Of45 = -0.12566134685507402,
            Of35 = -0.38532046640756773;
        Cascade cascade = new(new Thresholds(0.45m, 0.35m), 0.7m);
        (double answer, double silence) = cascade.Radii(0, 0.5m, 0, Probability.Of(0.6), new(1, Probability.Of(0.2)));
        Assert.Equal(0.5 * (Of60 - Of45), answer, 1e-12);
        Assert.Equal(0.5 * (Of35 - Of20), silence, 1e-12);
        // the rival nearly has its threshold: half of the way to it
        (answer, silence) = cascade.Radii(0, 0.5m, 0, Probability.Of(0.6), new(1, Probability.Of(0.4)));
        Assert.Equal(0.25 * (Of60 - Of45 + Of35 + Of60), answer, 1e-12);
        Assert.Equal(0, silence);
        foreach ((Cascade half, int stage) in ((Cascade, int)[])[(cascade, 1), (new(new Thresholds(0.45m, 0.55m)), 0)])
            foreach (double upper in (double[])[0.05, 0.4, 1])
                Assert.Equal(
                    Cascade.AnswerRadius(0.5m, Probability.Of(0.6), half.At(stage)[0]),
                    half.Radii(stage, 0.5m, 0, Probability.Of(0.6), new(1, Probability.Of(upper))).Answer);
        // The last stage, from both sides.
        Assert.Equal(
            0.25 * (Of60 - Of20),
            cascade.Radii(2, 0.5m, 0, Probability.Of(0.6), new(1, Probability.Of(0.2))).Answer, 1e-12);
        Assert.Equal(0.5 * Of60, cascade.Radii(2, 0.5m, 0, Probability.Of(0.6), cascade.Unknown(2, 0)).Answer, 1e-12);
    }

    [Fact]
    public void The_rival_is_the_class_nearest_to_its_threshold_after_what_the_answer_leaves_to_others()
    {
        Cascade cascade = new(new Thresholds(0.5m, 0.5m, 0.35m, 0.35m));
        AlphaLedger ledger = cascade.Split(0.05);
        CascadeEvidence Of(params long[] counts) => CascadeEvidence.Of(
            cascade, 0, 0, "first", 1, StageBounds.AtFixedCount(ledger, Votes(counts), Votes(9, 1, 1, 1)));

        Assert.Equal(2, Of(5200, 2600, 2200, 0).Rival!.Value.Class); // more votes, and farther from ½
        Assert.Equal(1, Of(3200, 5600, 1200, 0).Rival!.Value.Class);
        Assert.Equal(3, Of(5200, 1600, 1500, 1700).Rival!.Value.Class);
        // One bound is kept, at all of the share, as if there were no other.
        CascadeEvidence kept = Of(6400, 500, 3100, 0);
        Assert.Equal((2, ledger[AlphaLedger.Silence]), (kept.Bounds.Length, kept.Bounds[1].Alpha));
        Assert.Equal(
            new RivalBound(2, ClopperPearson.Upper(3100, 10_000, ledger[AlphaLedger.Silence])), kept.Rival);
        Assert.Null(CascadeEvidence.NotAsked(cascade, 0, 0, "first", 1, default, Votes(9, 1, 1, 1)).Rival);
        Assert.Equal(new RivalBound(2, Probability.One), cascade.Unknown(0, 0));
    }

    // Two classes in parallel half-spaces and ⊥ between them: moving along the line margins move by the distance, one
    // down and the other up, so that the radius is the distance at which the answer changes.
    [Fact]
    public void On_half_spaces_with_passes_between_them_the_radius_is_the_distance_at_which_the_answer_changes()
    {
        Uniforms random = new(17);
        int[] decided = new int[4];
        int ahead = 0, passes = 0;
        for (int world = 0; world < 6000; world++)
        {
            int stages = 2 + random.Below(3);
            decimal Tau() => (decimal)Math.Round(random.Between(0.1, 0.9), 3);
            Cascade cascade = new([.. Enumerable.Range(1, stages - 1).Select(_ => new Thresholds(Tau(), Tau()))]);
            decimal[] sigma = [.. Enumerable.Range(0, stages)
                .Select(_ => (decimal)Math.Round(random.Between(0.1, 1), 2))];
            double[] end = [.. sigma.Select(_ => random.Between(-0.5, 1))],
                begin = [.. end.Select(line => line + (random.Next() < 0.3 ? 0 : random.Between(0, 0.7)))];
            double[] answers = new double[stages], silences = new double[stages];
            for (int i = 0; i < stages; i++)
            {
                double far = (double)sigma[i];
                Probability own = new(Normal.Cdf(end[i] / far), Normal.Tail(end[i] / far)),
                    rival = new(Normal.Tail(begin[i] / far), Normal.Cdf(begin[i] / far));
                (answers[i], silences[i]) = cascade.Radii(i, sigma[i], 0, own, new(1, rival));
                if (i < stages - 1 && answers[i] < Cascade.AnswerRadius(sigma[i], own, cascade.At(i)[0])) ahead++;
            }
            (double radius, int stage) = Cascade.Radius(answers, silences);
            int ClassAt(double moved)
            {
                for (int i = 0; ; i++)
                {
                    double far = (double)sigma[i];
                    double first = (end[i] - moved) / far - cascade.At(i).Quantile(0),
                        second = (moved - begin[i]) / far - cascade.At(i).Quantile(1);
                    if (i == stages - 1 || Math.Max(first, second) >= 0) return first >= second ? 0 : 1;
                }
            }
            if (radius < 1e-6) continue;
            for (double step = -1; step <= 1; step += 0.1)
                Assert.Equal(0, ClassAt(step * radius * (1 - 1e-9)));
            Assert.Equal(1, ClassAt(radius * (1 + 1e-6) + 1e-9));
            decided[stage]++;
            if (end[0] < begin[0]) passes++;
        }
        Assert.True(decided.All(count => count > 10) && ahead > 300 && passes > 300,
            $"{string.Join(", ", decided)}; ahead {ahead}, passes {passes}");
    }

    // Four outcomes in strips of any directions on the plane, of which the last is ⊥. Two wrong radii must be caught:
    // a_i alone, which forgets that another class may be ahead; and S_i of the most probable other class.
    [Fact]
    public void On_random_planes_the_radius_holds_no_other_class_and_two_simpler_ones_do()
    {
        Uniforms random = new(18);
        int certified = 0, beyond = 0, rivalless = 0, unshifted = 0, below = 0;
        for (int world = 0; world < 900; world++)
        {
            int stages = 2 + random.Below(2);
            decimal Tau() => (decimal)Math.Round(random.Between(0.1, 0.8), 3);
            Cascade cascade = new([.. Enumerable.Range(1, stages - 1)
                .Select(_ => new Thresholds(Tau(), Tau(), Tau()))]);
            StripClassifier[] strips = [.. Enumerable.Range(0, stages).Select(_ => Strips(random))];
            (int answering, int label) = Answer(0, 0);
            double[] answers = new double[stages], silences = new double[stages], alone = new double[stages],
                loud = new double[stages];
            for (int i = 0; i < stages; i++)
            {
                double[] p = strips[i].Probabilities(0, 0);
                Probability At(int c) => new(p[c], Math.Min(1, p.Where((_, other) => other != c).Sum()));
                decimal sigma = strips[i].Sigma;
                RivalBound nearest = Others(label).Select(c => new RivalBound(c, At(c)))
                    .MinBy(rival => cascade.Margin(i, At(label), rival));
                RivalBound most = Others(label).Select(c => new RivalBound(c, At(c)))
                    .MaxBy(rival => rival.Upper.Value);
                (answers[i], silences[i]) = cascade.Radii(i, sigma, label, At(label), nearest);
                alone[i] = i < stages - 1 ? Cascade.AnswerRadius(sigma, At(label), cascade.At(i)[label]) : answers[i];
                loud[i] = cascade.Radii(i, sigma, label, At(label), most).Silence;
            }
            double radius = Cascade.Radius(answers, silences).Radius;
            if (radius is < 1e-6 or > 3) continue;
            certified++;
            if (cascade.At(answering)[label] < 0.5m) below++;
            Assert.False(Other(radius * (1 - 1e-9)));
            if (Other(1.5 * radius)) beyond++;
            if (Other(Math.Min(3, Cascade.Radius(alone, silences).Radius))) rivalless++;
            if (Other(Math.Min(3, Cascade.Radius(answers, loud).Radius))) unshifted++;

            (int Stage, int Class) Answer(double x, double y)
            {
                for (int i = 0; ; i++)
                {
                    double[] p = strips[i].Probabilities(x, y);
                    double[] z = [.. Enumerable.Range(0, 3)
                        .Select(c => Probability.Of(Math.Clamp(p[c], 0, 1)).Quantile - cascade.At(i).Quantile(c))];
                    if (i == stages - 1 || z.Max() >= 0)
                        return (i, Array.IndexOf(z, z.Max()));
                }
            }

            bool Other(double within)
            {
                for (int turn = 0; turn < 48; turn++)
                    for (int step = 1; step <= 12; step++)
                    {
                        double angle = 2 * Math.PI * turn / 48, far = within * step / 12;
                        if (Answer(far * Math.Cos(angle), far * Math.Sin(angle)).Class != label) return true;
                    }
                return false;
            }
        }
        Assert.True(certified > 300 && below > 50 && beyond > 150 && rivalless > 30 && unshifted > 5,
            $"{certified} certified, {below} below ½, {beyond} false at 1.5 R, {rivalless} without rivals, {unshifted} "
            + "of the most probable rival");
    }

    private static IEnumerable<int> Others(int label) => Enumerable.Range(0, 3).Where(c => c != label);

    private static StripClassifier Strips(Uniforms random)
    {
        double[] lines = [.. Enumerable.Range(0, 3 + random.Below(3)).Select(_ => random.Between(-1.5, 1.5)).Order()];
        int[] outcomes = [.. Enumerable.Range(0, lines.Length + 1).Select(_ => random.Below(4))];
        // All four are somewhere.
        for (int outcome = 0; outcome < 4; outcome++)
            outcomes[outcome] = outcome;
        return new(
            (decimal)Math.Round(random.Between(0.2, 1), 2), random.Between(0, Math.PI), lines,
            [.. outcomes.OrderBy(_ => random.Next())]);
    }

    // Three classes that are all above their thresholds, two of them equally far: whatever is read is wrong of one of
    // the two. C bounds at α/C.
    [Theory]
    [InlineData(0.3, 0.2)]
    [InlineData(0.45, 0.35)]
    public void Of_two_classes_above_their_thresholds_a_prediction_names_the_one_behind_no_more_often_than_alpha(
        double first, double second)
    {
        const int N = 400;
        Cascade cascade = new(new Thresholds((decimal)first, (decimal)second, 0.99m));
        // z_0 = z_1 at p and Φ(Φ⁻¹(p) − Φ⁻¹(τ_0) + Φ⁻¹(τ_1)).
        double p = 0.55, q = Normal.Cdf(
            Normal.Quantile(p) - cascade.At(0).Quantile(0) + cascade.At(0).Quantile(1));
        BinomialDraws of = new(N, p);
        Uniforms random = new(4);
        int behind = 0, passed = 0, answered = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            long own = of.Next(random), other = 0;
            for (int i = 0; i < N - own; i++)
                if (random.Next() < q / (1 - p)) other++;
            VoteCounts votes = Votes(own, other, N - own - other);
            CascadeVerdict verdict = cascade.Predict(0, votes, Trials.Alpha);
            // By its index the first answers.
            if (verdict == CascadeVerdict.Answers && cascade.Foremost(0, votes) != 0) behind++;
            if (verdict == CascadeVerdict.Answers) answered++;
            if (verdict == CascadeVerdict.PassesOn) passed++;
        }
        Assert.InRange(behind + passed, 0, Trials.MostNoisy);
        Assert.True(answered < 2 * Trials.MostNoisy, $"{answered}");
        Assert.Equal(CascadeVerdict.Answers, cascade.Predict(0, Votes(380, 10, 10), Trials.Alpha));
        Assert.Equal(CascadeVerdict.PassesOn, cascade.Predict(0, Votes(10, 5, 385), Trials.Alpha));
        // The last stage, where no class has half of the votes.
        Assert.Equal(CascadeVerdict.Answers, cascade.Predict(1, Votes(180, 100, 120), Trials.Alpha));
        Assert.Equal(CascadeVerdict.Undecided, cascade.Predict(1, Votes(140, 130, 130), Trials.Alpha));
    }
}
