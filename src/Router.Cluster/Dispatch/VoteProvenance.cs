using System.Runtime.CompilerServices;
using Router.Votes;

namespace Router.Cluster.Dispatch;

/// <summary>
/// Who alone drew votes that were given, by the answer that they are for, and whose votes are not believed any more: an
/// answer that has such votes is not gone on with, whichever network is to vote next. Shared by the pools of a gateway.
/// </summary>
public sealed class VoteProvenance
{
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<object, HashSet<(FunctionId Function, string Worker)>> _alone = [];
    private readonly HashSet<(FunctionId Function, string Worker)> _withdrawn = [];

    /// <summary>A worker alone drew votes that are given.</summary>
    public void Credit(object answer, FunctionId function, string worker)
    {
        lock (_gate) _alone.GetValue(answer, _ => []).Add((function, worker));
    }

    /// <summary>Nothing that a worker voted as a function counts any more.</summary>
    public void Withdraw(FunctionId function, string worker)
    {
        lock (_gate) _withdrawn.Add((function, worker));
    }

    /// <summary>Whether an answer has votes that do not count any more.</summary>
    public bool IsTainted(object answer)
    {
        lock (_gate)
            return _withdrawn.Count > 0 && _alone.TryGetValue(answer, out var alone) && alone.Overlaps(_withdrawn);
    }
}
