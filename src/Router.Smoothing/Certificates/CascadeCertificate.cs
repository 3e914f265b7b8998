using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>The certificate of a cascade from its evidence (docs/certificates.md, section 5).</summary>
public static class CascadeCertificate
{
    /// <summary>R of <see cref="CascadeTerms"/>; abstains where it is 0.</summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="stages">
    /// The stages that were asked, by ascending place: every one up to the answering one, and later ones.
    /// </param>
    /// <param name="answering">
    /// The place of the first stage whose selection votes made it answer, with <see cref="Cascade.Foremost"/>.
    /// </param>
    /// <param name="ledger">The α split, fixed before estimation.</param>
    /// <param name="inputHash">What the certificate is about.</param>
    /// <exception cref="ArgumentException">
    /// A stage stands for another class, place or cascade than it should, or spends more α than the ledger gives it.
    /// </exception>
    public static Certificate Certify(
        Cascade cascade, ImmutableArray<CascadeEvidence> stages, int answering, AlphaLedger ledger, string inputHash)
    {
        ledger.Cover(stages.SelectMany(stage => stage.Spending));
        if (stages.Length <= answering
            || stages.Take(answering + 1).Index().Any(stage => stage.Item.Place != stage.Index)
            || stages.Zip(stages.Skip(1)).Any(pair => pair.First.Place >= pair.Second.Place))
            throw new ArgumentException(
                $"the stages up to the answering one, {answering}, and later ones stand in their order once each, "
                + $"got {string.Join(", ", stages.Select(stage => stage.Place))}", nameof(stages));
        CascadeEvidence answer = stages[answering];
        int label = cascade.Foremost(answering, answer.Selection);
        CascadeTerms terms = new(cascade, answering, label);
        foreach (CascadeEvidence stage in stages)
        {
            if (stage.Place >= cascade.StageCount || stage.Class != label || stage.Cascade != cascade)
                throw new ArgumentException(
                    $"{stage.Id} is no evidence of stage {stage.Place} of {cascade} for class {label}", nameof(stages));
            terms.Add(stage.Place, stage.Sigma, stage.LowerBound, stage.Rival);
        }
        (Stage limiting, int place) = terms.Limit;
        return new()
        {
            Kind = CertificateKind.Cascade,
            Class = terms.Radius > 0 ? answer.Class : null,
            Radius = terms.Radius,
            LimitingStage = limiting,
            LimitingRoute = limiting == Stage.Expert ? null : stages.First(stage => stage.Place == place).Id,
            Route = null,
            Expert = answer,
            Cascade = cascade,
            Earlier = stages[..answering],
            Later = stages[(answering + 1)..],
            Ledger = ledger,
            InputHash = inputHash,
        };
    }
}
