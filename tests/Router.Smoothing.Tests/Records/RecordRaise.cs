using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

/// <summary>Whether a changed record claims more than the honest one, from the same facts.</summary>
internal static class RecordRaise
{
    // Of a radius: bounds may be off in their last digits.
    private const double Tolerance = 1e-8;

    /// <summary>
    /// Whether it names a class within a larger radius, from votes, σ, α, family of bounds and classifier that are all
    /// the honest record's. Arithmetic
    /// cannot tell whether those are the true ones (docs/formats.md, section 9).
    /// </summary>
    public static bool Raises(string honest, string changed) =>
        RecordJson.TryRead(honest, out CertificateRecord? before, out _)
        && RecordJson.TryRead(changed, out CertificateRecord? after, out _)
        && after.Class is not null && after.Radius > before.Radius * (1 + Tolerance) && SameFacts(before, after);

    private static bool SameFacts(CertificateRecord before, CertificateRecord after) =>
        before.Routing.Difference(after.Routing) is null && before.Alpha.Total == after.Alpha.Total
        && Ledger(after).IsSubsetOf(Ledger(before)) && Families(after).IsSubsetOf(Families(before))
        && Votes(after).IsSubsetOf(Votes(before));

    private static HashSet<(string, double)> Ledger(CertificateRecord record) =>
        [.. record.Alpha.Shares.Select(share => (share.Share, share.Alpha / share.Bounds))];

    private static HashSet<string> Families(CertificateRecord record) =>
    [
        .. record.Stages.SelectMany(stage => stage.Bounds)
            .Select(bound => $"{bound.Kind} {string.Join(' ', bound.Looks ?? [])}"),
    ];

    private static HashSet<string> Votes(CertificateRecord record) =>
    [
        .. record.Stages.SelectMany(stage => new[] { stage.Estimation, stage.Selection }.OfType<VotesRecord>()
            .Select(votes => Text(stage, votes))),
    ];

    private static string Text(StageRecord stage, VotesRecord votes) =>
        $"{stage.Id} {stage.Sigma} {votes.From} {votes.To} {string.Join(' ', votes.Counts)} {votes.Undecided} "
            + $"{votes.Passed} {votes.Function}";
}
