using Router.Engine;
using Router.Estimator;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Evaluation.Tests;

/// <summary>The bundled registry with a router, and other routings in it.</summary>
public sealed class RegisteredMixTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-mix-");

    public void Dispose() => _folder.Delete(recursive: true);

    private LoadedRegistry Load(string routing, string failover = "refuse", string alpha = "0.001")
    {
        string yaml = Reference.RoutedRegistry
            .Replace("routing: { kind: quantile, tau: 0.8 }", $"routing: {routing}", StringComparison.Ordinal)
            .Replace("failureProbability: 0.001", $"failureProbability: {alpha}", StringComparison.Ordinal)
            .Replace("failover: refuse", $"failover: {failover}", StringComparison.Ordinal);
        string path = Path.Combine(_folder.FullName, "experts.yaml");
        File.WriteAllText(path, yaml);
        RegistryReading reading = RegistryReader.Read(path);
        Assert.True(reading.IsAccepted, string.Join('\n', reading.Faults));
        return new RegistryLoader(Machine.Detect(threads: 1)).Load(reading.Config, only: null, batch: 4);
    }

    private static string Ids(RoutedClassifier classifier) =>
        string.Join(",", classifier.Routes.Select(route => route.Id));

    [Fact]
    public void It_routes_by_a_quantile_and_refuses_where_an_expert_fails()
    {
        using LoadedRegistry registry = Load("{ kind: quantile, tau: 0.8 }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(
            ("s012,s025,s050,s100", "quantile 0.8", "router"),
            (Ids(classifier), classifier.Routing, classifier.RouterId));
        Assert.IsType<FailoverPolicy.Refuse>(RegisteredMix.FailoverOf(registry.Config));
    }

    [Fact]
    public void A_quantile_is_that_quantile()
    {
        using LoadedRegistry registry = Load("{ kind: quantile, tau: 0.3 }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(new RoutingRule.Quantile(0.3m), classifier.Rule);
        Assert.Equal((true, "quantile 0.3"), (classifier.IsRouted, classifier.Routing));
    }

    [Fact]
    public void A_mix_in_the_routing_is_the_restricted_classifier()
    {
        using LoadedRegistry registry = Load("{ kind: quantile, tau: 0.3, mix: [s100, s025] }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(("s025,s100", new RoutingRule.Quantile(0.3m)), (Ids(classifier), classifier.Rule));
        Assert.Equal(2, classifier.VoterOf("router")!.OutcomeCount);
    }

    [Fact]
    public void A_bias_is_each_experts_own_whatever_its_place_in_the_file()
    {
        using LoadedRegistry registry = Load("{ kind: biased, bias: { s100: 0.4, s012: -0.1, s050: 0.3, s025: 0.2 } }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(new RoutingRule.Biased(-0.1, 0.2, 0.3, 0.4), classifier.Rule);
        Assert.Equal(new RoutingRule.Biased(0.2, 0.4), classifier.Restrict(["s100", "s025"]).Rule);
    }

    [Fact]
    public async Task A_cascade_asks_its_experts_in_its_own_order_without_the_router()
    {
        using LoadedRegistry registry = Load("{ kind: cascade, order: [s100, s025], thresholds: [0.7] }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(
            ("s100,s025", new Cascade(0.7m), false), (Ids(classifier), classifier.Cascade, classifier.IsRouted));
        Assert.Null(registry.Router);
        SampleCounts counts = new(8, 24);
        Certificate certificate = await classifier.CertifyAsync(
            new GridInput(new byte[3 * 32 * 32], 3, 32, 32), new(counts, counts, 0.1), SeedSource.FromCaller(1));
        Assert.Contains(certificate.Expert!.Id, (string[])["s100", "s025"]);
    }

    [Fact]
    public void A_fixed_expert_answers_alone()
    {
        using LoadedRegistry registry = Load("{ kind: fixed, expert: s050 }");
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        Assert.Equal(("s050", false, ""), (Ids(classifier), classifier.IsRouted, classifier.Routing));
        Assert.Equal("s012", RegisteredMix.Single(registry, "S012").Routes[0].Id);
        Assert.Contains(
            "s012, s025, s050, s100",
            Assert.Throws<KeyNotFoundException>(() => RegisteredMix.Single(registry, "s013")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rerouting_keeps_the_registrys_part_of_any_alpha_and_its_mixes()
    {
        using LoadedRegistry registry = Load(
            "{ kind: mostVoted }", "{ kind: reroute, failureProbability: 0.0004, mixes: [[s012, s025], [s100]] }",
            "0.002");
        FailoverPolicy.Reroute policy = Assert.IsType<FailoverPolicy.Reroute>(
            RegisteredMix.FailoverOf(registry.Config));
        Assert.Equal(0.2, policy.Share);
        Assert.Equal(["s012,s025", "s100"], policy.Mixes.Select(mix => string.Join(",", mix)));
        FailoverClassifier served = new(RegisteredMix.Deployed(registry), policy);
        SampleCounts counts = new(10, 100);
        Assert.Equal(0.01 * 0.2, served.Reserving(new(counts, counts, 0.01)).Reserved);
        Assert.Equal(["s100"], policy.Remaining(["s012", "s025", "s050", "s100"], "s025")!.Value);
    }
}
