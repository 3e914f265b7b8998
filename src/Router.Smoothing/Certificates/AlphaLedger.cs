using System.Collections.Immutable;

namespace Router.Smoothing;

/// <summary>
/// Who spends the failure probability α of one certificate. All of its bounds hold together by the union bound, so the
/// shares must not exceed the total; the split is fixed before any estimation sample is seen (docs/certificates.md,
/// section 4).
/// </summary>
public sealed class AlphaLedger
{
    /// <summary>The name of the router's share.</summary>
    public const string Router = "router";

    /// <summary>The name of the expert's share.</summary>
    public const string Expert = "expert";

    /// <summary>The name of the bounds U_j on the routes that were not chosen, which have equal parts of it.</summary>
    public const string OtherRoute = "other route";

    /// <summary>
    /// The name of the bounds of other experts on the class, which have equal parts of it whether they are asked or
    /// not.
    /// </summary>
    public const string Peer = "peer";

    /// <summary>
    /// The name of the upper bounds on the routed expert's other classes, which have equal parts of it; only in a
    /// two-sided certificate.
    /// </summary>
    public const string OtherClass = "other class";

    /// <summary>
    /// The name of the upper bounds on the other classes of peers, asked or not, in equal parts; only in a two-sided
    /// certificate.
    /// </summary>
    public const string PeersOtherClass = "other class of peers";

    /// <summary>
    /// The name of the bounds V_i that a cascade's stages answer no other class, which have equal parts of it whether
    /// they are needed or not.
    /// </summary>
    public const string Silence = "silence";

    /// <summary>
    /// The name of what is kept for the certificate of another mix, drawn where an expert cannot answer: no bound of
    /// this certificate spends it.
    /// </summary>
    public const string Failover = "failover";

    // Of what bounds a class, the upper bounds on the other classes get a tenth: they are far from deciding but where
    // several classes share the rest.
    private const double OtherClassesPart = 0.1;

    // Shares are decimal fractions of the total; their binary sum may exceed it by rounding alone.
    private const double Rounding = 1e-12;

    private AlphaLedger(double total, ImmutableArray<AlphaShare> shares) => (Total, Shares) = (total, shares);

    /// <summary>
    /// The least failure probability that a caller may ask for: below it a share, or a share of a share, could vanish
    /// in rounding, and no hardware is that reliable.
    /// </summary>
    public const double LeastAsked = 1e-30;

    /// <summary>The failure probability of the whole certificate, in (0, ½].</summary>
    public double Total { get; }

    /// <summary>Each bound's share, in the order it was entered.</summary>
    public ImmutableArray<AlphaShare> Shares { get; }

    /// <summary>The share of the named bound; of each of them where several have that name.</summary>
    /// <exception cref="KeyNotFoundException">The ledger has no such share: that bound may not be used.</exception>
    public double this[string bound]
    {
        get
        {
            foreach (AlphaShare share in Shares)
                if (share.Bound == bound)
                    return share.Each;
            throw new KeyNotFoundException(
                $"the ledger has no share for '{bound}', only for "
                + string.Join(", ", Shares.Select(share => share.Bound)));
        }
    }

    /// <summary>One expert alone spends all of α (Cohen et al. 2019).</summary>
    public static AlphaLedger Single(double total) => Of(total, new AlphaShare(Expert, total));

    /// <summary>
    /// The dual certificate: the router's p_a and the expert's p_A take half of α each (docs/certificates.md, section
    /// 1).
    /// </summary>
    public static AlphaLedger Dual(double total) =>
        Of(total, new AlphaShare(Router, total / 2), new AlphaShare(Expert, total / 2));

    /// <summary>A ledger of stated shares.</summary>
    /// <exception cref="ArgumentException">
    /// α is not in (0, ½], a share is not positive, a name stands twice, or the shares exceed the total.
    /// </exception>
    public static AlphaLedger Of(double total, params ImmutableArray<AlphaShare> shares)
    {
        if (!(total > 0 && total <= 0.5))
            throw new ArgumentException(
                $"a failure probability lies above 0 and is at most ½, got {total:R}", nameof(total));
        if (shares.IsDefaultOrEmpty || shares.Any(share => !(share.Count > 0 && share.Each > 0))
            || shares.DistinctBy(share => share.Bound).Count() != shares.Length)
            throw new ArgumentException("shares must be positive and named once each", nameof(shares));
        if (shares.Sum(share => share.Alpha) > total * (1 + Rounding))
            throw new ArgumentException(
                $"the shares add up to {shares.Sum(share => share.Alpha):R}, more than the total {total:R}",
                nameof(shares));
        return new(total, shares);
    }

