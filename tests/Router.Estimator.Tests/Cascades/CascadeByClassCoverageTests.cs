using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests.Cascades;

/// <summary>
/// How often the certificate of a cascade with thresholds by class is false, and that simpler radii would nearly always
/// be. Class 0 lies before one line and class 2 behind another, so that moving from the one to the other their margins
/// fall and rise by the distance; what lies between has thresholds that it never reaches.
/// </summary>
public sealed class CascadeByClassCoverageTests
{
    private const int N = 1000, Classes = 4;
    private const double OfSilence = Trials.Alpha * 0.2 / 3;
    private static readonly SampleCounts Counts = new(100, N);
    private static readonly CertificationPlan Plan = new(Counts, Counts, Trials.Alpha);
    private static readonly GridInput Input = new(new byte[] { 1, 2 }, 2);
    private static readonly Cascade Cascade = new(
        new Thresholds(0.4m, 0.6m, 0.2m, 0.99m), new Thresholds(0.55m, 0.6m, 0.55m, 0.99m));

    private static RoutedClassifier Of(params double[][] stages) => new(
        [.. stages.Select((shares, place) => new Route($"e{place}", Multinomial($"e{place}", Sigma(place), shares)))],
        Cascade);

    private static decimal Sigma(int place) => 1m / (1 << place);

    // One binomial draw after the other, each from a coordinate of its own.
    private static ScriptedVoter Multinomial(string name, decimal sigma, double[] shares)
    {
        Dictionary<(int, int), ExactBinomial> binomials = [];
        return new(name, sigma, Classes, request =>
        {
            long[] counts = new long[Classes];
            int left = (int)request.Range.Count;
            double rest = 1;
            for (int c = 0; c < Classes; c++)
            {
                if (c == Classes - 1 || left == 0 || shares[c] == 0) continue;
                double of = Math.Min(1, shares[c] / rest);
                if (!binomials.TryGetValue((c, left), out ExactBinomial? binomial))
                    binomials[(c, left)] = binomial = new(left, of);
                counts[c] = of == 1 ? left : binomial.Draw(request.Stream, request.Range.From, c);
                (left, rest) = (left - (int)counts[c], rest - shares[c]);
            }
            counts[^1] = left;
            return counts;
        });
    }

    // R of the probabilities themselves: the distance at which the answer changes.
    private static double Truth(double[][] stages)
    {
        double[] answers = new double[3], silences = new double[3];
        for (int place = 0; place < 3; place++)
            (answers[place], silences[place]) = Cascade.Radii(
                place, Sigma(place), 0, Probability.Of(stages[place][0]),
                new(2, Probability.Of(stages[place][2])));
        return Cascade.Radius(answers, silences).Radius;
    }

    // What a certificate would say whose silence is that of the other class with the most votes.
    private static double OfMostVoted(Certificate certificate)
    {
        double[] answers = new double[3], silences = new double[3];
        foreach (CascadeEvidence stage in certificate.Stages.Select(drawn => drawn.Evidence).OfType<CascadeEvidence>())
        {
            if (stage.Estimation.Total == 0) continue;
            int most = Enumerable.Range(0, Classes).Where(c => c != stage.Class)
                .MaxBy(c => stage.Estimation.Counts[c]);
            Probability upper = Cohen.UpperBound(most, stage.Estimation, OfSilence);
            answers[stage.Place] = stage.Radius;
            silences[stage.Place] = Cascade.Radii(
                stage.Place, stage.Sigma, stage.Class, stage.LowerBound, new(most, upper)).Silence;
        }
        return Cascade.Radius(answers, silences).Radius;
    }

    // Class 2 has few votes at the first stage, and a threshold that is lower still; whichever stage answers, the first
    // one's silence limits.
    [Fact]
    public async Task Where_a_rare_class_of_a_low_threshold_limits_it_is_false_no_more_often_than_alpha()
    {
        double rare = ClopperPearson.Upper(100, N, OfSilence).Value * (1 + 1e-9);
        double[][] stages = [[0.42, 0.28, rare, 0.3 - rare], [0.56, 0.1, 0.2, 0.14], [0.99, 0, 0.01, 0]];
        double truth = Truth(stages);
        Assert.Equal(Cascade.SilenceRadius(1, Probability.Of(rare), 0.2m), truth, 1e-9);
        RoutedClassifier classifier = Of(stages);
        int wrong = 0, inflated = 0, unshifted = 0, certified = 0;
        int[] answered = new int[3];
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            Certificate certificate = await classifier.CertifyAsync(Input, Plan, SeedSource.FromCaller((ulong)run));
            bool IsFalse(double radius) => radius > 0 && (certificate.Class != 0 || radius > truth);
            answered[certificate.Earlier.Length]++;
            if (certificate.Radius > 0) certified++;
            if (IsFalse(certificate.Radius)) wrong++;
            if (IsFalse(1.5 * certificate.Radius)) inflated++;
            if (certificate.Class == 0 && OfMostVoted(certificate) > truth) unshifted++;
        }
        Assert.InRange(wrong, (int)(0.6 * OfSilence * Trials.NoisyRuns), Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy && unshifted > 10 * Trials.MostNoisy && certified > 9000
            && answered.All(count => count > 200),
            $"{inflated}, {unshifted} of {certified}; {string.Join(", ", answered)}");
    }

    // Both classes are above their thresholds, below ½: what limits is that the one stays ahead of the other.
    [Fact]
    public async Task Where_another_class_is_nearly_ahead_it_is_false_no_more_often_than_alpha()
    {
        double[][] stages = [[0.58, 0.1, 0.17, 0.15], [0.3, 0.3, 0.2, 0.2], [0.5, 0, 0.5, 0]];
        double truth = Truth(stages), alone = Cascade.AnswerRadius(1, Probability.Of(0.58), 0.4m);
        Assert.True(truth < 0.7 * alone);
        RoutedClassifier classifier = Of(stages);
        int wrong = 0, inflated = 0, unrivalled = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            Certificate certificate = await classifier.CertifyAsync(Input, Plan, SeedSource.FromCaller((ulong)run));
            StageEvidence answer = certificate.Expert!;
            if (certificate.Radius > 0 && (certificate.Class != 0 || certificate.Radius > truth)) wrong++;
            if (1.5 * certificate.Radius > truth) inflated++;
            if (Cascade.AnswerRadius(1, answer.LowerBound, 0.4m) > truth) unrivalled++;
        }
        Assert.InRange(wrong, 0, Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy && unrivalled > 10 * Trials.MostNoisy, $"{inflated}, {unrivalled}");
    }
}
