using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Votes;

namespace Router.Smoothing;

/// <summary>
/// What is fixed before the first word of an answer's noise is drawn: the input, everything that defines the
/// classifier, what is stated of it, who spends how much of α, and which samples count. A record tells its seed, hence
/// all of its noise: what can still be chosen afterwards must lead to another seed, unless it is proved to do no harm
/// (docs/certificates.md, section 6).
/// </summary>
public sealed record SeedMessage
{
    /// <summary>
    /// What is stated: a kind of certificate, <see cref="Prediction"/>, <see cref="Route"/> or <see cref="Votes"/>.
    /// </summary>
    public required string Statement { get; init; }

    /// <summary><see cref="GridInput.Hash"/> of the input x.</summary>
    public required string InputHash { get; init; }

    /// <summary>The router; null where there is none.</summary>
    public SeedMember? Router { get; init; }

    /// <summary>The experts in the order of the routes, or of the stages of a cascade.</summary>
    public ImmutableArray<SeedMember> Experts { get; init; } = [];

    /// <summary>How the router's votes become a route; null where there is no router.</summary>
    public RoutingRule? Rule { get; init; }

    /// <summary>How sure each stage has to be; null where there is no cascade.</summary>
    public Cascade? Cascade { get; init; }

    /// <summary>The split of α.</summary>
    public required AlphaLedger Ledger { get; init; }

    /// <summary>Which samples count, in words: <see cref="Sampling.SamplingPlan.Registered"/>.</summary>
    public required string Samples { get; init; }

    // Only what JSON itself cannot hold is escaped, as other languages write it.
    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The statement of a prediction: a class without a radius.</summary>
    public const string Prediction = "prediction";

    /// <summary>The statement of a prediction of the route alone.</summary>
    public const string Route = "route";

    /// <summary>Votes of one network that nothing is stated of.</summary>
    public const string Votes = "votes";

    /// <summary>
    /// The message: JSON, so that no value can be read as a part of another; numbers are text in their shortest form.
    /// </summary>
    public string Text => new JsonObject
    {
        ["message"] = "dualrs.seed/2",
        ["statement"] = Statement,
        ["input"] = InputHash,
        ["router"] = Router is { } router ? NodeOf(router) : null,
        ["experts"] = new JsonArray([.. Experts.Select(NodeOf)]),
        ["rule"] = Rule is { } rule ? Texts([rule.Kind, .. rule.Parameters]) : null,
        ["cascade"] = Cascade is { } cascade ? new JsonArray([.. cascade.Thresholds.Select(NodeOf)]) : null,
        ["alpha"] = Shortest(Ledger.Total),
        ["shares"] = new JsonArray([.. Ledger.Shares.Select(share =>
            Texts([share.Bound, Shortest(share.Alpha), Shortest((decimal)share.Count)]))]),
        ["samples"] = Samples,
    }.ToJsonString(Plain);

    /// <summary>SHA-256 of the message, in lower-case hex: by it answers are kept.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    /// <summary>A decimal without trailing zeros: 0.50 and 0.5 are one number.</summary>
    internal static string Shortest(decimal number) =>
        number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>The shortest digits that give the same double again.</summary>
    internal static string Shortest(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static JsonArray NodeOf(SeedMember member) =>
        Texts([member.Function.Value, Shortest(member.Sigma), Shortest((decimal)member.Stream)]);

    // One number stands by itself, as it always did.
    private static JsonNode NodeOf(Thresholds taus) =>
        taus.AreOne ? JsonValue.Create(Shortest(taus.Numbers[0])) : Texts(taus.Numbers.Select(Shortest));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}

/// <summary>A network of the classifier that a seed is for.</summary>
/// <param name="Function">Its base classifier.</param>
/// <param name="Sigma">The σ of its noise, in [0,1] pixels.</param>
/// <param name="Stream">Which noise stream of the seed it draws from.</param>
public sealed record SeedMember(FunctionId Function, decimal Sigma, uint Stream);
