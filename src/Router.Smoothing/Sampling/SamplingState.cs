using System.Collections.Immutable;
using Router.Votes.Noise;

namespace Router.Smoothing.Sampling;

/// <summary>What a certificate in the making has seen.</summary>
/// <param name="Kind">The certificate.</param>
/// <param name="Ledger">Who may spend how much of α.</param>
/// <param name="Rule">How the router's votes become a route.</param>
/// <param name="Router">The router, or null for a mix of one expert.</param>
/// <param name="Experts">The experts by route.</param>
/// <param name="PeerBudget">How many peers an exclusion certificate may ask in all, ≥ 0.</param>
public sealed record SamplingState(
    CertificateKind Kind, AlphaLedger Ledger, RoutingRule Rule, SampledStage? Router,
    ImmutableArray<SampledStage> Experts, int PeerBudget)
{
    /// <summary>Whether the deadline has passed.</summary>
    public bool Expired { get; init; }

    /// <summary>The selected route; null while the router has not voted.</summary>
    public int? Route => Router is null ? 0 : Router.Bounds is { } bounds ? Rule.Select(bounds.Selection) : null;

    /// <summary>How many more peers may be asked.</summary>
    public int PeersLeft => Kind == CertificateKind.Dual || Router is null ? 0
        : Math.Max(0, PeerBudget - Experts.Where((expert, j) => j != Route && expert.Bounds is not null).Count());
}

/// <summary>One voter as a plan sees it.</summary>
/// <param name="Sigma">The σ of its noise.</param>
/// <param name="Stream">Where its noise comes from.</param>
/// <param name="Bounds">Its votes and their bounds; null while it has not voted.</param>
public sealed record SampledStage(decimal Sigma, NoiseStream Stream, StageBounds? Bounds)
{
    /// <summary>Whether it cannot answer: nothing more is drawn of it, and what it proved stays.</summary>
    public bool IsGone { get; init; }
}

/// <summary>What a certificate of a cascade in the making has seen, once a stage answers.</summary>
/// <param name="Cascade">The order and its thresholds.</param>
/// <param name="Ledger">Who may spend how much of α.</param>
/// <param name="Stages">
/// The stages in their order: up to the answering one with their selection votes, later ones without.
/// </param>
/// <param name="Answering">The place of the first stage whose selection votes make it answer.</param>
/// <param name="Label">c, its class.</param>
public sealed record CascadeState(
    Cascade Cascade, AlphaLedger Ledger, ImmutableArray<SampledStage> Stages, int Answering, int Label)
{
    /// <summary>Whether the deadline has passed.</summary>
    public bool Expired { get; init; }
}

/// <summary>What a plan wants next.</summary>
public abstract record SamplingDecision
{
    private SamplingDecision() { }

    /// <summary>
    /// Draw the next estimation samples of one stage; a router or routed expert that has none yet first draws its
    /// selection.
    /// </summary>
    /// <param name="Stage">Which stage; of a cascade the expert.</param>
    /// <param name="Route">Whose expert or peer, or which place of a cascade; null for the router.</param>
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
