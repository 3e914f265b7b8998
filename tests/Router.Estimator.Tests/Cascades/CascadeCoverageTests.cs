using Router.Estimator.Tests.Failover;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;

namespace Router.Estimator.Tests.Cascades;

/// <summary>
/// How often a cascade's certificate is false where every probability lies at the boundary of its bound: two stages,
/// half-spaces on a line.
/// </summary>
public sealed class CascadeCoverageTests
{
    private const int N = 10_000;
    private const decimal Tau = 0.7m;
    private static readonly SampleCounts Counts = new(100, N);
    private static readonly CertificationPlan Plan = new(Counts, Counts, Trials.Alpha);
    private static readonly GridInput Input = new(new byte[] { 1, 2 }, 2);
    private static readonly double QuantileOfTau = Normal.Quantile((double)Tau);

    // σ = 1 for the first stage, ½ for the second: a base class of probability Φ(t/σ) is lost where x has moved by t,
    // its rival gained there.
    private static RoutedClassifier Of(double first, double second) =>
        new([new("first", BinomialVoter.Of("first", 1, first)),
            new("second", BinomialVoter.Of("second", 0.5m, second))], new Cascade(Tau));

    private static async Task<(int Wrong, int Inflated, int AnyBound)> FailuresAsync(
        RoutedClassifier classifier, double truth, Func<Certificate, bool> anyBound)
    {
        int wrong = 0, inflated = 0, any = 0;
        for (int run = 0; run < Trials.NoisyRuns; run++)
        {
            Certificate certificate = await classifier.CertifyAsync(Input, Plan, SeedSource.FromCaller((ulong)run));
            if (certificate.Radius > truth) wrong++;
            if (1.02 * certificate.Radius > truth) inflated++;
            if (anyBound(certificate)) any++;
        }
        return (wrong, inflated, any);
    }

    private const double OfAnswers = Trials.Alpha * 0.8 / 2, OfSilence = Trials.Alpha * 0.2 / 2;

    // Runs of the two that are expected to be false: .8α/2 and .2α/2 of all, give or take.
    private static int Few(double alpha) => (int)(0.6 * alpha * Trials.NoisyRuns);

    // The first stage answers while P > τ: then the second would, with another class.
    [Fact]
    public async Task Where_the_answer_limits_it_is_false_no_more_often_than_alpha_and_two_per_cent_more_would_be_seen()
    {
        double p = ClopperPearson.Lower(9000, N, OfAnswers).Value * (1 - 1e-9),
        truth = Normal.Quantile(p) - QuantileOfTau;
        (int wrong, int inflated, _) = await FailuresAsync(Of(p, 0.001), truth, _ => false);
        Assert.InRange(wrong, Few(OfAnswers), Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy, $"{inflated}");
    }

    // The first stage is silent while its more probable rival stays below τ.
    [Fact]
    public async Task Where_silence_limits_it_is_false_no_more_often_than_alpha_and_two_per_cent_more_would_be_seen()
    {
        double rival = ClopperPearson.Upper(4000, N, OfSilence).Value * (1 + 1e-9),
        truth = QuantileOfTau - Normal.Quantile(rival);
        (int wrong, int inflated, _) = await FailuresAsync(Of(1 - rival, 0.9999), truth, _ => false);
        Assert.InRange(wrong, Few(OfSilence), Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy, $"{inflated}");
    }

    // The first stage answers, far from where it could answer otherwise, but not as far as the second agrees.
    [Fact]
    public async Task Where_a_later_stage_limits_it_is_false_no_more_often_than_alpha_and_two_per_cent_more_would_show()
    {
        double p = ClopperPearson.Lower(8500, N, OfAnswers).Value * (1 - 1e-9), truth = 0.5 * Normal.Quantile(p);
        (int wrong, int inflated, _) = await FailuresAsync(Of(0.72, p), truth, _ => false);
        Assert.InRange(wrong, Few(OfAnswers), Trials.MostNoisy);
        Assert.True(inflated > Trials.MostNoisy, $"{inflated}");
    }

    [Fact]
    public async Task All_bounds_hold_together_with_probability_one_minus_alpha()
    {
        double rival = ClopperPearson.Upper(4000, N, OfSilence).Value * (1 + 1e-9),
        silence = QuantileOfTau - Normal.Quantile(rival);
        double p = ClopperPearson.Lower(9000, N, OfAnswers).Value * (1 - 1e-9), answer = 0.5 * Normal.Quantile(p);
        (_, _, int any) = await FailuresAsync(
            Of(1 - rival, p), double.PositiveInfinity,
            certificate => certificate.Expert!.Radius > answer
                || certificate.Earlier.Any(stage => stage.SilenceRadius > silence));
        Assert.InRange(any, Few(OfAnswers + OfSilence), Trials.MostNoisy);
    }
}
