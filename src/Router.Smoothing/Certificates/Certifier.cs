using Router.Smoothing.Noise;

namespace Router.Smoothing;

/// <summary>Asks voters for votes on pre-registered samples. Which samples those are is fixed beforehand, so no vote can influence which samples count.</summary>
public static class Certifier
{
    /// <summary>Draws the votes of one stage whose outcome is the most voted one, and bounds it.</summary>
    /// <param name="id">The id of the expert or router, for the record.</param>
    /// <param name="voter">Who votes.</param>
    /// <param name="input">The input x.</param>
    /// <param name="stream">Noise whose seed was unknown to the caller before x was fixed.</param>
    /// <param name="counts">n0 and n, pre-registered.</param>
    /// <param name="ledger">Who spends how much of α.</param>
    /// <param name="share">The bound's share of it.</param>
    /// <param name="progress">Told how many of n0 + n samples are done.</param>
    /// <param name="cancellationToken">Stops the voter; nothing is claimed then.</param>
    /// <exception cref="InvalidDataException">The voter answered for other samples, or as another function, than it was asked.</exception>
    public static async Task<StageEvidence> CertifyAsync(
        string id, IVoter voter, GridInput input, NoiseStream stream, SampleCounts counts, AlphaLedger ledger, string share,
        IProgress<long>? progress, CancellationToken cancellationToken)
    {
        (Votes selection, Votes estimation) = await DrawAsync(voter, input, stream, counts, progress, cancellationToken);
        return StageEvidence.AtFixedCount(id, voter.Sigma, stream, selection, estimation, ledger[share], share);
    }

    /// <summary>Draws the votes of one stage: an outcome is selected on the first part and bounded on the second.</summary>
    /// <param name="voter">Who votes.</param>
    /// <param name="input">The input x.</param>
    /// <param name="stream">Noise whose seed was unknown to the caller before x was fixed.</param>
    /// <param name="counts">n0 and n, pre-registered.</param>
    /// <param name="progress">Told how many of n0 + n samples are done.</param>
    /// <param name="cancellationToken">Stops the voter; nothing is claimed then.</param>
    /// <exception cref="InvalidDataException">The voter answered for other samples, or as another function, than it was asked.</exception>
    public static async Task<(Votes Selection, Votes Estimation)> DrawAsync(
        IVoter voter, GridInput input, NoiseStream stream, SampleCounts counts, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        Votes selection = await AskAsync(voter, new(input, stream, counts.SelectionRange) { Progress = progress }, cancellationToken);
        Votes estimation = await AskAsync(
            voter, new(input, stream, counts.EstimationRange) { Progress = OffsetProgress.After(counts.Selection, progress) }, cancellationToken);
        return (selection, estimation);
    }

    /// <summary>The votes of one range, checked to be what was asked for.</summary>
    /// <exception cref="InvalidDataException">The voter answered for other samples, or as another function, than it was asked.</exception>
    public static async Task<Votes> AskAsync(IVoter voter, VoteRequest request, CancellationToken cancellationToken)
    {
        Votes votes = await voter.VoteAsync(request, cancellationToken);
        if (votes.Range != request.Range || votes.FunctionId != voter.FunctionId || votes.Counts.Length != voter.OutcomeCount)
            throw new InvalidDataException(
                $"asked {voter.FunctionId} for samples {request.Range} over {voter.OutcomeCount} outcomes, "
                + $"but {votes.FunctionId} answered for {votes.Range} over {votes.Counts.Length}");
        return votes;
    }
}
