using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>
/// A statement about the deployed classifier g at one input: where <see cref="Class"/> is not null, g(x') is that class
/// for every x' with ‖x' − x‖₂ &lt; <see cref="Radius"/>, with probability at least 1 − <see cref="Ledger"/>.Total over
/// the noise drawn after x was fixed. A radius of 0 proves nothing, not even at x: the answer is then to abstain.
/// </summary>
public sealed record Certificate
{
    /// <summary>The theorem it rests on.</summary>
    public required CertificateKind Kind { get; init; }

    /// <summary>The certified class, or null to abstain.</summary>
    public required int? Class { get; init; }

    /// <summary>The certified ℓ2 radius in [0,1] pixels; 0 exactly where <see cref="Class"/> is null.</summary>
    public required double Radius { get; init; }

    /// <summary>What limits the radius, or made the answer abstain.</summary>
    public required Stage LimitingStage { get; init; }

    /// <summary>
    /// In an exclusion certificate, the id of the expert the route could change to, where that limits the radius:
    /// because nobody asked it or it certifies less than X_j (<see cref="Stage.Router"/>), or because it certifies no
    /// more (<see cref="Stage.Peer"/>). In a cascade, the id of the stage that limits the radius, where it is not the
    /// answering one (<see cref="Stage.Earlier"/>, <see cref="Stage.Later"/>). Otherwise null.
    /// </summary>
    public string? LimitingRoute { get; init; }

    /// <summary>The router's part of the proof, or null where the mix has one expert and needs no router.</summary>
    public required StageEvidence? Route { get; init; }

    /// <summary>
    /// The routed expert's part of the proof, or null where the router abstained and no expert was asked.
    /// </summary>
    public required StageEvidence? Expert { get; init; }

    /// <summary>
    /// Other experts' parts of the proof, in the order they were asked: their radii for the same class. Empty in a dual
    /// certificate.
    /// </summary>
    public ImmutableArray<PeerEvidence> Peers { get; init; } = [];

    /// <summary>
    /// The stages of a cascade before the one that answered, in their order, estimated or not. Empty where there is no
    /// cascade.
    /// </summary>
    public ImmutableArray<CascadeEvidence> Earlier { get; init; } = [];

    /// <summary>
    /// The stages of a cascade after the one that answered that were asked whether they would answer alike, in their
    /// order. Empty where there is no cascade.
    /// </summary>
    public ImmutableArray<CascadeEvidence> Later { get; init; } = [];

    /// <summary>The cascade, or null where there is none.</summary>
    public Cascade? Cascade { get; init; }

    /// <summary>How votes became a route, or null where there is no router.</summary>
    public RoutingRule? Routing => (Route as RouteEvidence)?.Rule;

    /// <summary>
    /// The radius within which another expert cannot change the answer by being asked instead: the smallest X_j of a
    /// router, the smallest S_i of a cascade's earlier stages; +∞ where the expert stands alone or is the first stage.
    /// </summary>
    public double RouteRadius => Cascade is null
        ? Route?.Radius ?? double.PositiveInfinity
        : Earlier.Select(stage => stage.SilenceRadius).DefaultIfEmpty(double.PositiveInfinity).Min();

    /// <summary>Who spent the failure probability.</summary>
    public required AlphaLedger Ledger { get; init; }

    /// <summary>The SHA-256 of the input the certificate is about.</summary>
    public required string InputHash { get; init; }

    /// <summary>Whether the class is null: nothing was proved.</summary>
    public bool Abstains => Class is null;

    /// <summary>
    /// Every stage that was drawn: the router, the routed expert, its peers; of a cascade the stages in their order.
    /// </summary>
    public IEnumerable<(Stage Stage, StageEvidence Evidence)> Stages
    {
        get
        {
            if (Route is not null) yield return (Stage.Router, Route);
            foreach (CascadeEvidence earlier in Earlier) yield return (Stage.Earlier, earlier);
            if (Expert is not null) yield return (Stage.Expert, Expert);
            foreach (PeerEvidence peer in Peers) yield return (Stage.Peer, peer);
            foreach (CascadeEvidence later in Later) yield return (Stage.Later, later);
        }
    }

    /// <summary>The number of samples drawn for it, over all stages.</summary>
    public long SamplesDrawn => Stages.Sum(drawn => drawn.Evidence.SamplesDrawn);
}

/// <summary>The stages of a routed certificate.</summary>
public enum Stage
{
    /// <summary>The smoothed variance estimator, which picks the expert.</summary>
    Router,

    /// <summary>The smoothed expert, which picks the class.</summary>
    Expert,

    /// <summary>Another expert, to which the route could change.</summary>
    Peer,

    /// <summary>A stage of a cascade before the one that answers, which another class could make answer.</summary>
    Earlier,

    /// <summary>A stage of a cascade after the one that answers, which would answer where that one passes on.</summary>
    Later,
}
