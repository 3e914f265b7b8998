using System.Globalization;
using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// The page and the plan are one algorithm: what the paper's pseudo-code answers is what is certified and served.
/// </summary>
public sealed class SmoothTests
{
    private const int Runs = 300;

    public static TheoryData<string> Shares =>
        ["0.97 0.02 0.01", "0.1 0.9 0", "0.48 0.5 0.02", "0.3 0.35 0.35", "0 1 0"];

    // Two classes; the rest of the votes is undecided.
    private static ScriptedVoter Voter(string shares)
    {
        double[] each = [.. shares.Split(' ').Select(share => double.Parse(share, CultureInfo.InvariantCulture))];
        return new("only", 0.37m, outcomes: 2, (stream, sample) =>
        {
            double u = Math.ScaleB(stream.Uniform(sample, 0), -64);
            return u < each[0] ? 0 : u < each[0] + each[1] ? 1 : null;
        });
    }

    private static GridInput Input(int run) => new(new[] { (byte)run, (byte)(run >> 8) }, 2);

    // The noise of the seed that the plan derives.
    private static Smooth Page(IVoter voter, SeedSource seeds, SeedMessage message) =>
        new(voter, RoutedClassifier.ExpertStream(seeds.SeedFor(message), route: 0));

    [Theory]
    [MemberData(nameof(Shares))]
    public async Task Certify_gives_the_class_and_to_the_last_bit_the_radius_that_the_plan_gives(string shares)
    {
        IVoter voter = Voter(shares);
        RoutedClassifier classifier = new(new Route("only", voter));
        for (int run = 0; run < Runs; run++)
        {
            (int n0, int n, double alpha) = (1 + run % 30, 40 + 7 * run, 0.05 / (1 + run % 3));
            SampleCounts counts = new(n0, n);
            CertificationPlan plan = new(counts, counts, alpha) { TwoSided = false };
            SeedSource seeds = SeedSource.FromCaller((ulong)run);
            Certificate planned = await classifier.CertifyAsync(Input(run), plan, seeds);
            Smooth page = Page(voter, seeds, classifier.CertificateMessage(Input(run).Hash, plan));
            Assert.Equal((planned.Class, planned.Radius), await page.CertifyAsync(Input(run), n0, n, alpha));
        }
    }

    [Theory]
    [MemberData(nameof(Shares))]
    public async Task Predict_gives_the_class_that_is_predicted(string shares)
    {
        IVoter voter = Voter(shares);
        RoutedClassifier classifier = new(new Route("only", voter));
        for (int run = 0; run < Runs; run++)
        {
            (int n, double alpha) = (5 + run, 0.05 / (1 + run % 3));
            SeedSource seeds = SeedSource.FromCaller((ulong)run);
            RoutedPrediction predicted = await classifier.PredictAsync(Input(run), n, alpha, seeds);
            Smooth page = Page(voter, seeds, classifier.PredictionMessage(Input(run).Hash, n, alpha));
            Assert.Equal(predicted.Class, await page.PredictAsync(Input(run), n, alpha));
        }
    }

    [Fact]
    public async Task Both_abstain_where_no_class_has_half_of_the_votes_and_both_answer_where_all_agree()
    {
        Smooth torn = new(Voter("0.3 0.35 0.35"), new(1, 1)), sure = new(Voter("0 1 0"), new(1, 1));
        Assert.Equal(((int?)null, 0.0), await torn.CertifyAsync(Input(0), 100, 1000, 0.001));
        Assert.Null(await torn.PredictAsync(Input(0), 1000, 0.001));
        (int? answer, double radius) = await sure.CertifyAsync(Input(0), 100, 1000, 0.001);
        Assert.Equal((1, true, 1), (answer, radius > 0.37 * 2, await sure.PredictAsync(Input(0), 1000, 0.001)));
    }
}
