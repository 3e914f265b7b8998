using System.Globalization;
using System.Runtime.InteropServices;
using Router.Votes;

namespace Router.Host.Tests.Serving.Resilience;

/// <summary>What can be wrong with a voter.</summary>
public enum VoterFault
{
    None,
    Exception,
    WrongArgument,
    OutOfMemory,
    Hang,
    WrongShape,
    NotNumbers,
}

/// <summary>A voter of two classes that always votes for one of them, until a test breaks it.</summary>
internal sealed class FaultyVoter(string name, int outcome, decimal sigma = 0.5m) : IVoter
{
    private int _asked;

    public VoterFault Fault { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>For how long the pass that is under way has run.</summary>
    public TimeSpan PassRuns => Fault == VoterFault.Hang ? TimeSpan.FromHours(1) : TimeSpan.Zero;

    public FunctionId FunctionId { get; } = FunctionId.Of([new("name", name)]);

    public decimal Sigma => sigma;

    public int OutcomeCount => 2;

    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        switch (Fault)
        {
            case VoterFault.Exception:
                throw new ExternalException("CUDA error: an illegal memory access was encountered");
            case VoterFault.WrongArgument:
                throw new ArgumentException("the pass took a stream of another device");
            case VoterFault.OutOfMemory:
                throw new VoterUnavailableException(
                    FunctionId, "the forward pass failed on cuda:0: CUDA out of memory");
            case VoterFault.Hang:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case VoterFault.WrongShape:
                return new([request.Range.Count, 0, 0], 0, request.Range, FunctionId);
            case VoterFault.NotNumbers:
                return new([0, 0], request.Range.Count, request.Range, FunctionId);
        }
        return new(outcome == 0 ? [request.Range.Count, 0] : [0, request.Range.Count], 0, request.Range, FunctionId);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{name} σ {sigma}");
}
