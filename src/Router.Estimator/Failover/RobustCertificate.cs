using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Estimator.Failover;

/// <summary>
/// Certificates of a classifier and of every mix that may go on in its place, all at one α: within <see cref="RadiusRobustToFailover"/> the class is the
/// same whichever expert an adversary makes fail (docs/certificates.md, section 3).
/// </summary>
/// <param name="Certificates">One for each mix, the whole one first; the shares of α of all of them add up to that of the plan.</param>
public sealed record RobustCertificate(ImmutableArray<Certificate> Certificates)
{
    /// <summary>The class that all of them certify; null where one abstains or names another.</summary>
    public int? Class => Certificates.Select(certificate => certificate.Class).Distinct().Take(2).ToArray() is [{ } shared] ? shared : null;

    /// <summary>The smallest of their radii; 0 where they do not agree on a class.</summary>
    public double RadiusRobustToFailover => Class is null ? 0 : Certificates.Min(certificate => certificate.Radius);
}
