using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Smoothing.Tests.Certificates;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests.Cascades;

/// <summary>
/// How often the certificate that is served is false: a cascade of experts that pass, which draws until a radius is
/// proved and stops at the first look at which it is. The radius asked for is a little more than is true, so that
/// whenever it stops for it, it is wrong.
/// </summary>
public sealed class AdaptiveCascadeCoverageTests
{
    private const int Runs = 3000, Selection = 60, N = 500;
    private const double TooFar = 1.02;

    // P[Bin(3000, p) > most] ≤ 1e-6 for p = α, and for the shares of it that an answer and a silence have, .02 and
    // .005.
    private const int Most = 210, MostOfAnswers = 100, MostOfSilence = 37;
    private static readonly SampleCounts Counts = new(Selection, N);
    private static readonly GridInput Input = new(new byte[] { 1, 2 }, 2);
    private static readonly double OfAnswers = new Cascade(0.5m).Split(Trials.Alpha)[AlphaLedger.Expert],
        OfSilence = new Cascade(0.5m).Split(Trials.Alpha)[AlphaLedger.Silence];

    // The shares of class 0 and of class 1; all other votes pass.
    private static Route Stage(string id, decimal sigma, double first, double second) => new(
        id, new ScriptedVoter(id, sigma, 2, (stream, sample) =>
            ExactBinomial.Uniform(stream, sample, 0) is var u && u < first ? 0 : u < first + second ? 1 : null)
        {
            Passes = true,
        });

    private static async Task<(int Wrong, int AtOneLook)> FailuresAsync(
        Route[] stages, double truth, Func<VoteCounts, double> atOneLook)
    {
        SamplingPlan sampling = SamplingPlan.Adaptive(
            Counts, Counts, new() { Target = TooFar * truth }, new ChunkGrowth(First: 25, Factor: 1.4, Multiple: 1));
        (int wrong, int peeked) = (0, 0);
        for (int run = 0; run < Runs; run++)
        {
            VoteCounts? seen = null;
            double furthest = 0;
            RoutedClassifier classifier = new RoutedClassifier([.. stages], new Cascade(0.5m)).For(new()
            {
                Observer = async (_, asked, request, draw) =>
                {
                    VoteCounts votes = await draw();
                    if (asked.Id == "first" && request.Range.From >= Selection)
                        furthest = Math.Max(furthest, atOneLook(seen = seen is null ? votes : seen.Then(votes)));
                    return votes;
                },
            });
            Certificate certificate = await classifier.CertifyAsync(
                Input, new(sampling, Trials.Alpha), SeedSource.FromCaller((ulong)run));
            if (certificate.Radius > 0 && (certificate.Class != 0 || certificate.Radius > truth)) wrong++;
            if (furthest > truth) peeked++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{wrong} and {peeked} of {Runs}, {Most} are allowed");
        return (wrong, peeked);
    }

    // The first stage answers class 0 while it has half of all votes, those that pass among them; the second never
    // does.
    [Fact]
    public async Task Where_an_answer_limits_it_is_false_no_more_often_than_alpha_and_a_bound_of_one_look_would_be()
    {
        double truth = Normal.Quantile(0.64);
        (int wrong, int atOneLook) = await FailuresAsync(
            [Stage("first", 1, 0.64, 0.06), Stage("second", 0.5m, 0.001, 0.9)], truth,
            votes => Cascade.AnswerRadius(1, Cohen.LowerBound(0, votes, OfAnswers), 0.5m));
        Assert.InRange(wrong, 0, Most);
        // The control: each look at the level of the only one.
        Assert.True(atOneLook > MostOfAnswers, $"{atOneLook}");
    }

    // The first stage is silent while class 1 has less than half of all votes; the second answers class 0 throughout.
    [Fact]
    public async Task Where_silence_limits_it_is_false_no_more_often_than_alpha_and_a_bound_of_one_look_would_be()
    {
        double truth = -Normal.Quantile(0.36);
        (int wrong, int atOneLook) = await FailuresAsync(
            [Stage("first", 1, 0.1, 0.36), Stage("second", 0.5m, 0.999, 0)], truth,
            votes => Cascade.SilenceRadius(1, Cohen.UpperBound(1, votes, OfSilence), 0.5m));
        Assert.InRange(wrong, 0, Most);
        Assert.True(atOneLook > MostOfSilence, $"{atOneLook}");
    }
}
