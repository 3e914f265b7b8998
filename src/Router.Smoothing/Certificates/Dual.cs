
namespace Router.Smoothing;

/// <summary>The dual certificate of Sun, Mao and Vechev 2026 (docs/certificates.md, section 1).</summary>
public static class Dual
{
    /// <summary>
    /// R = min(route radius, R_a(c)): within the first term the route a cannot change, within the second expert a's
    /// class cannot. The route radius of most votes is s·Φ⁻¹(p_a). Abstains where either term is 0.
    /// </summary>
    /// <param name="route">
    /// The router's evidence, or null for a mix of one expert: there is no route to change, hence no cap.
    /// </param>
    /// <param name="expert">
    /// The routed expert's evidence, or null where it was not asked because the router abstained.
    /// </param>
    /// <param name="ledger">The α split, fixed before estimation; each evidence spends its own share.</param>
    /// <param name="inputHash">What the certificate is about.</param>
    /// <exception cref="ArgumentException">The evidence spends more α than the ledger gives it.</exception>
    public static Certificate Certify(StageEvidence? route, StageEvidence? expert, AlphaLedger ledger, string inputHash)
    {
        ledger.Cover([.. route?.Bounds ?? [], .. expert?.Bounds ?? []]);
        double routeRadius = route?.Radius ?? double.PositiveInfinity;
        double expertRadius = expert?.Radius ?? 0;
        double radius = Math.Min(routeRadius, expertRadius);
        return new()
        {
            Kind = route is null ? CertificateKind.Single : CertificateKind.Dual,
            Class = radius > 0 ? expert!.Selected : null,
            Radius = radius,
            LimitingStage = expert is null || routeRadius < expertRadius ? Stage.Router : Stage.Expert,
            Route = route,
            Expert = expert,
            Ledger = ledger,
            InputHash = inputHash,
        };
    }
}
