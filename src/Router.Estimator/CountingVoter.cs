using Router.Smoothing;

namespace Router.Estimator;

/// <summary>
/// The same voter, whose samples are counted as they are drawn: of a range that was answered all, of one that was given up those that were told to be done.
/// </summary>
/// <param name="voter">Who votes.</param>
/// <param name="drawn">The count.</param>
internal sealed class CountingVoter(IVoter voter, DrawnSamples drawn) : IVoter
{
    public FunctionId FunctionId => voter.FunctionId;

    public decimal Sigma => voter.Sigma;

    public int OutcomeCount => voter.OutcomeCount;

    public async Task<Votes> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Counted counted = new(drawn, request.Range.Count, request.Progress);
        try
        {
            Votes votes = await voter.VoteAsync(request with { Progress = counted }, cancellationToken);
            counted.AddUpTo(request.Range.Count);
            return votes;
        }
        catch (VoterUnavailableException)
        {
            drawn.AnyFailed = true;
            throw;
        }
    }

    // A voter may tell the same number twice, or an earlier one late: a sample is counted once.
    private sealed class Counted(DrawnSamples drawn, long most, IProgress<long>? others) : IProgress<long>
    {
        private long _counted;

        public void Report(long value)
        {
            AddUpTo(Math.Min(value, most));
            others?.Report(value);
        }

        public void AddUpTo(long done)
        {
            for (long before = Volatile.Read(ref _counted); done > before; before = Volatile.Read(ref _counted))
                if (Interlocked.CompareExchange(ref _counted, done, before) == before)
                {
                    drawn.Add(done - before);
                    return;
                }
        }
    }
}
