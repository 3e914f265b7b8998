namespace Router.Cluster.Dispatch;

/// <summary>How ranges are handed out. None of it can change a vote: only when it comes, and who is asked.</summary>
public sealed record DispatchOptions
{
    /// <summary>Who asks, before the keys of its parties: workers share themselves among all gateways'.</summary>
    public string Gateway { get; init; } = "gateway";

    /// <summary>
    /// Ranges that may be with a worker at once, for each of its lanes, ≥ 1: one that runs and one that waits, so that
    /// no lane idles for the time of a call.
    /// </summary>
    public int RangesPerLane { get; init; } = 2;

    /// <summary>The least work in a range, so that calls cost little beside it.</summary>
    public TimeSpan LeastWork { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The most work in a range: little is lost with a worker, and urgent asks get in between.</summary>
    public TimeSpan MostWork { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A range without an answer is not asked elsewhere before.</summary>
    public TimeSpan LeastHedge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Nor before so many times the 99th percentile of answer times, or what the worker should take for all it has.
    /// </summary>
    public double HedgeOverP99 { get; init; } = 3;

    /// <summary>
    /// Ranges that may be with a second worker for being late, as a part of all that may be under way; two always may.
    /// A pool that is slow as a whole is not asked for everything twice.
    /// </summary>
    public double HedgedPart { get; init; } = 1.0 / 8;

    /// <summary>One in so many ranges is drawn by a second worker too, and has to come out the same; ≥ 1.</summary>
    public int AuditEvery { get; init; } = 1000;

    /// <summary>
    /// Who is asked for votes that another has given already, to compare them, has failed without an answer after this,
    /// or after three times what makes a range late if that is longer. Until then nothing that nobody compared is
    /// believed. Who has not voted on the canary after this is asked anew. It is longer than a worker needs to find out
    /// by itself that its device hangs.
    /// </summary>
    public TimeSpan AuditPatience { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Whose ranges others had to answer so often in a row is left alone like one that failed; ≥ 1.</summary>
    public int MissesToPause { get; init; } = 3;

    /// <summary>
    /// The first ranges of a worker are audited too, until it agreed with another one on votes that were not all for
    /// one outcome; so many at most.
    /// </summary>
    public int RangesToProve { get; init; } = 16;

    /// <summary>So many distinct workers that failed on one range are enough.</summary>
    public int FailuresToRefuse { get; init; } = 3;

    /// <summary>
    /// An input that nobody has voted on and that was there when so many workers died is asked for no more. Those of
    /// one host are one, where there are others.
    /// </summary>
    public int DeathsToQuarantine { get; init; } = 2;

    /// <summary>For how long such an input is refused.</summary>
    public TimeSpan InputQuarantine { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a request waits for a worker where there is none.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker that failed is left alone so long; it doubles with each failure in a row.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>See <see cref="FirstPause"/>.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Samples of the range that who joins has to vote on as the others did.</summary>
    public int CanarySamples { get; init; } = 256;

    /// <summary>
    /// A worker whose votes nobody has confirmed is not asked while others are at the canary or may have the function,
    /// but for so long of each.
    /// </summary>
    public TimeSpan CanaryPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Inputs whose past is remembered, besides those that are asked for now.</summary>
    public int RememberedInputs { get; init; } = 4096;
}
