using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>The samples of one certificate in the making, over all of its stages, told as they are drawn.</summary>
/// <param name="input">The input x.</param>
/// <param name="progress">Told how many samples are done in all.</param>
internal sealed class Draws(GridInput input, IProgress<long>? progress)
{
    private long _drawn;

    /// <summary>Draws a range. An empty one asks nobody.</summary>
    public async Task<VoteCounts> AskAsync(
        CallContext context, Stage stage, Route asked, NoiseStream stream, SampleRange range,
        CancellationToken cancellationToken)
    {
        if (range.Count == 0)
            return new([.. new long[asked.Voter.OutcomeCount]], 0, range, asked.Voter.FunctionId);
        VoteRequest request = new(input, stream, range) { Progress = OffsetProgress.After(_drawn, progress) };
        VoteCounts votes = await context.AskAsync(stage, asked, request, cancellationToken);
        _drawn += votes.Total;
        return votes;
    }
}
