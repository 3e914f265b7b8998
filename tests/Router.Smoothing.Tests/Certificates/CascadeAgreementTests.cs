using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Routing;
using Router.Votes;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// What agreement of later stages proves, on random cascades whose probabilities are known in closed form, and what it
/// costs in α.
/// </summary>
public sealed class CascadeAgreementTests
{
    private static decimal Sigma(Uniforms random) => (decimal)Math.Round(random.Between(0.1, 1), 2);

    private static decimal[] Thresholds(Uniforms random, int stages, double highest) =>
        [.. Enumerable.Range(0, stages - 1)
            .Select(_ => random.Next() < 0.15 ? 0.5m : (decimal)Math.Round(random.Between(0.5, highest), 3))];

    // Two classes, every stage a half-space of one direction: moving along it all of them lose class 0 for class 1,
    // stage i answers 0 up to A_i, is silent from there to S_i and answers 1 beyond. Where stages i … m answer 0 is
    // therefore an interval up to R_i: the radius is the distance itself, and no larger one is true.
    [Fact]
    public void On_half_spaces_the_radius_of_up_to_five_stages_is_the_distance_at_which_the_answer_changes()
    {
        Uniforms random = new(11);
        int[] decided = new int[5], agreed = new int[5];
        for (int world = 0; world < 6000; world++)
        {
            int stages = 2 + random.Below(4);
            Cascade cascade = new([.. Thresholds(random, stages, 0.98)]);
            decimal[] sigma = [.. Enumerable.Range(0, stages).Select(_ => Sigma(random))];
            double[] line = [.. Enumerable.Range(0, stages).Select(_ => random.Between(-0.1, 1))];
            double[] answers = new double[stages], silences = new double[stages];
            for (int i = 0; i < stages; i++)
            {
                Probability exact = new(Normal.Cdf(line[i] / (double)sigma[i]),
                    Normal.Tail(line[i] / (double)sigma[i]));
                answers[i] = Cascade.AnswerRadius(sigma[i], exact, cascade.At(i)[0]);
                if (i < stages - 1) silences[i] = Cascade.SilenceRadius(sigma[i], exact.Opposite, cascade.At(i)[0]);
            }
            (double radius, int stage) = Cascade.Radius(answers, silences);
            int ClassAt(double moved)
            {
                for (int i = 0; ; i++)
                {
                    double p = Normal.Cdf((line[i] - moved) / (double)sigma[i]);
                    if (i == stages - 1 || Math.Max(p, 1 - p) >= (double)cascade.At(i)[0]) return p >= 0.5 ? 0 : 1;
                }
            }
            if (radius < 1e-6) continue;
            for (double step = -1; step <= 1; step += 0.1)
                Assert.Equal(0, ClassAt(step * radius * (1 - 1e-9)));
            Assert.Equal(1, ClassAt(radius * (1 + 1e-6) + 1e-9));
            decided[stage]++;
            if (stage > 0 && answers[0] > 0) agreed[stage]++;
        }
        Assert.True(decided.All(count => count > 30) && agreed.Skip(1).All(count => count > 10),
            $"{string.Join(", ", decided)}; {string.Join(", ", agreed)}");
    }

