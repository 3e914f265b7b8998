using System.Globalization;
using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;
using Router.Smoothing.Tests.Routing;

namespace Router.Smoothing.Tests.Records;

/// <summary>
/// Structured changes of records: stages, bounds, shares, looks, ranges and members of the mix that are left out,
/// doubled, exchanged, moved or turned into
/// others, one to three of them at a time. Then everything that follows is made to fit as well as a forger could: every
/// bound is computed again, and radius,
/// class and limit are what the verifier would accept.
/// </summary>
/// <param name="seed">The same seed gives the same changes.</param>
internal sealed class RecordMutations(ulong seed)
{
    private const int MostChanges = 3;

    private static readonly string[] Stages = ["router", "expert", "peer", "earlier", "later"];
    private static readonly string[] Shares =
        ["router", "other route", "expert", "peer", "other class", "other class of peers", "silence", "failover"];
    private static readonly string[] OfStages = [
        "id", "sigma", "stream", "estimation", "selection", "bounds", "outcome"];
    private static readonly string[] OfBounds =
        ["side", "outcomes", "share", "alpha", "successes", "draws", "looks", "a", "b", "w", "kind"];
    private static readonly string[] Kinds = ["clopperPearson", "randomisedClopperPearson", "schedule", "betaMixture"];

    private readonly Uniforms _random = new(seed);

    private Action<JsonObject>[] Changes =>
    [
        .. Lists(record => Array(record, "stages")),
        .. Lists(record => Array(record, "stages"), ends: false),
        .. Lists(record => Bounds(record)),
        .. Lists(record => Array(record["alpha"]!, "shares")),
        .. Lists(record => Array(record["routing"]!, "mix")),
        .. Lists(record => Array(record["routing"]!, "thresholds")),
        .. Lists(record => Array(record["routing"]!, "bias")),
        .. Lists(record => Array(Bound(record), "looks")),
        .. Lists(record => Array(Votes(record), "counts")),
        record => Stage(record)["stage"] = Any(Stages),
        record => Stage(record)["outcome"] = _random.Below(4),
        record => Exchange(Stage(record), Stage(record), Any(OfStages)),
        record => Exchange(Stage(record), "selection", Stage(record), "estimation"),
        record => Stage(record).AsObject().Remove("selection"),
        record => Bounds(record).Add(Bound(record).DeepClone()),
        record => Bounds(record).Insert(0, Recounted(record, "upper", _random.Below(10))),
        record => Bounds(record).Add(Recounted(record, Any(["upper", "lower"]), _random.Below(4))),
        record => Bound(record)["side"] = Any(["upper", "lower"]),
        record => Bound(record)["outcomes"] = new JsonArray(_random.Below(10)),
        record => Bound(record)["outcomes"] = UpTo(_random.Below(3)),
        record => Bound(record)["alpha"] = PartOf(Share(record)),
        record => (Bound(record)["alpha"], Bound(record)["share"]) = (PartOf(Share(record)), Any(Shares)),
        record => Bound(record)["alpha"] = (double)Bound(record)["alpha"]! * (0.5 + _random.Next()),
        record => Bound(record)["share"] = Any(Shares),
        record => Exchange(Bound(record), Bound(record), Any(OfBounds)),
        record => Bound(record)["draws"] = (long)(((long)Bound(record)["draws"]! + 1) * (0.5 + 0.5 * _random.Next())),
        record => Bound(record)["successes"] = (long)Bound(record)["successes"]! + _random.Below(201) - 100,
        record => Earlier(Bound(record)),
        record => OfKind(Bound(record), Any(Kinds)),
        record => OfKinds(record, Any(Kinds)),
        record => Share(record)["share"] = Any(Shares),
        record => Share(record)["bounds"] = 1 + _random.Below(9),
        record => Exchange(Share(record), Share(record), Any(["share", "alpha", "bounds"])),
        record => Shift(Votes(record), _random.Below(201) - 100),
        record => Shift(Votes(record), Any([1L << 40, -(1L << 40), 1L << 41])),
        record => Votes(record)["to"] = (long)Votes(record)["to"]! + _random.Below(5) - 2,
        record => Exchange(Votes(record), Votes(record), Any(["from", "to", "counts", "undecided", "function"])),
        record => record["kind"] = Any(["single", "dual", "exclusion", "cascade"]),
        record => record["routing"]!["kind"] = Any(["fixed", "mostVoted", "quantile", "biased", "cascade"]),
        record => record["routing"]!.AsObject().Remove("router"),
        record => Exchange(Member(record), Member(record), Any(["id", "function"])),
    ];

