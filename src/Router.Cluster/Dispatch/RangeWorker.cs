using System.Collections.Immutable;
using System.Diagnostics;
using Router.Cluster.Telemetry;
using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>A function that a worker has.</summary>
/// <param name="Function">What it is.</param>
/// <param name="Network">The id of its network in the registry.</param>
/// <param name="Sigma">The σ of its noise.</param>
/// <param name="Device">What it runs on.</param>
/// <param name="Lanes">Forward passes of it that run at once, ≥ 1.</param>
/// <param name="Voter">Votes.</param>
public sealed record HostedFunction(
    PoolFunction Function, string Network, decimal Sigma, string Device, int Lanes, IVoter Voter)
{
    /// <summary>θ: how sure it must be for a vote to count.</summary>
    public PassThreshold Pass { get; init; }

    /// <summary>What the function is made of without θ, by name.</summary>
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>
/// A worker's side of an ask: draws the range on the function that was asked for, and on no other. It has room for so
/// many ranges; beyond, it says so at once, and whoever asks goes elsewhere.
/// </summary>
/// <param name="functions">What it has.</param>
/// <param name="clock">The time.</param>
internal sealed class RangeWorker(ImmutableArray<HostedFunction> functions, TimeProvider clock)
{
    /// <summary>Ranges that it takes at once, for each lane of a function.</summary>
    public const int RangesPerLane = 8;

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (object Party, int Ranges)> _parties = new(StringComparer.Ordinal);
    private readonly Dictionary<FunctionId, int> _inside = [];
    private readonly Dictionary<FunctionId, RecentRate> _rates =
        functions.Select(one => one.Function.Id).Distinct().ToDictionary(id => id, _ => new RecentRate(clock));

    /// <summary>What it has.</summary>
    public ImmutableArray<HostedFunction> Functions => functions;

    /// <summary>Whether it is about to end: it finishes what it has, and has no room for more.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Ranges that are with it.</summary>
    public int Inside
    {
        get
        {
            lock (_gate) return _inside.Values.Sum();
        }
    }

    /// <summary>Ranges of a function that are with it.</summary>
    internal int InsideOf(HostedFunction hosted)
    {
        lock (_gate) return _inside.GetValueOrDefault(hosted.Function.Id);
    }

    /// <summary>What it voted as a function in the last minute, in samples a second.</summary>
    internal double VotesPerSecondOf(HostedFunction hosted)
    {
        lock (_gate) return _rates[hosted.Function.Id].PerSecond;
    }

    /// <summary>Ranges of a function that it takes at once.</summary>
    internal static int RoomOf(HostedFunction hosted) => RangesPerLane * hosted.Lanes;

    /// <summary>The votes on a range, or that there is no room.</summary>
    /// <exception cref="ArgumentException">The ask is wrong: its samples, or the shape of its input.</exception>
    /// <exception cref="KeyNotFoundException">It does not have the function.</exception>
    /// <exception cref="Exception">What the function failed with.</exception>
    public async Task<RangeAnswer> AnswerAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        if (functions.FirstOrDefault(one => one.Function.Id == ask.Function) is not { } hosted)
        {
            ClusterMeter.Asked("none", "failed");
            throw new KeyNotFoundException($"this worker has no function {ask.Function}");
        }
        if (Objection(ask, hosted) is { } objection)
        {
            ClusterMeter.Asked(hosted.Network, "wrong");
            throw new ArgumentException(objection, nameof(ask));
        }
        using Activity? span = ClusterSpans.Vote(ask, hosted);
        try
        {
            RangeAnswer answer = await AnswerAsync(ask, hosted, span, cancellationToken);
            string outcome = answer is RangeAnswer.Voted ? "voted" : IsDraining ? "draining" : "busy";
            ClusterMeter.Asked(hosted.Network, outcome);
            ClusterSpans.End(span, outcome);
            return answer;
        }
        catch (Exception fault)
        {
            // Of an ask that is not wrong whatever else is, is the function's failure.
            string outcome = cancellationToken.IsCancellationRequested ? "given_up" : "failed";
            ClusterMeter.Asked(hosted.Network, outcome);
            ClusterSpans.End(span, outcome, fault);
            throw;
        }
    }

    private static string? Objection(RangeAsk ask, HostedFunction hosted) =>
        ask.Range.From < 0 || ask.Range.Count <= 0 ? $"samples {ask.Range} are none"
        : !ask.Input.Shape.SequenceEqual(hosted.Function.ImageShape)
            ? $"the input is ({string.Join(", ", ask.Input.Shape)}), the network takes "
                + $"({string.Join(", ", hosted.Function.ImageShape)})"
        : null;

    private async Task<RangeAnswer> AnswerAsync(
        RangeAsk ask, HostedFunction hosted, Activity? span, CancellationToken cancellationToken)
    {
        if (TryEnter(hosted, ask.Party) is not var (ahead, party)) return new RangeAnswer.Busy(Retry);
        span?.SetTag("dualrs.ahead", ahead);
        long begun = clock.GetTimestamp();
        try
        {
            Claim claim = new()
            {
                Caller = ask.Party, Party = party, Priority = ask.Priority,
                Deadline = clock.GetUtcNow() + ask.Remaining,
            };
            VoteCounts votes = await hosted.Voter.VoteAsync(
                new(ask.Input, ask.Stream, ask.Range) { Claim = claim }, cancellationToken);
            ClusterMeter.Voted(hosted.Network, ask.Range.Count, clock.GetElapsedTime(begun));
            lock (_gate) _rates[hosted.Function.Id].Add(ask.Range.Count);
            return new RangeAnswer.Voted(votes, ahead);
        }
        finally
        {
            Leave(hosted, ask.Party);
        }
    }

    // A party is an object to those who share lanes out: the same one as long as ranges of it are here.
    private (int Ahead, object Party)? TryEnter(HostedFunction hosted, string key)
    {
        lock (_gate)
        {
            int ahead = _inside.GetValueOrDefault(hosted.Function.Id);
            if (IsDraining || ahead >= RoomOf(hosted)) return null;
            _inside[hosted.Function.Id] = ahead + 1;
            (object party, int ranges) = _parties.GetValueOrDefault(key, (new(), 0));
            _parties[key] = (party, ranges + 1);
            return (ahead, party);
        }
    }

    private void Leave(HostedFunction hosted, string key)
    {
        lock (_gate)
        {
            _inside[hosted.Function.Id]--;
            (object party, int ranges) = _parties[key];
            if (ranges == 1) _parties.Remove(key);
            else _parties[key] = (party, ranges - 1);
        }
    }
}
