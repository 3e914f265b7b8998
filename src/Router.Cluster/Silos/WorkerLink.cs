using Orleans.Runtime.Services;
using Router.Cluster.Dispatch;
using Router.Votes;

namespace Router.Cluster.Silos;

/// <summary>The vote service of any member.</summary>
internal sealed class VoteServices(IServiceProvider services) : GrainServiceClient<IVoteService>(services)
{
    /// <summary>That of a member.</summary>
    public IVoteService Of(SiloAddress silo) => GetGrainService(silo);
}

/// <summary>The way to a worker that is a member of the cluster.</summary>
/// <param name="services">The vote services.</param>
/// <param name="silo">Its address; a process that was started again has another one, on the same port too.</param>
/// <param name="machine">The machine that it says it is on; nothing for that of its address.</param>
internal sealed class WorkerLink(VoteServices services, SiloAddress silo, string? machine) : IWorkerLink
{
    private readonly IVoteService _service = services.Of(silo);
    private readonly SentInputs _sent = new();

    public string Worker { get; } = silo.ToParsableString();

    public string Host { get; } = string.IsNullOrEmpty(machine) ? silo.Endpoint.Address.ToString() : machine;

    public async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        bool isSent = _sent.Has(ask.Input.Hash);
        VoteReply reply = await SendAsync(ask, isSent, cancellationToken);
        if (reply.Kind == ReplyKind.UnknownInput && isSent) reply = await SendAsync(ask, false, cancellationToken);
        if (reply.Kind == ReplyKind.Voted) _sent.Add(ask.Input.Hash);
        return reply.Kind switch
        {
            ReplyKind.Voted => new RangeAnswer.Voted(VotesOf(reply), reply.Ahead),
            ReplyKind.Busy => new RangeAnswer.Busy(
                TimeSpan.FromSeconds(Math.Clamp(reply.RetryAfter.TotalSeconds, .01, 10))),
            _ => throw new IOException($"{Worker}: {reply.Fault}"),
        };
    }

    private async Task<VoteReply> SendAsync(RangeAsk ask, bool isSent, CancellationToken cancellationToken)
    {
        try
        {
            return await _service.VoteAsync(
                new(
                    ask.Function.Value, isSent ? [] : ask.Input.Levels.ToArray(), isSent ? [] : [.. ask.Input.Shape],
                    ask.Stream.Seed, ask.Stream.Id, ask.Range.From, ask.Range.To, ask.Party, ask.Priority,
                    ask.Remaining)
                {
                    TraceParent = WireTrace.Parent(ask.Trace), TraceState = ask.Trace.TraceState,
                    InputHash = isSent ? ask.Input.Hash : null,
                },
                cancellationToken);
        }
        catch (SiloUnavailableException fault)
        {
            throw new WorkerLostException(Worker, "nobody can reach it", fault);
        }
    }

    private VoteCounts VotesOf(VoteReply reply)
    {
        try
        {
            return new(
                [.. reply.Counts], reply.Undecided, new(reply.From, reply.To), new(reply.Function), reply.Passed);
        }
        catch (Exception fault) when (fault is ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"{Worker} answered what is no votes: {fault.Message}", fault);
        }
    }
}
