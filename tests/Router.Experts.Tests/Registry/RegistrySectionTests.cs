using Router.Engine.LibTorch;
using Router.Experts.Registry;
using Router.Smoothing;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

public class RegistrySectionTests
{
    private const string OneExpert = """
        dataset: cifar10
        experts: [{ id: alone, sigma: 0.25, architecture: cifar_resnet20, checkpoint: a.safetensors, input: none }]

        """;

    private static RegistryReading Read(string yaml) => RegistryReader.ReadText(yaml, "r.yaml");

    private static RoutingConfig Routing(string routing)
    {
        RegistryReading reading = Read(With("{ kind: quantile, tau: 0.5 }", routing));
        Assert.Empty(reading.Faults);
        return reading.Config!.Routing;
    }

    [Fact]
    public void Every_routing_kind_parses()
    {
        Assert.Equal(new RoutingConfig.MostVoted(), Routing("{ kind: mostVoted }"));
        Assert.Equal(new RoutingConfig.Quantile(0.3m), Routing("{ kind: quantile, tau: .3 }"));
        Assert.Equal(new RoutingConfig.Biased([0.5, 0, -1]),
            Routing("{ kind: biased, bias: { s100: -1, s012: 0.5, S025: 0 } }"));
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s012"], [0.75m]),
            Routing("{ kind: cascade, order: [s100, s012], thresholds: [0.75] }"));
        Assert.Equal(new RoutingConfig.Fixed("s025"), Routing("{ kind: fixed, expert: S025 }"));
        Assert.Equal(RoutingKinds.All, [RoutingKinds.MostVoted, RoutingKinds.Quantile, RoutingKinds.Biased,
            RoutingKinds.Cascade, RoutingKinds.Fixed]);
    }

    [Fact]
    public void A_cascade_asks_all_experts_from_the_largest_sigma_on_at_one_half_unless_told_otherwise()
    {
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s025", "s012"], [0.5m, 0.5m]), Routing("{ kind: cascade }"));
        Assert.Equal(new RoutingConfig.Cascade(["s012", "s100"], [0.5m]),
            Routing("{ kind: cascade, order: [s012, s100] }"));
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s025", "s012"], [0.7m, 0.5m]),
            Routing("{ kind: cascade, thresholds: [0.7, 0.5] }"));
        RegistryFault fault = Assert.Single(Read(OneExpert + "routing: { kind: cascade }").Faults);
        Assert.Equal("kind is 'cascade', but there is one expert", fault.Problem);
        Assert.Contains("{ kind: fixed, expert }", fault.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stage_of_a_cascade_has_one_threshold_or_one_by_class_with_a_default_for_the_others()
    {
        Thresholds byClass = new(0.4m, 0.4m, 0.86m, 0.4m, 0.875m, 0.4m, 0.4m, 0.4m, 0.4m, 0.4m);
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s025", "s012"], [byClass, 0.3m]),
            Routing("{ kind: cascade, thresholds: [{ bird: 0.86, default: 0.4, deer: .875 }, 0.3] }"));
        Thresholds half = new(0.5m, 0.5m, 0.5m, 0.5m, 0.5m, 0.5m, 0.5m, 0.5m, 0.5m, 0.6m);
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s012"], [half]),
            Routing("{ kind: cascade, order: [s100, s012], thresholds: [{ truck: 0.6 }] }"));
        // Where all have the same it is one number, and where a data set has no names classes have numbers.
        Assert.Equal(new RoutingConfig.Cascade(["s100", "s012"], [0.6m]),
            Routing("{ kind: cascade, order: [s100, s012], thresholds: [{ default: 0.6 }] }"));
        RegistryReading mnist = Read("""
            dataset: mnist
            experts:
            - { id: a, sigma: 1, architecture: cifar_resnet20, checkpoint: a.safetensors, input: none }
            - { id: b, sigma: 2, architecture: cifar_resnet20, checkpoint: b.safetensors, input: none }
            routing: { kind: cascade, thresholds: [{ 9: 0.6 }] }
            """);
        Assert.Contains(half, Assert.IsType<RoutingConfig.Cascade>(mnist.Config!.Routing).Thresholds);
    }

    [Fact]
    public void A_later_stage_can_refuse_a_routing_kind_at_its_line()
    {
        RoutingConfig routing = Routing("{ kind: quantile, tau: 0.5 }");

        RegistryFault fault = routing.Fault("routing", $"kind {routing.Kind} cannot run yet", "kind: mostVoted");

        Assert.Equal("r.yaml:13:10: routing: kind quantile cannot run yet; accepted: kind: mostVoted",
            fault.ToString());
    }

    [Fact]
    public void An_expert_alone_needs_neither_router_nor_routing()
    {
        RegistryReading reading = Read(OneExpert);

        Assert.Empty(reading.Faults);
        Assert.Null(reading.Config!.Router);
        Assert.Equal(new RoutingConfig.Fixed("alone"), reading.Config.Routing);
        Assert.Equal(new CertificationConfig(), reading.Config.Certification);
        Assert.Equal(new DevicesConfig(), reading.Config.Devices);
    }

    [Theory]
    [InlineData("routing: { kind: cascade, order: [s100, s012], thresholds: [0.75] }", true)]
    [InlineData("routing: { kind: fixed, expert: s012 }", true)]
    [InlineData("routing: { kind: mostVoted }", false)]
    [InlineData("routing: { kind: quantile, tau: 0.5 }", false)]
    [InlineData("", false)]
    public void Several_experts_without_a_router_need_a_routing_that_does_not_vote(string routing, bool accepted)
    {
        string good = With("routing: { kind: quantile, tau: 0.5 }", routing);
        string without = good[..good.IndexOf("router:", StringComparison.Ordinal)]
            + good[good.IndexOf("experts:", StringComparison.Ordinal)..];

        RegistryReading reading = Read(without);

        Assert.Equal(accepted, reading.IsAccepted);
        if (!accepted)
            Assert.Contains("has no router", Assert.Single(reading.Faults).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_below_the_largest_sigma_is_a_warning_not_a_fault()
    {
        RegistryReading reading = Read(With("sigma: 1.0\n", "sigma: 0.5\n"));

        Assert.True(reading.IsAccepted);
        RegistryFault warning = Assert.Single(reading.Warnings);
        Assert.Equal(FaultLevel.Warning, warning.Level);
        Assert.Equal("sigma 0.5 is below 1.00 of s100 and caps certified radii", warning.Problem);
        Assert.Contains(": warning: ", warning.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_that_the_routing_does_not_use_is_a_warning()
    {
        RegistryReading reading = Read(With("{ kind: quantile, tau: 0.5 }", "{ kind: fixed, expert: s012 }"));

        Assert.True(reading.IsAccepted);
        Assert.Contains("does not use the router", Assert.Single(reading.Warnings).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.001", 10, 11, true)] // 2⁻¹¹ = .000488 < .0005, half of α, < 2⁻¹⁰
    [InlineData("0.001", 11, 11, false)]
    [InlineData("0.0009765625", 11, 12, true)] // half of α is exactly 2⁻¹¹: the bound would be ½, not above
    [InlineData("0.0009765626", 11, 11, false)]
    [InlineData("0.5", 2, 3, true)]
    [InlineData("0.5", 3, 3, false)]
    public void Sample_counts_that_can_never_decide_are_refused(string alpha, int estimation, int least, bool refused)
    {
        RegistryReading reading = Read(With("failureProbability: 0.001, selection: 100, estimation: 10000",
            $"failureProbability: {alpha}, selection: 100, estimation: {estimation}"));

        Assert.Equal(refused, !reading.IsAccepted);
        if (refused)
            Assert.Contains($"at least {least}", Assert.Single(reading.Faults).Accepted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 11, false)] // two stages share four fifths of α: 2⁻¹² < .0004 < 2⁻¹¹
    [InlineData("", 12, true)]
    [InlineData(", thresholds: [{ default: 0.9, cat: 0.1 }]", 6, true)]
    public void A_cascade_needs_as_many_samples_as_its_stages_and_thresholds_ask_for(
        string thresholds, int estimation, bool accepted) =>
        Assert.Equal(accepted, Read($$"""
            dataset: cifar10
            routing: { kind: cascade, order: [b, a]{{thresholds}} }
            certification: { estimation: {{estimation}} }
            experts:
              - { id: a, sigma: 0.25, architecture: cifar_resnet20, checkpoint: models/a, input: standardize }
              - { id: b, sigma: 0.5, architecture: cifar_resnet20, checkpoint: models/b, input: standardize }
            """).IsAccepted);

    [Theory]
    [InlineData(9, false)] // an expert alone spends all of α: 2⁻¹⁰ < .001 < 2⁻⁹
    [InlineData(10, true)]
    public void Without_a_router_the_whole_failure_probability_is_the_experts(int estimation, bool accepted) =>
        Assert.Equal(accepted, Read($"{OneExpert}certification: {{ estimation: {estimation} }}").IsAccepted);

    [Fact]
    public void A_failure_probability_too_small_for_the_default_count_is_named_too()
    {
        RegistryReading reading = Read(With("failureProbability: 0.001, selection: 100, estimation: 10000",
            "failureProbability: 1e-28, estimation: 90"));

        Assert.Contains("at least 95", Assert.Single(reading.Faults).Accepted, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, false)] // 2⁻¹³ = .000122 > .0001
    [InlineData(14, true)]
    public void The_part_reserved_for_failover_must_be_able_to_decide_too(int estimation, bool accepted) =>
        Assert.Equal(accepted, Read(With("estimation: 10000, noise: grid, failover: refuse",
            $"estimation: {estimation}, failover: {{ kind: reroute, failureProbability: 0.0001 }}")).IsAccepted);

    [Fact]
    public void Devices_may_have_settings_of_their_own()
    {
        RegistryReading reading = Read(With("devices: auto",
            "devices: { use: [{ name: cuda:0, memory: 0.5, dtype: bfloat16, batch: 512 }, cpu], memory: 0.9, "
            + "dtype: float16, batch: 64 }"));

        Assert.Empty(reading.Faults);
        DevicesConfig expected = new()
        {
            Allowed = [new() { Name = "cuda:0", Memory = new MemoryLimit.Share(0.5m), Dtype = ComputeType.BFloat16,
                Batch = 512 }, new() { Name = "cpu" }],
            Memory = new MemoryLimit.Share(0.9m),
            Dtype = ComputeType.Float16,
            Batch = 64,
        };
        Assert.Equal(expected, reading.Config!.Devices);
        Assert.Equal(expected with { Allowed = [expected.Allowed[0]] }, expected.Only("cuda:0"));
        Assert.Equal(expected with { Allowed = [new() { Name = "cuda:3" }] }, expected.Only("cuda:3"));
    }

    [Fact]
    public void Failover_may_reserve_a_part_of_alpha_for_named_mixes()
    {
        RegistryReading reading = Read(With("failover: refuse",
            "failover: { kind: reroute, failureProbability: 0.0001, mixes: [[s012, s025], [S100]] }"));

        Assert.Empty(reading.Faults);
        Assert.Equal(new FailoverConfig.Reroute(0.0001m, [["s012", "s025"], ["s100"]]),
            reading.Config!.Certification.Failover);
    }

    [Fact]
    public void One_checkpoint_may_serve_several_sigmas() =>
        Assert.True(Read(With("models/b.safetensors", "models/a.safetensors")).IsAccepted);

    [Fact]
    public void Routes_may_stand_in_any_order_and_case_and_come_back_in_the_experts_spelling() =>
        Assert.Equal(["s100", "s012", "s025"],
            Read(With("[s012, s025, s100]", "[S100, s012, S025]")).Config!.Router!.Routes);
}