    // Three classes in strips of any directions on the plane, stages that know nothing of one another, true
    // probabilities: whichever stage answers at x, no point of the ball has another class.
    [Fact]
    public void On_random_planes_the_radius_holds_no_other_class_and_is_never_below_that_of_answer_and_silence_alone()
    {
        Uniforms random = new(12);
        int certified = 0, farther = 0, beyond = 0, loud = 0;
        double before = 0, now = 0;
        for (int world = 0; world < 500; world++)
        {
            int stages = 2 + random.Below(3);
            Cascade cascade = new([.. Thresholds(random, stages, 0.9)]);
            StripClassifier[] strips = [.. Enumerable.Range(0, stages).Select(_ => Strips(random))];
            (int answering, int label) = Answer(0, 0);
            double[] answers = new double[stages], silences = new double[stages];
            for (int i = 0; i < stages; i++)
            {
                double[] p = strips[i].Probabilities(0, 0);
                Probability Of(int outcome) =>
                    new(Math.Min(1, p[outcome]), Math.Min(1, p.Where((_, index) => index != outcome).Sum()));
                answers[i] = Cascade.AnswerRadius(strips[i].Sigma, Of(label), cascade.At(i)[0]);
                if (i < stages - 1)
                    silences[i] = Cascade.SilenceRadius(strips[i].Sigma, new[] { 0, 1, 2 }.Where(
                        other => other != label).Select(Of).MaxBy(other => other.Value), cascade.At(i)[0]);
            }
            double radius = Cascade.Radius(answers, silences).Radius;
            double alone = Math.Min(answers[answering],
                silences.Take(answering).DefaultIfEmpty(double.PositiveInfinity).Min());
            Assert.True(radius >= alone);
            if (radius is < 1e-6 or > 5) continue; // strips of one class alone are certain of it everywhere
            certified++;
            (before, now) = (before + alone, now + radius);
            if (radius > 1.01 * alone) farther++;
            Assert.False(Other(radius * (1 - 1e-9)));
            if (Other(1.5 * radius)) beyond++;
            if (Other(Math.Clamp(answers.Max(), radius, 5))) loud++;

            (int Stage, int Class) Answer(double x, double y)
            {
                for (int i = 0; ; i++)
                {
                    double[] p = strips[i].Probabilities(x, y);
                    if (i == stages - 1 || p.Max() >= (double)cascade.At(i)[0])
                        return (i, Array.IndexOf(p, p.Max()));
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
        Assert.True(certified > 300 && farther > 30 && beyond > 150 && loud > 60 && now > 1.05 * before,
            $"{certified} certified, {farther} farther, {beyond} false at 1.5 R, {loud} without silence; mean radius "
            + $"{before / certified:F3} → {now / certified:F3}");
    }

    private static StripClassifier Strips(Uniforms random)
    {
        double[] lines = [.. Enumerable.Range(0, 2 + random.Below(3)).Select(_ => random.Between(-1.5, 1.5)).Order()];
        int[] outcomes = [.. Enumerable.Range(0, lines.Length + 1).Select(_ => random.Below(3))];
        outcomes[random.Below(outcomes.Length)] = 2; // so that all know three classes
        return new(Sigma(random), random.Between(0, Math.PI), lines, outcomes);
    }

    // Two stages alike, each at the boundary of its bound, and rivals of the first far from any threshold: R is then
    // the larger of two radii, false where either bound fails. A minimum would need no split of α
    // (docs/certificates.md, section 4); agreement does.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Agreement_of_two_stages_is_false_no_more_often_than_alpha_but_only_because_they_share_it(bool split)
    {
        const int N = 1000;
        Cascade cascade = new(0.5m);
        AlphaLedger ledger = split ? cascade.Split(Trials.Alpha) : AlphaLedger.Of(
            0.5, new(AlphaLedger.Expert, 2 * Trials.Alpha, 2), new AlphaShare(AlphaLedger.Silence, Trials.Alpha, 2));
        double p = ClopperPearson.Lower(850, N, ledger[AlphaLedger.Expert]).Value * (1 - 1e-9),
            truth = Normal.Quantile(p);
        BinomialDraws draws = new(N, p);
        Uniforms random = new(13);
        FunctionId function = FunctionId.Of([new("name", "toy")]);
        CascadeEvidence Stage(int place)
        {
            // The last stage is bounded from both sides: a single rival leaves nothing to gain from that.
            long own = draws.Next(random), other = (N - own) / (2 - place);
            VoteCounts selection = new([100, 0, 0], 0, new(0, 100), function),
                votes = new([own, other, N - own - other], 0, new(100, 100 + N), function);
            return CascadeEvidence.Of(cascade, place, 0, $"e{place}", 1,
                new StageBounds(new BoundFamily.FixedCount(), ledger, default, selection, N).Look(votes));
        }

        int wrong = Trials.Count(Trials.NoisyRuns,
            _ => CascadeCertificate.Certify(cascade, [Stage(0), Stage(1)], 0, ledger, "x").Radius > truth);
        if (split)
            Assert.InRange(wrong, Trials.NoisyRuns * Trials.Alpha * 0.8 * 0.6, Trials.MostNoisy);
        else
            Assert.True(wrong > 1.5 * Trials.MostNoisy, $"{wrong}");
    }
}