    // Of experts that keep votes back.
    private Action<JsonObject>[] OfPasses =>
    [
        record => Exchange(Votes(record), "undecided", Votes(record), "passed"),
        record => Exchange(Votes(record), Votes(record), "passed"),
        record => Votes(record).AsObject().Remove("passed"),
        record => Votes(record)["passed"] = (long)Votes(record)["passed"]! + _random.Below(5) - 2,
        record => Member(record).AsObject().Remove("pass"),
        record => Member(record)["pass"] = Any(["0.4", "0.353", "0", "1.005"]),
    ];

    /// <summary>Changed records of a record, made to fit; every fourth time as they come out of the change
    /// too.</summary>
    /// <param name="json">The honest record.</param>
    /// <param name="count">How many times it is changed.</param>
    public IEnumerable<string> Of(string json, int count)
    {
        Action<JsonObject>[] changes =
            json.Contains("\"passed\"", StringComparison.Ordinal) ? [.. Changes, .. OfPasses] : Changes;
        for (int made = 0; made < count;)
        {
            JsonObject record = JsonNode.Parse(json)!.AsObject();
            record.Remove("signature");
            string before = record.ToJsonString();
            for (int change = _random.Below(MostChanges); change >= 0; change--)
                Try(changes[_random.Below(changes.Length)], record);
            string after = record.ToJsonString();
            if (after == before) continue;
            string fitting = Fitting(after) ?? after;
            yield return fitting;
            if (made++ % 4 == 0 && fitting != after)
                yield return after;
        }
    }

    // A change that this record has no place for leaves it as it is.
    private static void Try(Action<JsonObject> change, JsonObject record)
    {
        try
        {
            change(record);
        }
        catch (Exception none) when (
            none is NullReferenceException or InvalidOperationException or ArgumentException or FormatException)
        {
        }
    }

    private IEnumerable<Action<JsonObject>> Lists(Func<JsonObject, JsonArray> list, bool ends = true) =>
    [
        record => list(record).RemoveAt(_random.Below(list(record).Count)),
        record => list(record).Insert(_random.Below(list(record).Count + 1), Item(list(record)).DeepClone()),
        record => Swap(list(record), _random.Below(list(record).Count), _random.Below(list(record).Count)),
        .. ends ? new Action<JsonObject>[] { record => Swap(list(record), 0, list(record).Count - 1) } : [],
    ];

    private JsonNode Stage(JsonObject record) => Item(Array(record, "stages"));

    private JsonArray Bounds(JsonObject record) => Array(Stage(record), "bounds");

    private JsonNode Bound(JsonObject record) => Item(Bounds(record));

    private JsonNode Share(JsonObject record) => Item(Array(record["alpha"]!, "shares"));

    private JsonNode Member(JsonObject record) => Item(Array(record["routing"]!, "mix"));

    private JsonNode Votes(JsonObject record) => Stage(record)[Any(["selection", "estimation"])]!;

    private static JsonArray UpTo(int k) => new([.. Enumerable.Range(0, k + 1).Select(outcome => (JsonNode)outcome)]);

    private static double PartOf(JsonNode share) => (double)share["alpha"]! / ((int?)share["bounds"] ?? 1);

    private JsonNode Item(JsonArray items) => items[_random.Below(items.Count)]!;

    private T Any<T>(T[] choices) => choices[_random.Below(choices.Length)];

    private static JsonArray Array(JsonNode node, string member) => node[member]!.AsArray();

    private static void Swap(JsonArray items, int i, int j)
    {
        (JsonNode first, JsonNode second) = (items[i]!.DeepClone(), items[j]!.DeepClone());
        (items[i], items[j]) = (second, first);
    }

    private static void Exchange(JsonNode one, JsonNode other, string member) => Exchange(one, member, other, member);

    private static void Exchange(JsonNode one, string first, JsonNode other, string second)
    {
        (JsonNode? a, JsonNode? b) = (one[first]?.DeepClone(), other[second]?.DeepClone());
        Put(one, first, b);
        Put(other, second, a);
    }

    private static void Put(JsonNode node, string member, JsonNode? value)
    {
        if (value is null) node.AsObject().Remove(member);
        else node[member] = value;
    }

    private static void Shift(JsonNode votes, long by) =>
        (votes["from"], votes["to"]) = ((long)votes["from"]! + by, (long)votes["to"]! + by);

