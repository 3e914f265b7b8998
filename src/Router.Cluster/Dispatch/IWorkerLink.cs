using System.Diagnostics;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Cluster.Dispatch;

/// <summary>The way to one worker: a process on another machine, or a stand-in for it in a test.</summary>
public interface IWorkerLink
{
    /// <summary>
    /// Names one life of one worker: a process that was started again is another worker, with nothing on its record.
    /// </summary>
    string Worker { get; }

    /// <summary>The machine that it dies with; its own unless told.</summary>
    string Host => Worker;

    /// <summary>Asks for the votes on every sample of a range.</summary>
    /// <exception cref="WorkerLostException">The worker is gone.</exception>
    /// <exception cref="InvalidDataException">What it answered is no answer: it is not to be believed.</exception>
    /// <exception cref="OperationCanceledException">The ask was given up.</exception>
    /// <exception cref="Exception">Any other: this worker failed on this ask, and another may not.</exception>
    Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken);
}

/// <summary>A range of samples as a worker is asked for it. Whoever answers it gives the same votes.</summary>
/// <param name="Function">The function that is to vote; a worker that has another one refuses.</param>
/// <param name="Input">The input x.</param>
/// <param name="Stream">Where the noise comes from.</param>
/// <param name="Range">Which samples.</param>
public sealed record RangeAsk(FunctionId Function, GridInput Input, NoiseStream Stream, SampleRange Range)
{
    /// <summary>
    /// Whose it is, a gateway: its asks have one share of a worker between them, and it shares out what it asks for
    /// itself.
    /// </summary>
    public string Party { get; init; } = "";

    /// <summary>Higher goes first.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// How long the answer is useful for, from now: clocks of two machines differ. Null where it has no deadline.
    /// </summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>The trace that it is part of; default where it is of none.</summary>
    public ActivityContext Trace { get; init; }
}

/// <summary>What a worker says. Closed: the answers are the nested records.</summary>
public abstract record RangeAnswer
{
    private RangeAnswer() { }

    /// <summary>The votes.</summary>
    /// <param name="Votes">On the range that was asked.</param>
    /// <param name="Ahead">How many ranges were with the worker when this one came, whoever's they were; ≥ 0.</param>
    public sealed record Voted(VoteCounts Votes, int Ahead) : RangeAnswer;

    /// <summary>Its queue is full. It failed at nothing.</summary>
    /// <param name="RetryAfter">When to ask it again, at the earliest; > 0.</param>
    public sealed record Busy(TimeSpan RetryAfter) : RangeAnswer;
}

/// <summary>A worker is gone, with all that it was asked for: its process ended, or nobody can reach it.</summary>
/// <param name="worker">Its id.</param>
/// <param name="reason">How that was found out, in words.</param>
/// <param name="cause">What was thrown; null where nothing was.</param>
internal sealed class WorkerLostException(string worker, string reason, Exception? cause = null) : Exception(
    $"{worker}: {reason}", cause);
