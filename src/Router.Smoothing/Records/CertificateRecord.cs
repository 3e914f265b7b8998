using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using Router.Votes;

namespace Router.Smoothing.Records;

/// <summary>
/// A certificate as a document: everything from which its radius is recomputed without a model, and nothing else
/// (docs/certificates.md, section 7; docs/schema/certificate.schema.json). Probabilities and radii are doubles in
/// shortest round-trip form, σ is exact decimal text, the seed is text because JSON numbers end at 2⁵³. Members that do
/// not apply are absent; only <see cref="Class"/> may be null.
/// </summary>
public sealed record CertificateRecord
{
    /// <summary>The version of the schema that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.certificate/1";

    /// <summary>Which schema the record follows.</summary>
    public required string Schema { get; init; }

    /// <summary>How the radius follows from the bounds: one of <see cref="CertificateKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The certified class, or null where the answer is to abstain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Class { get; init; }

    /// <summary>The certified ℓ2 radius in [0,1] pixels; 0 exactly where <see cref="Class"/> is null.</summary>
    public required double Radius { get; init; }

    /// <summary>What limits the radius, or made the answer abstain: one of <see cref="RecordStages"/>.</summary>
    public required string LimitingStage { get; init; }

    /// <summary>
    /// In a cascade that the answering expert does not limit: the id of the other stage that does. In an exclusion
    /// certificate that the routed expert does not limit: the id of the expert to which the route could change. Its X_j
    /// limits (<see cref="RecordStages.Router"/>) or its radius for the same class (<see cref="RecordStages.Peer"/>),
    /// whichever is larger.
    /// </summary>
    public string? LimitingRoute { get; init; }

    /// <summary>SHA-256 of the input, lower-case hex: <see cref="GridInput.Hash"/>.</summary>
    public required string Input { get; init; }

    /// <summary>
    /// The noise: "grid", Gaussian noise rounded to the 8-bit grid, exact (docs/certificates.md, section 6).
    /// </summary>
    public required string Noise { get; init; }

    /// <summary>Where the noise came from.</summary>
    public required SeedRecord Seed { get; init; }

    /// <summary>The deployed classifier: how it routes, and between whom.</summary>
    public required RoutingRecord Routing { get; init; }

    /// <summary>Who spent the failure probability.</summary>
    public required AlphaRecord Alpha { get; init; }

    /// <summary>
    /// The smoothed classifiers that were asked: the router first, then the routed expert, then peers; of a cascade the
    /// stages up to the answering one, and later ones.
    /// </summary>
    public required ImmutableArray<StageRecord> Stages { get; init; }

    /// <summary>What made the record, by component.</summary>
    public required ImmutableSortedDictionary<string, string> Versions { get; init; }

    /// <summary>Who vouches for the counts, if anyone.</summary>
    public SignatureRecord? Signature { get; init; }

    /// <summary>The record of a certificate, unsigned.</summary>
    /// <exception cref="ArgumentException">The stages drew from different seeds.</exception>
    public static CertificateRecord From(Certificate certificate, RecordContext context) => context.Of(certificate);
}

/// <summary>How a certificate's radius follows from its bounds.</summary>
public static class CertificateKinds
{
    /// <summary>One expert and no router (Cohen, Rosenfeld, Kolter 2019).</summary>
    public const string Single = "single";

    /// <summary>min of the route's and the expert's radius (docs/certificates.md, section 1).</summary>
    public const string Dual = "dual";

    /// <summary>
    /// Peers that certify the same class make a change of route harmless (docs/certificates.md, section 2).
    /// </summary>
    public const string Exclusion = "exclusion";

    /// <summary>
    /// Stages that answer the class or no other, from the last to the first (docs/certificates.md, section 5).
    /// </summary>
    public const string Cascade = "cascade";

    /// <summary>A kind as records, answers and seed messages write it.</summary>
    public static string NameOf(CertificateKind kind) => kind switch
    {
        CertificateKind.Single => Single,
        CertificateKind.Dual => Dual,
        CertificateKind.Exclusion => Exclusion,
        CertificateKind.Cascade => Cascade,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "there is no such certificate"),
    };
}

/// <summary>How the deployed classifier picks its expert.</summary>
public static class RecordRoutingKinds
{
    /// <summary>There is one expert.</summary>
    public const string Fixed = "fixed";

    /// <summary>The route with the most votes.</summary>
    public const string MostVoted = "mostVoted";

    /// <summary>The τ-quantile of the votes over the mix in its order.</summary>
    public const string Quantile = "quantile";

    /// <summary>The route with the largest Φ⁻¹(P_k) + b_k.</summary>
    public const string Biased = "biased";

    /// <summary>The first of the mix, in its order, that is sure enough.</summary>
    public const string Cascade = "cascade";
}

/// <summary>The seed of all noise of a record.</summary>
/// <param name="Value">The 64-bit key in decimal.</param>
/// <param name="Origin">"server" or "caller": who knew it before the input was fixed.</param>
public sealed record SeedRecord(string Value, string Origin)
{
    /// <summary>The caller did not know the seed.</summary>
    public const string Server = "server";

    /// <summary>The caller chose the seed: the record is no proof to others.</summary>
    public const string Caller = "caller";

    /// <summary>An origin as records, logs and answers write it.</summary>
    public static string NameOf(SeedOrigin origin) => origin == SeedOrigin.Server ? Server : Caller;
}

