using System.Text.Json.Nodes;
using Router.Smoothing.Bounds;
using Router.Smoothing.Records;

namespace Router.Smoothing.Tests.Records;

public class RecordVerifierTests
{
    public static TheoryData<string> Kinds => ["single", "dual", "exclusion", "quantile", "biased"];

    private static CertificateRecord Sample(string kind) => kind switch
    {
        "single" => RecordSamples.Single(),
        "dual" => RecordSamples.Dual(),
        "quantile" => RecordSamples.Quantile(),
        "biased" => RecordSamples.Biased(),
        _ => RecordSamples.Exclusion(),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Arithmetic_of_an_honest_record_holds_unsigned(string kind)
    {
        CertificateRecord record = Sample(kind);
        RecordVerdict.HoldsUnsigned verdict = Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(record));
        Assert.Equal(["counts and n are self-reported"], verdict.Caveats);
        Assert.True(record.Radius > 0.02);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(RecordJson.Write(record)));
    }

    [Fact]
    public void Abstentions_of_router_and_expert_hold_too()
    {
        foreach (Certificate certificate in new[] { RecordSamples.DualCertificate(routeVotes: 5000),
            RecordSamples.DualCertificate(classVotes: 5000) })
        {
            CertificateRecord record = CertificateRecord.From(
                certificate, RecordSamples.Context("s012", "s025", "s050", "s100"));
            Assert.Null(record.Class);
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(record));
        }
    }

    [Fact]
    public void A_caller_s_seed_is_a_caveat()
    {
        CertificateRecord record = CertificateRecord.From(
            RecordSamples.DualCertificate(),
            RecordSamples.Context("s012", "s025", "s050", "s100") with { SeedOrigin = SeedOrigin.Caller });
        Assert.Contains("the caller chose the seed, and may have tried others",
            Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(record)).Caveats);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_as_text() =>
        Assert.IsType<RecordVerdict.Unreadable>(RecordVerifier.Verify(
            RecordJson.Write(RecordSamples.Dual()).Replace("\"s050\"", "\"\\ud800\"", StringComparison.Ordinal)));

    [Fact]
    public void Stages_of_different_seeds_make_no_record()
    {
        Certificate certificate = RecordSamples.DualCertificate();
        Assert.Throws<ArgumentException>(() => CertificateRecord.From(
            certificate with { Route = certificate.Route! with { Stream = new(1, 0) } },
            RecordSamples.Context("s012", "s025", "s050", "s100")));
    }

    /// <summary>Which record, what is done to it, what the verifier says.</summary>
    private static readonly (string Kind, string Name, Action<JsonNode> Edit, string Message)[] Forgeries =
    [
        // The document
        ("dual", "schema", r => r["schema"] = "dualrs.certificate/2",
            "unknown schema version 'dualrs.certificate/2': this verifier knows dualrs.certificate/1"),
        ("dual", "new members", r => { r["schema"] = "dualrs.certificate/9"; r["novelty"] = 1; },
            "unknown schema version 'dualrs.certificate/9'"),
        ("dual", "kind", r => r["kind"] = "triple", "unknown certificate kind 'triple'"),
        ("dual", "routing", r => r["routing"]!["kind"] = "roulette",
            "unknown routing kind 'roulette': this verifier knows fixed, mostVoted, quantile, biased"),
        ("dual", "noise", r => r["noise"] = "float", "unknown noise kind 'float'"),
        ("dual", "seed", r => r["seed"]!["value"] = "18446744073709551616",
            "seed '18446744073709551616' is not a 64-bit number"),
        ("dual", "origin", r => r["seed"]!["origin"] = "moon", "unknown seed origin 'moon'"),
        ("dual", "input", r => r["input"] = "abc", "input 'abc' is not a SHA-256"),
        ("dual", "sigma", r => r["stages"]![0]!["sigma"] = "-1",
            "router router: σ '-1' is not a decimal above 0 and at most 3.5"),
        ("dual", "sigma beyond the noise", r => r["stages"]![0]!["sigma"] = "3.51",
            "router router: σ '3.51' is not a decimal above 0 and at most 3.5"),
        ("dual", "sigma of 29 digits", r => r["stages"]![1]!["sigma"] = "79228162514264337593543950335",
            "expert s050: σ '79228162514264337593543950335' is not"),
        ("dual", "sigma that no decimal is", r => r["stages"]![1]!["sigma"] = "0.50000000000000000000000000000001",
            "is not a decimal"),
        ("dual", "seed of many zeros", r => r["seed"]!["value"] = new string('0', 30) + "1", "is not a 64-bit number"),
        ("dual", "more stages than experts", r => { for (int i = 0; i < 5; i++) r["stages"]!.AsArray()
            .Add(r["stages"]![1]!.DeepClone()); }, "7 stages of a mix of 4: a mix has at most 1024 experts"),

        // Counts, radius, class
        ("dual", "count moved", r => { Count(r, 1, 3, +1); Count(r, 1, 0, -1); },
            "expert s050: clopperPearson lower bound on 3: 9900 of 10000 are not among"),
        ("dual", "count moved with its bound", r => { Count(r, 1, 3, +1); Count(r, 1, 0, -1); Bound(
            r, 1)["successes"] = 9901; }, "9901 of 10000 at α 0.0005 give"),
        ("dual", "count added", r => Count(r, 1, 3, +1),
            "expert s050: estimation: counts and undecided votes add up to 10001, but n is 10000"),
        ("dual", "undecided hidden", r => r["stages"]![0]!["estimation"]!["undecided"] = 0,
            "router router: estimation: counts and undecided votes add up to 9990, but n is 10000"),
        ("dual", "count negative", r => Count(r, 1, 1, -1), "counts must be ≥ 0"),
        ("dual", "value", r => Bound(r, 0)["value"] = 0.95, "the record says 0.95"),
        ("dual", "complement", r => Bound(r, 0)["complement"] = 0.01, "(1 − 0.01)"),
        ("dual", "radius up", r => r["radius"] = r["radius"]!.GetValue<double>() * 1.001, "the bounds give radius"),
        ("dual", "radius down", r => r["radius"] = r["radius"]!.GetValue<double>() * 0.9, "the bounds give radius"),
        ("dual", "radius infinite", r => r["radius"] = JsonNode.Parse("1e400"), ""),
        ("dual", "class", r => r["class"] = 2, "the record answers class 2, but the bounds are on class 3"),
        ("dual", "class with its outcome", r => { r["class"] = 2; r["stages"]![1]!["outcome"] = 2; },
            "expert s050: outcome 2 was not selected, the selection votes are for 3"),
        ("dual", "abstains with a radius", r => r["class"] = null, "the record abstains, but claims radius"),
        ("dual", "answers without a radius", r => r["radius"] = 0, "the record answers class 3 with radius 0"),
        ("dual", "limiting stage", r => r["limitingStage"] = "router",
            "the record says that the router limits the radius"),
        ("single", "radius", r => r["radius"] = 1.0, "the bounds give radius"),
        ("exclusion", "radius", r => r["radius"] = r["radius"]!.GetValue<double>() * 1.001, "the bounds give radius"),

        ("exclusion", "limiting route", r => r["limitingRoute"] = "s012",
            "the record says that the peer s012 limits the radius, but the class holds to"),
        ("exclusion", "limiting route hidden", r => r.AsObject().Remove("limitingRoute"),
            "a certificate of kind exclusion that the peer limits names its limiting route"),
        ("exclusion", "limiting stage of the route", r => r["limitingStage"] = "router",
            "the record says that the router s025 limits the radius"),
        ("exclusion", "limited by the expert", r => { r["limitingStage"] = "expert"; r.AsObject()
            .Remove("limitingRoute"); }, "the record says that the expert limits the radius"),
        ("dual", "limiting route", r => r["limitingRoute"] = "s025",
            "a certificate of kind dual that the expert limits has no limiting route"),

        // Routing
        ("quantile", "τ that selects another route", r => r["routing"]!["tau"] = "0.3",
            "router router: outcome 2 was not selected, the selection votes are for 1 by quantile 0.3"),
        ("quantile", "τ out of range", r => r["routing"]!["tau"] = "1.0",
            "τ '1.0' is not a decimal above 0 and below 1"),
        ("quantile", "τ missing", r => r["routing"]!.AsObject().Remove("tau"),
            "routing by quantile: tau belongs to quantile, bias to biased, one each"),
        ("quantile", "quantile as most voted", r => { r["routing"]!["kind"] = "mostVoted"; r["routing"]!.AsObject()
            .Remove("tau"); }, "the upper bound on 0+1 proves nothing about outcome 2"),
        ("quantile", "an unplanned F_k", r => Bound(r, 0, 2)["outcomes"] = new JsonArray(0, 1, 2, 3),
            "accepted are lower on 0+…+k from k = 2 on and upper on 0+…+k before"),
        ("quantile", "the wrong side of F_k", r => Bound(r, 0, 1)["side"] = "lower",
            "the lower bound on 0+1 proves nothing about outcome 2"),
        ("biased", "bias of a route", r => r["routing"]!["bias"]![1] = 0.25,
            "where routing is by biased 0.5,0.25,0,-0.2, the record says"),
        ("biased", "bias that selects another route", r => r["routing"]!["bias"]![1] = 0.5,
            "outcome 2 was not selected, the selection votes are for 1 by biased 0.5,0.5,0,-0.2"),
        ("biased", "a bias too few", r => r["routing"]!["bias"]!.AsArray().RemoveAt(0),
            "there are 3 biases for the 4 experts of the mix"),
        ("biased", "bias of another rule", r => r["routing"]!["kind"] = "mostVoted",
            "routing by mostVoted: tau belongs to quantile, bias to biased, one each"),

        // α
        ("dual", "shares beyond the total", r => r["alpha"]!["shares"]![0]!["alpha"] = 0.0006,
            "the shares of α add up to"),
        ("dual", "share named twice", r => r["alpha"]!["shares"]![0]!["share"] = "expert",
            "for one bound or more, and named once each"),
        ("dual", "bound beyond its share", r => Bound(r, 0)["alpha"] = 0.0006,
            "a bound at α 0.0006 is not within one of 1 equal parts of router 0.0005"),
        ("dual", "two bounds of one share", r => Bound(r, 0)["share"] = "expert",
            "router router: a bound on chosen route spends α of 'expert', its share is 'router'"),
        ("dual", "share unknown", r => Bound(r, 0)["share"] = "luck",
            "a bound spends α of 'luck', which the ledger does not have"),
        ("dual", "total", r => r["alpha"]!["total"] = 0.7, "α 0.7 does not lie in (0, 0.5]"),
        ("exclusion", "an unsplit peer", r => Bound(r, 2)["alpha"] = 0.00004,
            "peer s025: a bound at α 4E-05 is not within one of 3 equal parts of peer 5E-05"),
        ("exclusion", "an unsplit other", r => Bound(r, 0, 1)["alpha"] = 0.00004,
            "router router: a bound at α 4E-05 is not within one of 3 equal parts of other route 5E-05"),

        ("exclusion", "peers' share undivided", r => { r["alpha"]!["shares"]![3]!["bounds"] = 2; },
            "α of 'peer' has 2 equal parts, but bounds on peers are 3"),
        ("quantile", "cumulative share undivided", r => { r["alpha"]!["shares"]![0]!["bounds"] = 2; },
            "α of 'router' has 2 equal parts, but bounds on cumulative probabilities are 3"),
        ("exclusion", "a share for no bound", r => { r["alpha"]!["shares"]![3]!["bounds"] = 0; },
            "for one bound or more"),

        // Ranges and functions
        ("dual", "selection on estimation", r => Shift(r, 0, "estimation", -50),
            "router router: estimation begins at sample 50, selection ended before 100"),
        ("dual", "stream shared", r => r["stages"]![1]!["stream"] = 0,
            "expert s050: it drew from stream 0, its place in the mix has stream 3"),
        ("dual", "range reversed", r => r["stages"]![0]!["estimation"]!["to"] = 0,
            "router router: estimation: [100, 0) is not a range"),
        ("dual", "two functions", r => r["stages"]![1]!["selection"]!["function"] = RecordSamples.Function("s025")
            .Value, "function " + RecordSamples.Function("s025").Value + " voted, but the deployed one is"),
        ("dual", "function of the mix", r => r["routing"]!["mix"]![2]!["function"] = RecordSamples.Function("s025")
            .Value, "expert s050: function " + RecordSamples.Function("s050").Value + " voted"),
        ("dual", "expert of another mix", r => r["stages"]![1]!["id"] = "s999",
            "expert s999: not part of the deployed classifier"),
        ("dual", "expert that was not routed to", r => { r["stages"]![1]!["id"] = "s025"; Functions(r, 1, "s025"); },
            "router router: it selected s050, but expert s025 was asked"),
        ("dual", "route missing in the mix", r => r["routing"]!["mix"]!.AsArray().RemoveAt(0),
            "it votes over 4 routes, but the mix has 3"),
        ("dual", "stages", r => r["stages"]!.AsArray().RemoveAt(0),
            "a certificate of kind dual cannot have the stages expert"),
        ("exclusion", "peer twice", r => r["stages"]!.AsArray().Add(r["stages"]![3]!.DeepClone()),
            "peer s100 is asked twice"),
        ("exclusion", "peer that is the expert", r =>
            { r["stages"]![2]!["id"] = "s050"; r["stages"]![2]!["estimation"]!["function"] = RecordSamples.Function(
            "s050").Value; }, "peer s050 is the routed expert: only the experts of other routes are peers"),
        ("exclusion", "peer on the expert's samples", r => { r["stages"]![2]!["stream"] = 3; },
            "peer s025: it drew from stream 3, its place in the mix has stream 2"),
        ("exclusion", "peer of another class", r => { r["stages"]![2]!["outcome"] = 1; },
            "a peer is asked for class 2 of 3"),
        ("exclusion", "peer that selects", r => r["stages"]![2]!["selection"] =
            r["stages"]![1]!["selection"]!.DeepClone(), "peer s025: a peer selects nothing"),

        // Bounds
        ("dual", "bound kind", r => Bound(r, 0)["kind"] = "hope", "unknown bound kind"),
        ("dual", "side", r => Bound(r, 0)["side"] = "left", "unknown side 'left'"),
        ("dual", "n stopped early", r => { Bound(r, 0)["draws"] = 9950; Bound(r, 0)["successes"] = 9100; },
            "9950 draws are not the registered n of 10000"),
        ("dual", "bound on another outcome", r => Bound(r, 0)["outcomes"] = new JsonArray(1), "router router: the "
            + "lower bound on 1 proves nothing about outcome 2, which was selected: accepted are lower on 2"),
        ("dual", "no bound", r => r["stages"]![0]!["bounds"]!.AsArray().Clear(),
            "router router: no lower bound on its outcome 2"),
        ("dual", "successes beyond the counts", r => Bound(r, 0)["successes"] = 9101,
            "9101 of 10000 are not among the 9100 of 10000 that were counted"),
        ("dual", "outcomes", r => Bound(r, 0)["outcomes"] = new JsonArray(4),
            "the lower bound on 4 proves nothing about outcome 2"),
        ("quantile", "look not registered", r => Bound(r, 1)["draws"] = 7999,
            "are not one of the looks 1000, 8000, 10000"),
        ("quantile", "votes beyond the last look", r => Bounds(r, bound => bound["looks"]![2] = 10_001),
            "router router: 10000 votes do not end at one of its registered looks"),
        ("quantile", "a schedule for one bound", r => Bound(r, 1)["looks"] = new JsonArray(8000, 10_000),
            "bounds with several schedules"),
        ("biased", "W rolled again", r => Bound(r, 1)["w"] = 1e-6, "W is 1E-06, but the stream holds"),
        ("exclusion", "a and b to fit", r => Bound(r, 0)["a"] = 5600.5, "a = 5600.5, b = 45.5 are not 55.5 and 45.5"),
        ("exclusion", "bound without its prior", r => Bound(r, 0).AsObject().Remove("a"),
            "belong to schedule, betaMixture, randomisedClopperPearson, one each"),
        ("exclusion", "two bounds on one", r => r["stages"]![0]!["bounds"]![3] = Bound(r, 0, 2).DeepClone(),
            "two upper bounds on outcome 1"),

        ("exclusion", "the better of two kinds", r => { Bound(r, 0, 1)["kind"] = "clopperPearson"; Bound(r, 0, 1)
            .AsObject().Remove("a"); Bound(r, 0, 1).AsObject().Remove("b"); },
            "bounds of several kinds, betaMixture and clopperPearson: a certificate has one"),
        ("quantile", "an α beyond computing", r => Bound(r, 1)["alpha"] = 5e-324,
            "it cannot be computed to its accuracy at α 5E-324"),
        ("dual", "a stream of its choice", r => r["stages"]![1]!["stream"] = 9,
            "expert s050: it drew from stream 9, its place in the mix has stream 3"),
        ("dual", "samples of its choice", r => Shift(r, 1, "estimation", 50),
            "expert s050: estimation begins at sample 150, selection ended before 100: they follow one another"),
        ("dual", "an offset of its choice", r => { foreach (
            int stage in new[] { 0, 1 }) { Shift(r, stage, "selection", 5000); Shift(r, stage, "estimation", 5000); } },
            "selection begins at sample 5000, not at 0, or at 2199023255552"),
        ("dual", "the failover's offset for one", r => { Shift(r, 0, "selection",
            SampleCounts.FirstFailoverIndex); Shift(r, 0, "estimation", SampleCounts.FirstFailoverIndex); },
            "expert s050: selection begins at sample 0, that of other stages at 2199023255552"),
        ("exclusion", "a peer's samples of its choice", r => Shift(r, 2, "estimation", 10_000),
            "peer s025: a peer draws from sample 1099511627776 on, not from 1099511637776"),
        ("exclusion", "no prior", r => { Bound(r, 1)["a"] = 0.5; Bound(r, 1)["b"] = 0.5; },
            "a = 0.5, b = 0.5 are not 97.5 and 3.5, ½ more than the selection votes"),
        ("dual", "the failover's α", r => { r["alpha"]!["shares"]![0]!["share"] = "failover"; Bound(
            r, 0)["share"] = "failover"; }, "a bound spends α that is kept for a failover"),

        // Form
        ("dual", "member missing", r => r.AsObject().Remove("input"), "not a record: "),
        ("dual", "member unknown", r => r["remark"] = "", "not a record: "),
        ("dual", "null for an array", r => r["stages"] = null, "not a record: "),
        ("dual", "null for counts", r => r["stages"]![0]!["estimation"]!["counts"] = null, "not a record: "),
        ("dual", "null for an object", r => r["seed"] = null, "not a record: "),
        ("dual", "fraction of a vote", r => r["stages"]![0]!["estimation"]!["undecided"] = 10.5, "not a record: "),
    ];

    public static TheoryData<string, string> ForgeryNames =>
        [.. Forgeries.Select(forgery => (forgery.Kind, forgery.Name))];

    [Theory]
    [MemberData(nameof(ForgeryNames))]
    public void A_forgery_is_refused_with_its_own_message(string kind, string name)
    {
        var forgery = Forgeries.Single(forgery => (forgery.Kind, forgery.Name) == (kind, name));
        string json = RecordSamples.Edited(Sample(kind), forgery.Edit);
        RecordVerdict.DoesNotHold verdict =
            Assert.IsAssignableFrom<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(json));
        Assert.Contains(forgery.Message, verdict.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"schema\": \"dualrs.certificate/1\", \"schema\": \"dualrs.certificate/1\"}")]
    [InlineData("{\"schema\": \"\\ud800\"}")]
    public void Text_that_is_no_record_is_refused_as_such(string json) =>
        Assert.IsType<RecordVerdict.Unreadable>(RecordVerifier.Verify(json));

    [Fact]
    public void An_answer_where_the_counts_force_an_abstention_is_refused_however_small_its_radius()
    {
        CertificateRecord honest = CertificateRecord.From(
            RecordSamples.DualCertificate(classVotes: 5000), RecordSamples.Context("s012", "s025", "s050", "s100"));
        foreach (double radius in new[] { 1e-10, 1e-300, double.Epsilon })
            Assert.Contains(
                "the bounds give radius 0 where routing is by mostVoted: the answer is to abstain",
                RecordVerifier.Verify(honest with { Class = 3, Radius = radius }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_radius_is_compared_with_itself_and_not_with_one()
    {
        CertificateRecord small = CertificateRecord.From(
            RecordSamples.DualCertificate(classVotes: 5168), RecordSamples.Context("s012", "s025", "s050", "s100"));
        Assert.InRange(small.Radius, 1e-9, 1e-3);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(small));
        Assert.IsType<RecordVerdict.DoesNotHold>(
            RecordVerifier.Verify(small with { Radius = small.Radius * (1 + 1e-9) }));
        Assert.IsType<RecordVerdict.DoesNotHold>(RecordVerifier.Verify(small with { Class = null, Radius = 0 }));
    }

    // What decided a bound of the router at 8 000 of 10 000 draws, moved to where the bound is as right and no votes
    // are: beside others on exclusive outcomes, and on F_1 with more votes left than F_2 has.
    [Theory]
    [InlineData("exclusion", 0, 120,
        "its bounds were not decided by looks at one sequence of votes: 8064 votes of the first 8000")]
    [InlineData("quantile", 1, -1007,
        "looks at one sequence of votes: 2311 of 8000 on 0+…+1 and 7928 of 8000 on 0+…+2")]
    public void Looks_that_no_sequence_of_votes_has_are_refused(string kind, int index, int more, string message)
    {
        CertificateRecord honest = Sample(kind);
        StageRecord router = honest.Stages[0];
        CertificateRecord Changed(int by)
        {
            BoundRecord bound = router.Bounds[index] with { Successes = router.Bounds[index].Successes + by };
            Probability value = RecordBounds.Recompute(router, bound, RecordSamples.Seed);
            bound = bound with { Value = value.Value, Complement = value.Complement };
            return honest with { Stages = honest.Stages.SetItem(
                0, router with { Bounds = router.Bounds.SetItem(index, bound) }) };
        }
        Assert.Equal(8000, router.Bounds[index].Draws);
        Assert.Contains(message, RecordVerifier.Verify(Changed(more)).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sequence", RecordVerifier.Verify(Changed(0)).ToString(), StringComparison.Ordinal);
    }

    private static JsonNode Bound(JsonNode record, int stage, int bound = 0) =>
        record["stages"]![stage]!["bounds"]![bound]!;

    private static void Bounds(JsonNode record, Action<JsonNode> edit)
    {
        foreach (JsonNode? stage in record["stages"]!.AsArray())
            foreach (JsonNode? bound in stage!["bounds"]!.AsArray())
                edit(bound!);
    }

    private static void Count(JsonNode record, int stage, int outcome, int change)
    {
        JsonNode counts = record["stages"]![stage]!["estimation"]!["counts"]!;
        counts[outcome] = counts[outcome]!.GetValue<long>() + change;
    }

    private static void Shift(JsonNode record, int stage, string range, long by)
    {
        foreach (string end in new[] { "from", "to" })
            record["stages"]![stage]![range]![end] = record["stages"]![stage]![range]![end]!.GetValue<long>() + by;
    }

    private static void Functions(JsonNode record, int stage, string id)
    {
        foreach (string range in new[] { "selection", "estimation" })
            record["stages"]![stage]![range]!["function"] = RecordSamples.Function(id).Value;
    }
}
