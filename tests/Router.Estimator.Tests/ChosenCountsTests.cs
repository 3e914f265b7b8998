using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// A record tells its seed, and so every vote that its streams will ever give: whoever has one certificate must not
/// choose the counts of the next by them.
/// </summary>
public sealed class ChosenCountsTests
{
    private const double Alpha = 0.05;
    private const int Inputs = 100, Run = 6;

    private static readonly SeedSource Seeds = new([1, 2, 3], SeedOrigin.Server);

    // Two classes of one half each: nothing can be proved, every radius is false.
    private readonly ScriptedVoter _torn = ScriptedVoter.Drawn("torn", 0.5m, 0.5, 0.5);

    [Fact]
    public async Task Counts_that_were_chosen_by_the_votes_behind_another_certificate_prove_no_more_than_others()
    {
        RoutedClassifier classifier = new(new Route("torn", _torn));
        int isFalse = 0, chosen = 0;
        for (int i = 0; i < Inputs; i++)
        {
            GridInput input = new(new[] { (byte)i }, 1, 1, 1);
            Certificate first = await classifier.CertifyAsync(input, Plan(selection: 10), Seeds);
            if (LuckyRun(input, first.Expert!.Stream.Seed) is not { } lucky) continue;
            chosen++;
            if ((await classifier.CertifyAsync(input, Plan(lucky), Seeds)).Radius > 0) isFalse++;
        }
        Assert.InRange(chosen, Inputs - 5, Inputs);
        Assert.InRange(isFalse, 0, 2 * Alpha * Inputs);
    }

    [Fact]
    public async Task A_larger_n_continues_the_samples_of_a_certificate_that_may_stop_early_and_of_no_other()
    {
        RoutedClassifier classifier = new(new Route("torn", _torn));
        GridInput input = new(new byte[] { 7 }, 1, 1, 1);
        async Task<ulong> SeedAsync(Smoothing.Sampling.SamplingPlan plan) =>
            (await classifier.CertifyAsync(input, new(plan, Alpha), Seeds)).Expert!.Stream.Seed;
        SampleCounts few = new(10, 100), more = new(10, 200), later = new(11, 100);
        ulong[] seeds =
        [
            await SeedAsync(Smoothing.Sampling.SamplingPlan.Fixed(few, few)),
            await SeedAsync(Smoothing.Sampling.SamplingPlan.Fixed(more, more)),
            await SeedAsync(Smoothing.Sampling.SamplingPlan.Adaptive(few, few, new())),
            await SeedAsync(Smoothing.Sampling.SamplingPlan.Adaptive(later, later, new())),
        ];
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(seeds[2], await SeedAsync(Smoothing.Sampling.SamplingPlan.Adaptive(more, more, new())));
    }

    private static CertificationPlan Plan(int selection) =>
        new(new SampleCounts(selection, Run), new SampleCounts(selection, Run), Alpha);

    // n0 after which n votes are all for the class that the first n0 select.
    private int? LuckyRun(GridInput input, ulong seed)
    {
        int[] votes = [.. Enumerable.Range(0, 1000).Select(sample => _torn.VoteAsync(
            new(input, RoutedClassifier.ExpertStream(seed, 0), new(sample, sample + 1)), CancellationToken.None)
                .Result.MostVoted)];
        int ones = votes.Take(10).Sum();
        for (int selection = 10; selection + Run < votes.Length; ones += votes[selection++])
            if (votes.Skip(selection).Take(Run).All(vote => vote == (2 * ones > selection ? 1 : 0)))
                return selection;
        return null;
    }
}
