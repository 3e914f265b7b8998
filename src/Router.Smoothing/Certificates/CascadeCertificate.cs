using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>The certificate of a cascade from its evidence (docs/certificates.md, section 5).</summary>
public static class CascadeCertificate
{
    /// <summary>R = min(the answer's radius, the smallest radius of the stages before it); abstains where one is 0.</summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="earlier">The stages before the answering one, in their order.</param>
    /// <param name="answer">The stage that answers.</param>
    /// <param name="ledger">The α split, fixed before estimation.</param>
    /// <param name="inputHash">What the certificate is about.</param>
    /// <exception cref="ArgumentException">A stage stands for another class or threshold than its place says, or spends more α than the ledger gives it.</exception>
    public static Certificate Certify(
        Cascade cascade, ImmutableArray<EarlierEvidence> earlier, AnsweringEvidence answer, AlphaLedger ledger, string inputHash)
    {
        ledger.Cover([.. answer.Bounds, .. earlier.SelectMany(stage => stage.Bounds)]);
        if (earlier.Length >= cascade.StageCount || answer.Threshold != cascade.Threshold(earlier.Length))
            throw new ArgumentException($"{answer.Id} is not stage {earlier.Length} of {cascade}", nameof(answer));
        for (int e = 0; e < earlier.Length; e++)
            if (earlier[e].Class != answer.Selected || earlier[e].Threshold != cascade.Threshold(e))
                throw new ArgumentException($"{earlier[e].Id} is no evidence of stage {e} of {cascade} for class {answer.Selected}", nameof(earlier));
        EarlierEvidence? limiting = earlier.MinBy(stage => stage.Radius);
        // Where the answer itself proves nothing the others are not asked, and it is what limits.
        bool byAnswer = limiting is null || answer.Radius <= limiting.Radius || answer.Radius == 0;
        double radius = byAnswer ? answer.Radius : limiting!.Radius;
        return new()
        {
            Kind = CertificateKind.Cascade,
            Class = radius > 0 ? answer.Selected : null,
            Radius = radius,
            LimitingStage = byAnswer ? Stage.Expert : Stage.Earlier,
            LimitingRoute = byAnswer ? null : limiting!.Id,
            Route = null,
            Expert = answer,
            Cascade = cascade,
            Earlier = earlier,
            Ledger = ledger,
            InputHash = inputHash,
        };
    }
}
