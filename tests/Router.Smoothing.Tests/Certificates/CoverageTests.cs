using Router.Smoothing.Bounds;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// How often a certificate claims more than the truth, where the truth is chosen as badly as it can be: just below a
/// value that the bound takes, so that CERTIFY fails with probability α exactly (docs/certificates.md, section 8).
/// </summary>
public sealed class CoverageTests
{
    private const decimal Sigma = 0.5m;

    // Just below the bound that k successes of n give: k or more of them claim too much.
    private static double Boundary(int k, int n, double alpha) => ClopperPearson.Lower(k, n, alpha).Value * (1 - 1e-9);

    private static double Radius(int successes, int n, double alpha) =>
        Cohen.Radius(Sigma, ClopperPearson.Lower(successes, n, alpha));

    private static double TrueRadius(double p) => (double)Sigma * Normal.Quantile(p);

    [Theory]
    [InlineData(100, 65)]
    [InlineData(100, 97)]
    [InlineData(1000, 560)]
    [InlineData(1000, 900)]
    [InlineData(10_000, 9_950)]
    public void Certify_claims_too_much_with_probability_alpha_at_the_boundary_and_no_more(int n, int k)
    {
        double p = Boundary(k, n, Trials.Alpha), truth = TrueRadius(p);
        double[] radius = [.. Enumerable.Range(0, n + 1).Select(successes => Radius(successes, n, Trials.Alpha))];
        ExactBinomial votes = new(n, p);
        NoiseStream stream = new((ulong)(n + k), 0);
        int failures = Trials.Count(Trials.Runs, run => radius[votes.Draw(stream, run)] > truth);
        Assert.InRange(failures, Trials.Fewest, Trials.Most);
    }

    [Theory]
    [InlineData(1000, 900)]
    [InlineData(10_000, 9_000)]
    public void Control_a_radius_two_per_cent_too_large_is_caught(int n, int k)
    {
        double p = Boundary(k, n, Trials.Alpha), truth = TrueRadius(p);
        double[] radius = [.. Enumerable.Range(0, n + 1)
            .Select(successes => 1.02 * Radius(successes, n, Trials.Alpha))];
        ExactBinomial votes = new(n, p);
        NoiseStream stream = new((ulong)(n + k), 1);
        Assert.True(Trials.Count(Trials.Runs, run => radius[votes.Draw(stream, run)] > truth) > Trials.Most);
    }

    [Fact]
    public void Control_looking_at_Clopper_Pearson_ten_times_is_caught()
    {
        const int Looks = 10, Step = 100;
        double p = Boundary(900, Looks * Step, Trials.Alpha), truth = TrueRadius(p);
        double[][] radius = [.. Enumerable.Range(1, Looks).Select(look =>
            Enumerable.Range(0, look * Step + 1).Select(successes => Radius(successes, look * Step, Trials.Alpha))
                .ToArray())];
        ExactBinomial votes = new(Step, p);
        NoiseStream stream = new(5, 0);
        int failures = Trials.Count(Trials.Runs, run =>
        {
            int successes = 0;
            for (int look = 0; look < Looks; look++)
                if (radius[look][successes += votes.Draw(stream, run, look)] > truth) return true;
            return false;
        });
        Assert.True(failures > 2 * Trials.Most);
    }

    [Fact]
    public void Control_bounding_the_class_on_the_votes_that_selected_it_is_caught()
    {
        // Both classes have probability ½, so that nothing can be certified; the luckier of the two looks as if it
        // could.
        const int N = 1000;
        ExactBinomial votes = new(N, 0.5);
        NoiseStream stream = new(6, 0);
        bool[] certifies = [.. Enumerable.Range(0, N + 1).Select(successes => Radius(successes, N, Trials.Alpha) > 0)];
        int honest = Trials.Count(Trials.Runs, run => certifies[votes.Draw(stream, run)]);
        int reusing = Trials.Count(
            Trials.Runs, run => votes.Draw(stream, run) is var first && certifies[Math.Max(first, N - first)]);
        Assert.True(honest <= Trials.Most);
        Assert.True(reusing > Trials.Most);
    }

    [Theory]
    [InlineData(0.5, 3000)]
    [InlineData(0.4, 3000)]
    [InlineData(0.34, 500)]
    public void Predict_answers_a_tie_with_probability_alpha_at_most(double each, int atLeast)
    {
        // Two classes tie and a third has the rest: any answer may be the wrong one, so that all but abstentions count
        // as failures.
        const int N = 200;
        ExactBinomial first = new(N, each);
        Dictionary<int, ExactBinomial> second = [];
        NoiseStream stream = new((ulong)(each * 100), 0);
        int answered = Trials.Count(Trials.Runs, run =>
        {
            int a = first.Draw(stream, run);
            if (!second.TryGetValue(N - a, out ExactBinomial? rest))
                second[N - a] = rest = new(N - a, Math.Min(1 - 1e-12, each / (1 - each)));
            int b = rest.Draw(stream, run, coordinate: 1);
            return Cohen.Predict(new([a, b, N - a - b], 0, new(0, N), new("toy")), Trials.Alpha) is not null;
        });
        // Below α by what the discreteness of an exact test costs, and by more where the third class comes close.
        Assert.InRange(answered, atLeast, Trials.Most);
    }
}
