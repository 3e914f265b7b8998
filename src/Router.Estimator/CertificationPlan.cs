using Router.Smoothing;

namespace Router.Estimator;

/// <summary>What a certificate may spend: fixed before the first sample.</summary>
/// <param name="Router">n0 and n of the router.</param>
/// <param name="Expert">n0 and n of the routed expert; a peer, whose class is given, takes the n alone.</param>
/// <param name="FailureProbability">α of the whole certificate, in (0, ½].</param>
public sealed record CertificationPlan(SampleCounts Router, SampleCounts Expert, double FailureProbability)
{
    /// <summary>The theorem to use; the exclusion certificate unless told. A mix of one expert needs neither.</summary>
    public CertificateKind Kind { get; init; } = CertificateKind.Exclusion;

    /// <summary>
    /// Whether radii are proved from both sides: upper bounds on the other classes cost a tenth of what bounds the class, and gain where several
    /// classes share the rest. Decided here, before any vote.
    /// </summary>
    public bool TwoSided { get; init; } = true;

    /// <summary>How many peers an exclusion certificate may ask, ≥ 0; as many as there are unless told. Those that could not raise the radius are never asked.</summary>
    public int PeerBudget { get; init; } = int.MaxValue;
}
