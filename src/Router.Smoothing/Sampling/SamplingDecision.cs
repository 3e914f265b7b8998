
namespace Router.Smoothing.Sampling;

/// <summary>What a plan wants next.</summary>
public abstract record SamplingDecision
{
    private SamplingDecision() { }

    /// <summary>
    /// Draw the next estimation samples of one stage; a router or routed expert that has none yet first draws its
    /// selection.
    /// </summary>
    /// <param name="Stage">Which stage.</param>
    /// <param name="Route">Whose expert or peer; null for the router.</param>
    /// <param name="Count">How many, ≥ 1.</param>
    public sealed record Draw(Stage Stage, int? Route, long Count) : SamplingDecision;

    /// <summary>Draw no more.</summary>
    public sealed record Stop(StopReason Reason) : SamplingDecision;
}

/// <summary>Why sampling stopped.</summary>
public enum StopReason
{
    /// <summary>The target radius is proved.</summary>
    TargetReached,

    /// <summary>
    /// Not even unanimous votes up to the last draw would prove the target, or any radius where there is none.
    /// </summary>
    Unreachable,

    /// <summary>The target, or any radius where there is none, will hardly be proved.</summary>
    Futile,

    /// <summary>The draws that are left would add no more than the resolution.</summary>
    ResolutionReached,

    /// <summary>The deadline has passed.</summary>
    Deadline,

    /// <summary>No draw that is left can change the answer: what limits it has drawn all its samples.</summary>
    NothingCanChange,
}
