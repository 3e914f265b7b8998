using Router.Smoothing;
using Router.Smoothing.Sampling;

namespace Router.Estimator;

/// <summary>What a certificate may spend: fixed before the first sample.</summary>
/// <param name="Sampling">How many samples each stage may draw, and when there are enough.</param>
/// <param name="FailureProbability">α of the whole certificate, in (0, ½].</param>
public sealed record CertificationPlan(SamplingPlan Sampling, double FailureProbability)
{
    /// <summary>A plan of fixed counts.</summary>
    /// <param name="router">n0 and n of the router.</param>
    /// <param name="expert">n0 and n of the routed expert; a peer, whose class is given, takes the n alone.</param>
    /// <param name="failureProbability">α of the whole certificate, in (0, ½].</param>
    public CertificationPlan(SampleCounts router, SampleCounts expert, double failureProbability)
        : this(SamplingPlan.Fixed(router, expert), failureProbability)
    {
    }

    /// <summary>n0 of the router, and the n it draws at most.</summary>
    public SampleCounts Router => Sampling.Router;

    /// <summary>n0 of the routed expert, and the n that it and each peer draw at most.</summary>
    public SampleCounts Expert => Sampling.Expert;

    /// <summary>
    /// The theorem for several experts behind a router, dual or exclusion; the latter unless told. One expert alone and
    /// a cascade have theirs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is neither.</exception>
    public CertificateKind Kind
    {
        get;
        init => field = value is CertificateKind.Dual or CertificateKind.Exclusion
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Kind), value, "a plan is for the dual or the exclusion certificate");
    } = CertificateKind.Exclusion;

    /// <summary>
    /// Whether radii are proved from both sides: upper bounds on the other classes cost a tenth of what bounds the
    /// class, and gain where several classes share the rest. Decided here, before any vote.
    /// </summary>
    public bool TwoSided { get; init; } = true;

    /// <summary>
    /// How many peers an exclusion certificate may ask, ≥ 0; as many as there are unless told. Those that could not
    /// raise the radius are never asked.
    /// </summary>
    public int PeerBudget { get; init; } = int.MaxValue;

    /// <summary>
    /// The part of α that is kept for a failover, ≥ 0 and below all of it: this certificate's bounds share the rest.
    /// </summary>
    public double Reserved { get; init; }

    /// <summary>
    /// The plan of the failover's certificate: the reserved α for all of its bounds, on indices that were never used.
    /// </summary>
    public CertificationPlan OfFailover =>
        this with { Sampling = Sampling.OfFailover, FailureProbability = Reserved, Reserved = 0 };
}
