using Router.Smoothing;
using Router.Smoothing.Noise;

namespace Router.Estimator;

/// <summary>The samples of one certificate in the making, over all of its stages, told as they are drawn.</summary>
/// <param name="input">The input x.</param>
/// <param name="progress">Told how many samples are done in all.</param>
internal sealed class Draws(GridInput input, IProgress<long>? progress)
{
    private long _drawn;

    /// <summary>Draws a range. An empty one asks nobody.</summary>
    public async Task<Votes> AskAsync(IVoter voter, NoiseStream stream, SampleRange range, CancellationToken cancellationToken)
    {
        if (range.Count == 0)
            return new([.. new long[voter.OutcomeCount]], 0, range, voter.FunctionId);
        Votes votes = await Certifier.AskAsync(
            voter, new(input, stream, range) { Progress = OffsetProgress.After(_drawn, progress) }, cancellationToken);
        _drawn += votes.Total;
        return votes;
    }
}
