using System.Collections.Immutable;
using System.Threading.Channels;
using Router.Engine;
using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>
/// A range of samples on its way through the forward passes of one network. It ends with the votes of exactly its
/// samples, or with none: a range that is given up, or of which a pass fails, has no votes.
/// </summary>
/// <param name="network">Who votes.</param>
/// <param name="request">What is asked.</param>
/// <param name="account">What its party has had, within that of its caller.</param>
/// <param name="arrival">Its number in the order in which ranges came.</param>
internal sealed class PendingVotes(BatchedNetwork network, VoteRequest request, ServiceAccount account, long arrival)
{
    private readonly TaskCompletionSource _drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _counts = new long[network.Samples.OutcomeCount];
    private readonly Channel<long>? _done = request.Progress is null ? null : Channel.CreateUnbounded<long>(
        new() { SingleReader = true });
    private long _next = request.Range.From;
    private long _undecided, _evaluated;

    /// <summary>Who votes.</summary>
    public BatchedNetwork Network => network;

    /// <summary>What its party has had.</summary>
    public ServiceAccount Account => account;

    /// <summary>Its place among those of its caller.</summary>
    public Rank Rank => new(request.Claim, account.Served, arrival);

    /// <summary>Its place among all, the smallest first: less that its caller has had, then its rank.</summary>
    public (double CallerServed, Rank Rank) Turn => (account.Of!.Served, Rank);

    /// <summary>Whether every sample of the range is in a pass, or it has ended.</summary>
    public bool AsksNoMore => _next == request.Range.To || _drawn.Task.IsCompleted;

    /// <summary>Samples of the range that are in no pass yet.</summary>
    public long Waiting => AsksNoMore ? 0 : request.Range.To - _next;

    /// <summary>Told of each sample's vote where it is set: offset in the range, vote.</summary>
    public SampleVote[]? Sequence { get; init; }

    /// <summary>The votes on the whole range, once it has ended well.</summary>
    public VoteCounts Votes(FunctionId function) =>
        new(ImmutableArray.Create(_counts), _undecided, request.Range, function);

    /// <summary>Waits for its end and passes on what was done until then.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task DrawnAsync()
    {
        // Told here and not in the lane: a listener that is slow, or fails, is its own request's matter.
        if (_done is not null)
            await foreach (long done in _done.Reader.ReadAllAsync(CancellationToken.None))
                request.Progress!.Report(done);
        await _drawn.Task;
    }

    /// <summary>The next sample of the range.</summary>
    public Sample Take() => new(request.Input, request.Stream, _next++, AsksConfidence: Sequence is not null);

    /// <summary>One sample has voted.</summary>
    public void Count(long index, SampleVote vote)
    {
        if (vote.Outcome == SampleVote.Undecided) _undecided++;
        else _counts[vote.Outcome]++;
        if (Sequence is not null) Sequence[index - request.Range.From] = vote;
        _evaluated++;
    }

    /// <summary>A pass is over: tells how far it came, and ends where all have voted.</summary>
    public void Settle()
    {
        _done?.Writer.TryWrite(_evaluated);
        if (_evaluated < request.Range.Count) return;
        _drawn.TrySetResult();
        _done?.Writer.TryComplete();
    }

    /// <summary>A pass with samples of it failed.</summary>
    public void Fail(Exception fault)
    {
        _drawn.TrySetException(fault);
        _done?.Writer.TryComplete();
    }

    /// <summary>
    /// Nobody wants it any more; without effect once it has ended. What is in a pass then is drawn all the same, and
    /// told.
    /// </summary>
    public void GiveUp(CancellationToken cancellationToken)
    {
        _done?.Writer.TryWrite(_next - request.Range.From);
        _drawn.TrySetCanceled(cancellationToken);
        _done?.Writer.TryComplete();
    }
}

/// <summary>
/// How much of a lane somebody has had: places in forward passes, with the part of those that stayed empty. A party's
/// is within its caller's, a caller's within the lane's.
/// </summary>
/// <param name="of">What it is within; null for the lane's.</param>
internal sealed class ServiceAccount(ServiceAccount? of = null)
{
    // How much those within it have had whose turn it is.
    private double _level;

    /// <summary>What it is within; null for the lane's.</summary>
    public ServiceAccount? Of => of;

    /// <summary>
    /// Places so far; who came later, or had to wait for more urgent ones, starts where the others stand.
    /// </summary>
    public double Served { get; private set; }

    /// <summary>Whether it had more than those whose turn it is.</summary>
    public bool IsAhead => Served > of?._level;

    /// <summary>Nobody has a claim on places from before it was its turn.</summary>
    public void Start()
    {
        if (of is null) return;
        of.Start();
        Served = Math.Max(Served, of._level);
    }

    /// <summary>It is its turn: who had less was not there, or not urgent enough, and gets nothing for it.</summary>
    public void TakeTurn()
    {
        if (of is null) return;
        of.TakeTurn();
        of._level = Math.Max(of._level, Served);
    }

    /// <summary>Some places were taken.</summary>
    public void Charge(double places)
    {
        Served += places;
        of?.Charge(places);
    }
}

/// <summary>
/// Whose sample goes next among those of one caller, the smallest first: highest priority, nearest deadline, least
/// served so far, first come.
/// </summary>
/// <param name="Claim">The more urgent goes first.</param>
/// <param name="Served">Less goes first.</param>
/// <param name="Arrival">Earlier goes first.</param>
internal readonly record struct Rank(Claim Claim, double Served, long Arrival) : IComparable<Rank>
{
    /// <inheritdoc/>
    public int CompareTo(Rank other)
    {
        int order = Claim.CompareUrgency(Claim, other.Claim);
        if (order == 0) order = Served.CompareTo(other.Served);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }
}
