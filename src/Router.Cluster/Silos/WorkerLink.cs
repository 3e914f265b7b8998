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
internal sealed class WorkerLink(VoteServices services, SiloAddress silo) : IWorkerLink
{
    private readonly IVoteService _service = services.Of(silo);

    public string Worker { get; } = silo.ToParsableString();

    public async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
    {
        VoteReply reply;
        try
        {
            reply = await _service.VoteAsync(
                new(
                    ask.Function.Value, ask.Input.Levels.ToArray(), [.. ask.Input.Shape], ask.Stream.Seed,
                    ask.Stream.Id, ask.Range.From, ask.Range.To, ask.Party, ask.Priority, ask.Remaining)
                {
                    TraceParent = WireTrace.Parent(ask.Trace), TraceState = ask.Trace.TraceState,
                },
                cancellationToken);
        }
        catch (SiloUnavailableException fault)
        {
            throw new WorkerLostException(Worker, "nobody can reach it", fault);
        }
        return reply.Kind switch
        {
            ReplyKind.Voted => new RangeAnswer.Voted(VotesOf(reply), reply.Ahead),
            ReplyKind.Busy => new RangeAnswer.Busy(
                TimeSpan.FromSeconds(Math.Clamp(reply.RetryAfter.TotalSeconds, .01, 10))),
            ReplyKind.Wrong => throw new ArgumentException($"{Worker}: {reply.Fault}"),
            _ => throw new IOException($"{Worker}: {reply.Fault}"),
        };
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
