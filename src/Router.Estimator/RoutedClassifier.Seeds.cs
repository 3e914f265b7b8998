using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Estimator;

// What the seeds of its answers follow from: whatever defines the classifier or the statement, and each network's
// noise.
public sealed partial class RoutedClassifier
{
    /// <summary>
    /// What the seed of a certificate follows from; equal messages have equal votes and, where counts are fixed, the
    /// same certificate.
    /// </summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/>.</param>
    /// <param name="plan">n0, n, α and what is reserved of it, and the theorem.</param>
    public SeedMessage CertificateMessage(string inputHash, CertificationPlan plan)
    {
        string kind = CertificateKinds.NameOf(KindOf(plan.Kind));
        return Message(kind, inputHash, Split(plan), plan.Sampling.Registered);
    }

    /// <summary>The kind of this classifier's certificates.</summary>
    /// <param name="routed">The theorem for several experts behind a router; others need none.</param>
    public CertificateKind KindOf(CertificateKind routed) =>
        Cascade is not null ? CertificateKind.Cascade : IsRouted ? routed : CertificateKind.Single;

    /// <summary>What the seed of a prediction follows from.</summary>
    /// <param name="inputHash"><see cref="GridInput.Hash"/>.</param>
    /// <param name="count">Samples of each stage.</param>
    /// <param name="failureProbability">α.</param>
    public SeedMessage PredictionMessage(string inputHash, int count, double failureProbability) => Message(
        SeedMessage.Prediction,
        inputHash,
        Cascade is { } cascade
            ? AlphaLedger.Of(failureProbability,
            new AlphaShare(AlphaLedger.Expert, failureProbability, cascade.StageCount))
            : IsRouted ? AlphaLedger.Dual(failureProbability)
            : AlphaLedger.Single(failureProbability),
        $"{count}");

    /// <summary>What the seed of a prediction of the route alone follows from.</summary>
    /// <inheritdoc cref="PredictionMessage" path="/param"/>
    public SeedMessage RouteMessage(string inputHash, int count, double failureProbability) => Message(
        SeedMessage.Route, inputHash,
            AlphaLedger.Of(failureProbability, new AlphaShare(AlphaLedger.Router, failureProbability)), $"{count}");

    private SeedMessage Message(string statement, string inputHash, AlphaLedger ledger, string samples) => new()
    {
        Statement = statement,
        InputHash = inputHash,
        Router = Router is { } router ? new(router.Voter.FunctionId, router.Voter.Sigma, RouterStream(0).Id) : null,
        Experts = [.. Routes.Select((route, k) =>
            new SeedMember(route.Voter.FunctionId, route.Voter.Sigma, StreamOf(0, k).Id))],
        Rule = IsRouted ? Rule : null,
        Cascade = Cascade,
        Ledger = ledger,
        Samples = samples,
    };
}