    /// <summary>
    /// The same ledger for two-sided radii: of what bounds the class, of the routed expert and of peers, a tenth goes
    /// to upper bounds on each of the other classes (docs/certificates.md, section 4). The same ledger where there is
    /// only one class.
    /// </summary>
    /// <param name="classCount">C ≥ 1.</param>
    public AlphaLedger WithOtherClasses(int classCount) =>
        classCount == 1 ? this : new(Total, [.. Shares.SelectMany(share => share.Bound switch
        {
            Expert => Divided(share, OtherClass, classCount - 1),
            Peer => Divided(share, PeersOtherClass, classCount - 1),
            _ => [share],
        })]);

    /// <summary>
    /// The name of the share that bounds the other classes, for the share that bounds a class; null where radii are
    /// one-sided.
    /// </summary>
    public string? OthersOf(string bound)
    {
        string? others = bound switch { Expert => OtherClass, Peer => PeersOtherClass, _ => null };
        return Shares.Any(share => share.Bound == others) ? others : null;
    }

    private static AlphaShare[] Divided(AlphaShare share, string others, int count) =>
        [
            share with { Alpha = share.Alpha * (1 - OtherClassesPart) },
            new(others, share.Alpha * OtherClassesPart, checked(share.Count * count)),
        ];

    /// <summary>This ledger and something kept beside it, for a failover.</summary>
    /// <param name="reserved">How much is kept, above 0.</param>
    /// <param name="total">α with it.</param>
    /// <exception cref="ArgumentException">The shares exceed the total.</exception>
    public AlphaLedger Reserving(double reserved, double total) => Of(total, Shares.Add(new(Failover, reserved)));

    /// <summary>Refuses bounds that spend what the ledger did not give them.</summary>
    /// <param name="bounds">All bounds of one certificate.</param>
    /// <exception cref="ArgumentException">
    /// One spends more than its part of its share, they spend more than the share together, or there is no such share.
    /// </exception>
    public void Cover(IEnumerable<BoundEvidence> bounds)
    {
        foreach (IGrouping<string, BoundEvidence> spending in bounds.GroupBy(bound => bound.Share))
        {
            if (spending.Key == Failover)
                throw new ArgumentException(
                    "a bound spends α that is kept for a failover, for the certificate of another mix", nameof(bounds));
            AlphaShare share = Shares.FirstOrDefault(share => share.Bound == spending.Key)
                ?? throw new ArgumentException(
                    $"a bound spends α of '{spending.Key}', which the ledger {this} does not have", nameof(bounds));
            if (spending.Max(bound => bound.Alpha) > share.Each * (1 + Rounding))
                throw new ArgumentException(
                    $"a bound of '{share.Bound}' spends {spending.Max(bound => bound.Alpha):R}, "
                    + $"its part is {share.Each:R}", nameof(bounds));
            if (spending.Sum(bound => bound.Alpha) > share.Alpha * (1 + Rounding))
                throw new ArgumentException(
                    $"the bounds of '{share.Bound}' spend {spending.Sum(bound => bound.Alpha):R} of {share.Alpha:R}",
                    nameof(bounds));
        }
    }

    /// <summary>The ledger as text, "0.001 = router 0.0005 + expert 0.0005".</summary>
    public override string ToString() => $"{Total:R} = {string.Join(" + ", Shares)}";
}

/// <summary>
/// One bound's part of a certificate's failure probability, or that of several bounds in equal parts.
/// </summary>
/// <param name="Bound">Which bound spends it.</param>
/// <param name="Alpha">How much they spend together, in (0, 1).</param>
/// <param name="Count">How many bounds of that name there are, ≥ 1.</param>
public sealed record AlphaShare(string Bound, double Alpha, int Count = 1)
{
    /// <summary>How much each of them spends.</summary>
    public double Each => Alpha / Count;

    /// <summary>The share as text, "peer 5E-05/3".</summary>
    public override string ToString() => Count == 1 ? $"{Bound} {Alpha:R}" : $"{Bound} {Alpha:R}/{Count}";
}
