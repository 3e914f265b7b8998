using Router.Smoothing;

namespace Router.Estimator;

/// <summary>What a certificate may spend: fixed before the first sample.</summary>
/// <param name="Router">n0 and n of the router.</param>
/// <param name="Expert">n0 and n of the routed expert.</param>
/// <param name="FailureProbability">α of the whole certificate, in (0, 1).</param>
public sealed record CertificationPlan(SampleCounts Router, SampleCounts Expert, double FailureProbability);