    // A bound as another of the stage, on an outcome that it counts rightly.
    private JsonObject Recounted(JsonObject record, string side, int outcome)
    {
        JsonNode stage = Stage(record);
        JsonObject bound = Item(Array(stage, "bounds")).DeepClone().AsObject();
        long undecided = side == "upper" ? (long)stage["estimation"]!["undecided"]! : 0;
        bound["side"] = side;
        bound["outcomes"] = new JsonArray(outcome);
        bound["draws"] = (long)stage["estimation"]!["to"]! - (long)stage["estimation"]!["from"]!;
        bound["successes"] = (long)Array(stage["estimation"]!, "counts")[outcome]! + undecided;
        return bound;
    }

    // An earlier look, with its share of the successes and a few more.
    private void Earlier(JsonNode bound)
    {
        double part = _random.Next();
        long draws = (long)(part * (long)bound["draws"]!);
        long successes = (long)(part * (long)bound["successes"]!) + _random.Below(60) - 20;
        (bound["draws"], bound["successes"]) = (draws, Math.Min(draws, successes));
    }

    private static void OfKind(JsonNode bound, string kind)
    {
        foreach (string member in (string[])["looks", "a", "b", "w"])
            bound.AsObject().Remove(member);
        bound["kind"] = kind;
        if (kind == "schedule") bound["looks"] = new JsonArray((long)bound["draws"]!);
        if (kind == "betaMixture") (bound["a"], bound["b"]) = (0.5, 0.5);
        if (kind == "randomisedClopperPearson") bound["w"] = 0.5;
    }

    private static void OfKinds(JsonObject record, string kind)
    {
        foreach (JsonNode? stage in Array(record, "stages"))
            foreach (JsonNode? bound in Array(stage!, "bounds"))
                OfKind(bound!, kind);
    }

    // Bounds computed again, then the radius, class and limit that the verifier names.
    private static string? Fitting(string json)
    {
        if (!RecordJson.TryRead(json, out CertificateRecord? record, out _))
            return null;
        ulong seed = ulong.Parse(record.Seed.Value, CultureInfo.InvariantCulture); // no change touches it
        record = record with
        {
            Stages =
            [
                .. record.Stages.Select(stage =>
                    stage with { Bounds = [.. stage.Bounds.Select(bound => Computed(stage, bound, seed))] }),
            ],
        };
        record = Claiming(record, RecordVerifier.Verify(record).ToString()!);
        if (!RecordVerifier.Verify(record).ToString()!.Contains("limit", StringComparison.Ordinal))
            return RecordJson.WriteLine(record);
        string?[] routes = [null, .. record.Routing.Mix.Select(member => member.Id)];
        IEnumerable<CertificateRecord> limits = Stages.SelectMany(
            _ => routes, (stage, route) => record with { LimitingStage = stage, LimitingRoute = route });
        return RecordJson.WriteLine(
            limits.FirstOrDefault(other => RecordVerifier.Verify(other) is not RecordVerdict.DoesNotHold) ?? record);
    }

    private static CertificateRecord Claiming(CertificateRecord record, string verdict)
    {
        const string given = "the bounds give radius ";
        int at = verdict.IndexOf(given, StringComparison.Ordinal);
        if (at < 0)
            return record;
        string number = verdict[(at + given.Length)..].Split(' ')[0];
        double radius = double.Parse(number, CultureInfo.InvariantCulture);
        int? label = record.Stages.FirstOrDefault(stage => stage.Stage == RecordStages.Expert)?.Outcome;
        return record with { Radius = radius, Class = radius > 0 ? label : null };
    }

    private static BoundRecord Computed(StageRecord stage, BoundRecord bound, ulong seed)
    {
        if (bound.Kind == BoundKinds.RandomisedClopperPearson)
            bound = bound with { W = RandomisedClopperPearson.RandomiserOf(new(seed, stage.Stream)) };
        if (bound.Kind == BoundKinds.BetaMixture && stage.Selection is { } selection
            && bound.Outcomes.All(outcome => outcome >= 0 && outcome < selection.Counts.Length))
        {
            long favourable = bound.Outcomes.Sum(outcome => selection.Counts[outcome]);
            bound = bound with { A = 0.5 + favourable, B = 0.5 + selection.Total - favourable };
        }
        try
        {
            Probability value = RecordBounds.Recompute(stage, bound, seed);
            return bound with { Value = value.Value, Complement = value.Complement };
        }
        catch (Exception none) when (
            none is ArgumentException or ArithmeticException or InvalidOperationException or NullReferenceException)
        {
            return bound;
        }
    }
}
