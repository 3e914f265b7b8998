using System.Collections.Immutable;
using Orleans.Services;

namespace Router.Cluster.Silos;

/// <summary>
/// What goes between a gateway and a worker: inputs and ranges, and checkpoints by their hash. A method's signature is
/// its identity to members of other builds: methods are added, parameters never.
/// </summary>
internal interface IVoteService : IGrainService
{
    /// <summary>Votes on a range. Faults are replies.</summary>
    Task<VoteReply> VoteAsync(VoteAsk ask, CancellationToken cancellationToken);

    /// <summary>What this member has.</summary>
    Task<MemberDescription> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>A part of a checkpoint, from an offset on; of length −1 where this member does not have it.</summary>
    Task<ModelPart> ReadModelAsync(string sha256, long offset, CancellationToken cancellationToken);
}

/// <summary>A part of a file.</summary>
[GenerateSerializer, Immutable, Alias("dualrs.model")]
internal sealed record ModelPart([property: Id(0)] long Length, [property: Id(1)] byte[] Bytes);

/// <summary>See <see cref="Dispatch.RangeAsk"/>.</summary>
[GenerateSerializer, Immutable, Alias("dualrs.ask")]
internal sealed record VoteAsk(
    [property: Id(0)] string Function, [property: Id(1)] byte[] Levels, [property: Id(2)] int[] Shape,
    [property: Id(3)] ulong Seed, [property: Id(4)] uint Stream, [property: Id(5)] long From,
    [property: Id(6)] long To, [property: Id(7)] string Party, [property: Id(8)] int Priority,
    [property: Id(9)] TimeSpan? Remaining)
{
    /// <summary>
    /// The trace that it is part of, as the header <c>traceparent</c> of W3C; null where it is of none.
    /// </summary>
    [Id(10)]
    public string? TraceParent { get; init; }

    /// <summary>What else the trace's vendors hand on, as the header <c>tracestate</c>.</summary>
    [Id(11)]
    public string? TraceState { get; init; }

    /// <summary>The input's hash, in place of levels that were sent before; null where they are here.</summary>
    [Id(12)]
    public string? InputHash { get; init; }
}

/// <summary>What a reply is.</summary>
internal enum ReplyKind
{
    /// <summary>Votes.</summary>
    Voted,

    /// <summary>There is no room.</summary>
    Busy,

    /// <summary>
    /// The ask is wrong, or an argument of whatever failed at it: workers of earlier builds say so, and have failed.
    /// </summary>
    Wrong,

    /// <summary>The worker failed on it.</summary>
    Failed,

    /// <summary>The worker does not know the input, or not any more: its levels are to be sent.</summary>
    UnknownInput,
}

/// <summary>See <see cref="Dispatch.RangeAnswer"/>; faults are in words.</summary>
[GenerateSerializer, Immutable, Alias("dualrs.reply")]
internal sealed record VoteReply([property: Id(0)] ReplyKind Kind)
{
    /// <summary>Votes per outcome.</summary>
    [Id(1)]
    public long[] Counts { get; init; } = [];

    /// <summary>Votes on no outcome.</summary>
    [Id(2)]
    public long Undecided { get; init; }

    /// <summary>Votes that were kept back.</summary>
    [Id(3)]
    public long Passed { get; init; }

    /// <summary>The first sample that was voted on.</summary>
    [Id(4)]
    public long From { get; init; }

    /// <summary>One past the last.</summary>
    [Id(5)]
    public long To { get; init; }

    /// <summary>The function that voted.</summary>
    [Id(6)]
    public string Function { get; init; } = "";

    /// <summary>Ranges that were there before.</summary>
    [Id(7)]
    public int Ahead { get; init; }

    /// <summary>When to ask again, where there is no room.</summary>
    [Id(8)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>What is wrong, in words.</summary>
    [Id(9)]
    public string Fault { get; init; } = "";
}

/// <summary>What a member of the cluster has; a gateway has nothing.</summary>
/// <param name="Name">Machine and process.</param>
/// <param name="Functions">The functions that it votes as.</param>
/// <param name="IsDraining">Whether it is about to end.</param>
/// <param name="Inside">Ranges that are with it, whoever's.</param>
/// <param name="Versions">What makes its votes, by component.</param>
[GenerateSerializer, Immutable, Alias("dualrs.member")]
public sealed record MemberDescription(
    [property: Id(0)] string Name, [property: Id(1)] ImmutableArray<FunctionDescription> Functions,
    [property: Id(2)] bool IsDraining, [property: Id(3)] int Inside,
    [property: Id(4)] ImmutableDictionary<string, string> Versions)
{
    /// <summary>
    /// Which members it sees, in short: equal where they are the same. Empty where it does not say.
    /// </summary>
    [Id(5)]
    public string View { get; init; } = "";

    /// <summary>The machine that it is on; empty where that is the one of its address.</summary>
    [Id(6)]
    public string Machine { get; init; } = "";
}

/// <summary>A function that a member has.</summary>
/// <param name="Function">Its id.</param>
/// <param name="Network">The id of its network in the registry.</param>
/// <param name="Sigma">The σ of its noise.</param>
/// <param name="Outcomes">How many outcomes it votes over.</param>
/// <param name="ImageShape">(channels, height, width) of its inputs.</param>
/// <param name="BatchSize">Images in a forward pass.</param>
/// <param name="Device">What it runs on.</param>
/// <param name="Lanes">Forward passes that run at once.</param>
/// <param name="Theta">θ: how sure it must be for a vote to count; 0 where every vote does.</param>
[GenerateSerializer, Immutable, Alias("dualrs.function")]
public sealed record FunctionDescription(
    [property: Id(0)] string Function, [property: Id(1)] string Network, [property: Id(2)] decimal Sigma,
    [property: Id(3)] int Outcomes, [property: Id(4)] ImmutableArray<int> ImageShape, [property: Id(5)] int BatchSize,
    [property: Id(6)] string Device, [property: Id(7)] int Lanes, [property: Id(8)] decimal Theta)
{
    /// <summary>Ranges of it that are with the member, whoever's.</summary>
    [Id(9)]
    public int Inside { get; init; }

    /// <summary>What the member voted as it in the last minute, in samples a second.</summary>
    [Id(10)]
    public double VotesPerSecond { get; init; }

    /// <summary>What the function is made of without θ, by name; its id follows from these and θ.</summary>
    [Id(11)]
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;
}
