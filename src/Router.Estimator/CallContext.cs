using Router.Smoothing;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// For whom a classifier is asked. It goes with every draw of an answer, and changes when votes come and who hears of
/// them, never which samples they are on nor what they are.
/// </summary>
public sealed record CallContext
{
    /// <summary>Nobody in particular.</summary>
    public static CallContext None { get; } = new();

    /// <summary>How urgent votes are, and whose.</summary>
    public Claim Claim { get; init; } = Claim.None;

    /// <summary>
    /// Whether an answer needs everybody who is asked, as one that is logged does: it must not depend on who was there.
    /// Elsewhere a peer or a later stage that cannot answer is one that is asked no more, at a smaller radius.
    /// </summary>
    public bool NeedsAll { get; init; }

    /// <summary>Counts samples as they are drawn; null where nobody counts.</summary>
    public DrawnSamples? Drawn { get; init; }

    /// <summary>Sees every draw; null where nobody looks.</summary>
    public DrawObserver? Observer { get; init; }

    /// <summary>
    /// The votes of one range, asked for in this context and checked to be what was asked for. Of an empty one nobody
    /// is asked.
    /// </summary>
    internal Task<VoteCounts> AskAsync(
        Stage stage, Route asked, VoteRequest request, CancellationToken cancellationToken) =>
        request.Range.Count == 0
            ? Task.FromResult<VoteCounts>(
                new([.. new long[asked.Voter.OutcomeCount]], 0, request.Range, asked.Voter.FunctionId))
        : Observer is null
            ? DrawAsync(asked, request, cancellationToken)
            : Observer(stage, asked, request, () => DrawAsync(asked, request, cancellationToken));

    // Of a range that was answered all samples count, of one that was given up those that were told to be done.
    private async Task<VoteCounts> DrawAsync(Route asked, VoteRequest request, CancellationToken cancellationToken)
    {
        if (Drawn is null)
            return await Certifier.AskAsync(asked.Voter, request with { Claim = Claim }, cancellationToken);
        CountedProgress counted = new(Drawn, request.Range.Count);
        try
        {
            VoteCounts votes = await Certifier.AskAsync(
                asked.Voter, request with { Claim = Claim, Progress = counted }, cancellationToken);
            counted.AddUpTo(request.Range.Count);
            return votes;
        }
        catch (VoterUnavailableException)
        {
            Drawn.AnyFailed = true;
            throw;
        }
    }

    // A voter may tell the same number twice, or an earlier one late: a sample is counted once.
    private sealed class CountedProgress(DrawnSamples drawn, long most) : IProgress<long>
    {
        private long _counted;

        public void Report(long value) => AddUpTo(Math.Min(value, most));

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

/// <summary>Sees a draw from before it begins until it ends.</summary>
/// <param name="stage">
/// For which stage; of a cascade always the expert, since which stage answers is not known before.
/// </param>
/// <param name="asked">Who votes.</param>
/// <param name="request">On what.</param>
/// <param name="draw">Draws; to be called once, its votes or its exception are those of the observer.</param>
public delegate Task<VoteCounts> DrawObserver(
    Stage stage, Route asked, VoteRequest request, Func<Task<VoteCounts>> draw);

/// <summary>
/// Counts the noisy samples that were drawn for somebody, whatever came of them: of an answer, and of work that was
/// given up.
/// </summary>
public sealed class DrawnSamples
{
    private long _count;

    /// <summary>Samples so far, ≥ 0.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Whether somebody could not answer: what came of it is not what comes of asking again.</summary>
    public bool AnyFailed { get; internal set; }

    internal void Add(long samples) => Interlocked.Add(ref _count, samples);
}
