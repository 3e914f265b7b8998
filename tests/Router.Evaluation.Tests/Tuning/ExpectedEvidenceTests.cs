using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs.Scoring;
using Router.Evaluation.Tuning;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tests.Tuning;

/// <summary>
/// What a search expects is, of as many votes as a certificate bounds, what is certified on these votes.
/// </summary>
public sealed class ExpectedEvidenceTests : IDisposable
{
    private const int Selection = 100, Estimation = 300, Images = 60;
    private readonly RecordedWorld _world = new();

    public void Dispose() => _world.Dispose();

    public static TheoryData<int[], int[][]> Cascades => new()
    {
        { [0, 0], [[100], [100]] },
        { [120, 0], [[100], [100]] },
        { [120, 110], [[60], [100]] },
        { [101, 0], [[150], [100]] },
        { [120, 0], [[100, 40, 160, 90], [100]] },
        { [0, 0], [[60, 120, 150, 10], [100]] },
    };

    [Theory]
    [MemberData(nameof(Cascades))]
    public async Task A_cascade_has_the_radius_that_is_certified(int[] pass, int[][] thresholds)
    {
        (TuningVotes expected, ReportedSystems certified) = await VotesAsync();
        TunedCascade cascade = new([0, 1], [.. pass], [.. thresholds.Select(stage => stage.ToImmutableArray())]);
        double[] radii = new CascadeTrial(expected, [.. Enumerable.Range(0, Images)], new([0]), cascade).Radii();
        Answer[] answers = certified.Of(cascade);
        int same = 0;
        for (int i = 0; i < Images; i++)
        {
            // Selection votes may name another class or stage than it would take.
            if (answers[i].Class != expected.Labels[i]) continue;
            Assert.Equal(answers[i].Radius, radii[i], 1e-9);
            same++;
        }
        Assert.True(same >= Images / 3, $"{same} of {Images}");
    }

    [Fact]
    public async Task An_expert_alone_has_the_radius_that_is_certified()
    {
        (TuningVotes expected, ReportedSystems certified) = await VotesAsync();
        for (int network = 0; network < 2; network++)
        {
            double[] radii = expected.Alone(network);
            Answer[] answers = certified.Alone(network);
            Assert.Contains(answers, answer => answer.Radius > 0);
            for (int i = 0; i < Images; i++)
                if (answers[i].Class == expected.Labels[i]) Assert.Equal(answers[i].Radius, radii[i], 1e-9);
        }
    }

    [Fact]
    public void Few_votes_stand_for_as_many_as_fall_in_proportion()
    {
        ExpectedMargins few = new(draws: 8, estimation: 100), all = new(draws: 100, estimation: 100);
        Assert.Equal(ClopperPearson.Lower(88, 100, 0.01).Quantile, few.Lower(0.01)[7]); // 87.5, to the nearest
        Assert.Equal(ClopperPearson.Upper(13, 100, 0.02).Quantile, few.Upper(0.02)[1]);
        Assert.Equal(ClopperPearson.Lower(37, 100, 0.01).Quantile, all.Lower(0.01)[37]);
        Assert.Equal(double.NegativeInfinity, few.Lower(0.01)[0]);
        Assert.Equal(double.PositiveInfinity, few.Upper(0.01)[8]);
    }

    // The search sees the estimation votes alone.
    private async Task<(TuningVotes Expected, ReportedSystems Certified)> VotesAsync()
    {
        RecordedImages recorded = RecordedImages.Read(
            await _world.RecordAsync("votes", 0, Images, Selection + Estimation), [], _ => true);
        TuningVotes expected = new(
            [.. recorded.Networks.Select(network => new VotesByConfidence(
                TunedNetwork.Of(network.Terms), Estimation,
                [.. recorded.Images.Select(image => network.Votes(
                    image.Input, new(Selection, Selection + Estimation)))]))],
            recorded.Labels, Estimation, 0.001);
        return (expected, new(recorded, new SampleCounts(Selection, Estimation), 0.001));
    }
}