/// <summary>The deployed classifier g.</summary>
/// <param name="Kind">One of <see cref="RecordRoutingKinds"/>.</param>
/// <param name="Mix">The experts in the order of the router's outputs.</param>
/// <param name="Router">The router; absent where the mix has one expert.</param>
public sealed record RoutingRecord(string Kind, ImmutableArray<MemberRecord> Mix, MemberRecord? Router = null)
{
    /// <summary>τ of a <see cref="RecordRoutingKinds.Quantile"/>, as exact decimal text.</summary>
    public string? Tau { get; init; }

    /// <summary>b_k of a <see cref="RecordRoutingKinds.Biased"/>, by expert of the mix.</summary>
    public ImmutableArray<double>? Bias { get; init; }

    /// <summary>τ_i,c of a <see cref="RecordRoutingKinds.Cascade"/>, of every stage but the last.</summary>
    public ImmutableArray<ThresholdsRecord>? Thresholds { get; init; }

    /// <summary>The routing of a cascade.</summary>
    /// <param name="cascade">How sure each stage has to be.</param>
    /// <param name="mix">The experts in the order they are asked.</param>
    public static RoutingRecord Of(Cascade cascade, ImmutableArray<MemberRecord> mix) =>
        new(RecordRoutingKinds.Cascade, mix)
    {
        Thresholds = [.. cascade.Thresholds.Select(ThresholdsRecord.Of)],
    };

    /// <summary>The routing of a classifier.</summary>
    /// <param name="rule">How votes become a route; without a router there are none.</param>
    /// <param name="mix">The experts in the order of the router's outputs.</param>
    /// <param name="router">The router, or null.</param>
    public static RoutingRecord Of(RoutingRule rule, ImmutableArray<MemberRecord> mix, MemberRecord? router) =>
        new(router is null ? RecordRoutingKinds.Fixed : rule.Kind, mix, router)
        {
            Tau = router is not null
                && rule is RoutingRule.Quantile quantile ? quantile.Tau.ToString(CultureInfo.InvariantCulture) : null,
            Bias = router is not null && rule is RoutingRule.Biased biased ? biased.Bias : null,
        };

    /// <summary>
    /// How votes become a route. Valid only for a record whose members <see cref="RecordMembers"/> found in order.
    /// </summary>
    internal RoutingRule Rule => Kind switch
    {
        RecordRoutingKinds.Quantile => new RoutingRule.Quantile(TauValue!.Value),
        RecordRoutingKinds.Biased => new RoutingRule.Biased(Bias!.Value),
        _ => new RoutingRule.MostVoted(),
    };

    /// <summary>
    /// How the classifier that is deployed differs from the record's, functions aside: rule, thresholds, experts and
    /// their order; null where it does not.
    /// </summary>
    /// <param name="deployed">The routing of the deployed classifier.</param>
    public string? Difference(RoutingRecord deployed) =>
        Text == deployed.Text ? null : $"the record is about {Text}, this registry deploys {deployed.Text}";

    /// <summary>The ids of those that can vote, the router among them, and are other functions as deployed.</summary>
    /// <param name="deployed">The routing of the deployed classifier.</param>
    public IEnumerable<string> OtherFunctions(RoutingRecord deployed) =>
        from member in Mix.Concat(Router is null ? [] : [Router])
        join there in deployed.Mix.Concat(deployed.Router is null ? [] : [deployed.Router]) on member.Id equals there.Id
        where member.Function != there.Function
        select member.Id;

    private string Text => string.Join(' ', new[]
    {
        Kind, Tau ?? "", string.Join(',', Bias ?? []), string.Join(',', Thresholds ?? []), "over",
        string.Join(", ", Mix.Select(member => member.Pass is { } pass ? $"{member.Id} with pass {pass}" : member.Id)),
    }.Where(part => part.Length > 0));

    internal string Named => Kind == RecordRoutingKinds.Cascade ? Cascade.ToString() : Rule.ToString();

    /// <summary>
    /// How sure each stage has to be. Valid only for a cascade's record whose members <see cref="RecordMembers"/> found
    /// in order.
    /// </summary>
    internal Cascade Cascade => new([.. Thresholds!.Value.Select(taus => taus.Read()!)]);

    internal decimal? TauValue => Decimal(Tau);

    // What is longer than any decimal prints is not read exactly, but rounded.
    internal static decimal? Decimal(string? text) =>
        text is { Length: <= LongestDecimal } && !text.EndsWith('.')
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : null;

    private const int LongestDecimal = 30;
}

/// <summary>A network of the deployed classifier.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="Function">Its function id: lower-case hex of a SHA-256.</param>
public sealed record MemberRecord(string Id, string Function)
{
    /// <summary>θ of an expert that passes, as exact decimal text; absent where all of its votes count.</summary>
    public string? Pass { get; init; }
}

/// <summary>The α ledger.</summary>
/// <param name="Total">The failure probability of the whole certificate, in (0, ½].</param>
/// <param name="Shares">Its parts, named once each, together at most the total.</param>
public sealed record AlphaRecord(double Total, ImmutableArray<AlphaShareRecord> Shares);

/// <summary>One part of the α ledger.</summary>
/// <param name="Share">Its name.</param>
/// <param name="Alpha">How much.</param>
/// <param name="Bounds">
/// Among how many bounds it is divided equally, those included that turned out not to be needed.
/// </param>
public sealed record AlphaShareRecord(string Share, double Alpha, int Bounds = 1);

/// <summary>A signature over the record's canonical bytes (<see cref="RecordSignature"/>).</summary>
/// <param name="Algorithm"><see cref="RecordSignature.Algorithm"/>.</param>
/// <param name="Key">The key id: SHA-256 of the public key, lower-case hex.</param>
/// <param name="Value">Base64.</param>
public sealed record SignatureRecord(string Algorithm, string Key, string Value);
