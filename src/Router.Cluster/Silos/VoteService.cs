using Microsoft.Extensions.Logging;
using Router.Cluster.Dispatch;

namespace Router.Cluster.Silos;

/// <summary>A member's answers to gateways. It awaits and computes nothing: a lane's thread does.</summary>
internal sealed class VoteService(
    GrainId id, Silo silo, ILoggerFactory logs, RangeWorker worker, MemberName name, MemberViews views,
    HandedOutModels models, KnownInputs inputs)
    : GrainService(id, silo, logs), IVoteService
{
    public async Task<VoteReply> VoteAsync(VoteAsk ask, CancellationToken cancellationToken)
    {
        try
        {
            if (inputs.Of(ask) is not { } input) return new(ReplyKind.UnknownInput);
            RangeAsk range = new(new(ask.Function), input, new(ask.Seed, ask.Stream), new(ask.From, ask.To))
            {
                Party = ask.Party, Priority = ask.Priority, Remaining = ask.Remaining,
                Trace = WireTrace.Read(ask.TraceParent, ask.TraceState),
            };
            // Off the silo's scheduler, for whatever a voter does before it first awaits.
            return await Task.Run(() => worker.AnswerAsync(range, cancellationToken), cancellationToken) switch
            {
                RangeAnswer.Busy busy => new(ReplyKind.Busy) { RetryAfter = busy.RetryAfter },
                RangeAnswer.Voted voted => Reply(voted),
                _ => throw new InvalidOperationException("an answer is votes, or that there is no room"),
            };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            return new(ReplyKind.Failed) { Fault = $"{fault.GetType().Name}: {fault.Message}" };
        }
    }

    public Task<MemberDescription> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(
        new MemberDescription(
            name.Text,
            [
                .. worker.Functions.Select(one => new FunctionDescription(
                    one.Function.Id.Value, one.Network, one.Sigma, one.Function.Outcomes, one.Function.ImageShape,
                    one.Function.BatchSize, one.Device, one.Lanes, one.Pass.Theta)
                {
                    Inside = worker.InsideOf(one), VotesPerSecond = worker.VotesPerSecondOf(one),
                    Properties = one.Properties,
                }),
            ],
            worker.IsDraining, worker.Inside, name.Versions)
        {
            View = views.Own, Machine = name.Machine,
        });

    public Task<ModelPart> ReadModelAsync(string sha256, long offset, CancellationToken cancellationToken) =>
        Task.Run(() => models.ReadAsync(sha256, offset, cancellationToken), cancellationToken);

    private static VoteReply Reply(RangeAnswer.Voted voted) => new(ReplyKind.Voted)
    {
        Counts = [.. voted.Votes.Counts],
        Undecided = voted.Votes.Undecided,
        Passed = voted.Votes.Passed,
        From = voted.Votes.Range.From,
        To = voted.Votes.Range.To,
        Function = voted.Votes.FunctionId.Value,
        Ahead = voted.Ahead,
    };
}
