
namespace Router.Smoothing;

/// <summary>The theorem that a certificate rests on.</summary>
public enum CertificateKind
{
    /// <summary>One expert and no router (Cohen, Rosenfeld, Kolter 2019).</summary>
    Single,

    /// <summary>The route must not change (Sun, Mao, Vechev 2026; docs/certificates.md, section 1).</summary>
    Dual,

    /// <summary>
    /// The route may change to experts that certify the same class (docs/certificates.md, section 2).
    /// </summary>
    Exclusion,

    /// <summary>Experts are asked in turn until one is sure (docs/certificates.md, section 5).</summary>
    Cascade,
}
