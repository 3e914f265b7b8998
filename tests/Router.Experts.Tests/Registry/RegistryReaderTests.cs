using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

public class RegistryReaderTests
{
    [Fact]
    public void A_registry_is_read_as_it_was_written()
    {
        using RegistryFolder folder = new();

        RegistryReading reading = folder.Read(Good);

        Assert.Empty(reading.Faults);
        Assert.Empty(reading.Warnings);
        Assert.True(reading.IsAccepted);
        RegistryConfig config = reading.Config;
        Assert.Equal("cifar10", config.Dataset);
        Assert.Equal(folder.In("experts.yaml"), config.Path);
        Assert.Equal(["s012", "s025", "s100"], config.Experts.Select(expert => expert.Id));
        Assert.Equal([0.12m, 0.25m, 1m], config.Experts.Select(expert => expert.Sigma));
        Assert.Equal(folder.In("models/a.safetensors"), config.Experts[0].CheckpointPath);
        Assert.Equal(new InputLayer.Standardize([.4914f, .4822f, .4465f], [.2023f, .1994f, .2010f]),
            config.Experts[0].InputLayer);
        Assert.Equal(new InputLayer.None(), config.Experts[1].InputLayer);
        Assert.Equal(10, config.Experts[1].Classes);
        Assert.Equal(new InputLayer.Center([.4914f, .4822f, .4465f]), config.Experts[2].InputLayer);
        Assert.Equal(new SourceLocation(folder.In("experts.yaml"), 9, 5), config.Experts[0].Location);
        Assert.Equal(["s012", "s025", "s100"], config.Router!.Routes);
        Assert.Equal(1.0m, config.Router.Sigma);
        Assert.True(config.Devices.Auto);
        Assert.Equal(0.5m, Assert.IsType<RoutingConfig.Quantile>(config.Routing).Tau);
        Assert.Equal(new CertificationConfig(), config.Certification);
    }

    [Fact]
    public void Two_readings_are_equal_when_the_files_say_the_same_and_differ_when_a_value_differs()
    {
        RegistryConfig first = RegistryReader.ReadText(Good, "r.yaml").Config!;
        RegistryConfig moved = RegistryReader.ReadText(
            "# a comment\n\n" + Good.Replace("sigma: 1.00", "sigma: 1.0", StringComparison.Ordinal), "r.yaml").Config!;

        Assert.Equal(first, moved);
        Assert.Equal(first.GetHashCode(), moved.GetHashCode());
        Assert.NotEqual(first.Experts[0].Location, moved.Experts[0].Location);
        foreach ((string passage, string replacement) in ((string, string)[])[("0.12", "0.13"), ("tau: 0.5",
            "tau: 0.4"), (".4465", ".4466"), ("devices: auto", "devices: [cpu]"), ("[s012, s025,", "[s025, s012,")])
            Assert.NotEqual(first, RegistryReader.ReadText(With(passage, replacement), "r.yaml").Config);
    }

    [Fact]
    public void Sigma_is_the_exact_decimal_of_the_file()
    {
        RegistryReading reading = RegistryReader.ReadText(
            With("sigma: 0.12", "sigma: 0.1000000000000000055511151231"), "r.yaml");

        Assert.Equal(0.1000000000000000055511151231m, reading.Config!.Experts[0].Sigma);
    }

    [Fact]
    public void All_faults_of_a_file_are_reported_together_in_its_order()
    {
        using RegistryFolder folder = new();
        string yaml = Good
            .Replace("sigma: 0.12", "sigma: -1", StringComparison.Ordinal)
            .Replace("models/b.safetensors", "models/nowhere.safetensors", StringComparison.Ordinal)
            .Replace("routes: [s012, s025, s100]", "routes: [s012, s999, s012]", StringComparison.Ordinal)
            .Replace("devices: auto", "devicse: auto", StringComparison.Ordinal)
            .Replace("tau: 0.5", "tau: 1.5", StringComparison.Ordinal)
            .Replace("selection: 100", "selection: lots", StringComparison.Ordinal);

        RegistryReading reading = folder.Read(yaml);

        Assert.Null(reading.Config);
        Assert.Equal(
            [
                (7, 11, "router", "routes leaves out s025, s100"),
                (7, 18, "router", "routes[1] is 's999', which is no expert"),
                (7, 24, "router", "routes[2] repeats 's012'"),
                (9, 24, "s012", "sigma is -1"),
                (10, 72, "s025", $"checkpoint {folder.In("models/nowhere.safetensors")} does not exist"),
                (12, 1, "", "the key 'devicse' is unknown"),
                (13, 33, "routing", "tau is 1.5"),
                (14, 56, "certification", "selection is 'lots'"),
            ],
            reading.Faults.Select(fault => (fault.Line, fault.Column, fault.Id, fault.Problem)));
        Assert.All(reading.Faults, fault => Assert.NotEmpty(fault.Accepted));
        Assert.StartsWith("did you mean 'devices'?", reading.Faults[5].Accepted, StringComparison.Ordinal);
        Assert.Equal($"{folder.In("experts.yaml")}:9:24: s012: sigma is -1; accepted: a decimal above 0, at most 3.5, "
            + $"such as 0.25", reading.Faults[3].ToString());
    }

    [Fact]
    public void Ids_differ_in_more_than_case()
    {
        RegistryReading reading = RegistryReader.ReadText(With("id: s025,", "id: S012,"), "r.yaml");

        Assert.Equal(["routes[1] is 's025', which is no expert", "id repeats that of line 9"],
            reading.Faults.Select(fault => fault.Problem));
    }

    [Fact]
    public void Constants_must_have_the_channels_of_the_data_set_and_exist()
    {
        RegistryReading reading = RegistryReader.ReadText(With("dataset: cifar10", "dataset: mnist"), "r.yaml");

        Assert.Equal(
            [
                ("router", "input is a bare standardize, and mnist has no constants of its own"),
                ("s012", "input is a bare standardize, and mnist has no constants of its own"),
                ("s100", "center has 3 numbers"),
            ],
            reading.Faults.Select(fault => (fault.Id, fault.Problem)));
    }

    public static TheoryData<string, string, string, string> Faults => new()
    {
        { "checkpoint: models/a.safetensors", "checkpoint: [a.pt, a.pt]", "checkpoint[1] repeats ",
            "each checkpoint once" },
        { "checkpoint: models/a.safetensors", "checkpoint: [a.pt, 7]", "checkpoint[1] is the number 7", "the path of" },
        { "checkpoint: models/a.safetensors", "checkpoint: [a.pt, b.pt], card: a.card.yaml",
            "card is one for 2 checkpoints", "no card here: each checkpoint has its own beside it" },
        { "checkpoint: models/a.safetensors", "checkpoint: [a.pt, b.pt, c.pt], sha256: "
            + "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d",
            "sha256 has 1 for 3 checkpoints", "a hash for each checkpoint, in their order" },
        { "architecture: cifar_resnet110", "architecture: [cifar_resnet110, cifar_resnet20]",
            "architecture has 2 for 1 checkpoint", "one name for all, or one for each checkpoint" },
        { "architecture: cifar_resnet110, checkpoint: models/c.safetensors",
            "architecture: [cifar_resnet110, torchscript], checkpoint: [a.pt, b.pt]", "architecture is torchscript",
            "trust: true beside it" },
        { "sigma: 0.12", "sigma: 0", "sigma is 0", "a decimal above 0" },
        { "sigma: 0.12", "sigma: '0.12'", "sigma is the quoted text '0.12'", "a decimal above 0" },
        { "sigma: 0.12", "sigma: 1/8", "sigma is '1/8'", "a decimal above 0" },
        { "sigma: 0.12", "sigma: .nan", "sigma is .nan", "a decimal above 0" },
        { "sigma: 0.12", "sigma: 1e-40", "sigma is 1e-40", "a decimal above 0" },
        { "sigma: 0.12", "sigma: 1.5e-28", "sigma is 1.5e-28", "a decimal above 0" },
        { "sigma: 0.12", "sigma: 0.100000000000000005551115123125783", "sigma is 0.100000000000000005551115123125783",
            "a decimal above 0" },
        { "sigma: 0.12, ", "", "'sigma' is missing", "sigma: a decimal above 0" },
        { "sigma: 0.12", "sigma:", "sigma is empty", "a decimal above 0" },
        { "sigma: 0.12", "sigma: [0.12]", "sigma is a list", "a decimal above 0" },
        { "id: s012,", "id: 12,", "id is the number 12, not text (quotes make it text)", "letters" },
        { "id: s012,", "id: 'a b',", "id is 'a b'", "letters" },
        { "id: s012,", "id: dualrs,", "id is 'dualrs', the name of the routed model", "another id" },
        { "  checkpoint: models/router", "  id: s100\n  checkpoint: models/router",
            "the router's id 's100' is also an expert's", "an id of its own" },
        { "architecture: cifar_resnet110", "architecture: cifar_resnet10", "architecture is 'cifar_resnet10'",
            "D = 6n+2" },
        { "architecture: cifar_resnet110", "architecture: torchscript", "architecture is torchscript", "trust: true" },
        { "input: none", "input: standardise", "input is 'standardise'", "none, standardize" },
        { "input: none", "input: { centre: [0, 0, 0] }", "the key 'centre' is unknown", "did you mean 'center'?" },
        { "input: none", "input: { center: [0, 0] }", "center has 2 numbers", "3, the channels of cifar10" },
        { "input: none", "input: { standardize: { mean: [0, 0, 0], sd: [1, 0, 1] } }", "sd[1] is 0",
            "a number above 0" },
        { "input: none", "input: { standardize: { mean: [0, 0, 0] } }", "'sd' is missing", "standard deviations" },
        { "input: none", "input: { center: [0, 0, 0], standardize: { mean: [0, 0, 0], sd: [1, 1, 1] } }",
            "input names two kinds of layer", "none" },
        { "dataset: cifar10", "dataset: cifar-10", "dataset is 'cifar-10'", "did you mean 'cifar10'?" },
        { "classes: 10", "classes: 1000", "classes is 1000", "10, the classes of cifar10" },
        { "classes: 10", "sha256: 12ab", "sha256 is '12ab'", "64 hexadecimal digits" },
        { "classes: 10", "pass: 0.351", "pass is 0.351", "a multiple of 0.005 from 0 to 0.995" },
        { "classes: 10", "mirror: maybe", "mirror is 'maybe'", "true or false" },
        { "classes: 10", "pass: 1", "pass is 1", "a multiple of 0.005 from 0 to 0.995" },
        { "classes: 10", "pass: sure", "pass is 'sure'", "a multiple of 0.005 from 0 to 0.995" },
        { "  checkpoint: models/router", "  pass: 0.35\n  checkpoint: models/router",
            "pass belongs to experts: a vote that the router kept back would lead nowhere", "no such key here" },
        { "classes: 10", "trust: yes", "trust is 'yes'", "true or false" },
        { "classes: 10", "clases: 10", "the key 'clases' is unknown", "did you mean 'classes'?" },
        { "devices: auto", "devices: [cuda:0, gpu]", "devices[1] is 'gpu'", "cpu, cuda:N" },
        { "devices: auto", "devices: [cpu, cpu]", "devices[1] repeats cpu", "each device once" },
        { "devices: auto", "devices: { use: auto, memory: 1.5 }", "memory is 1.5", "above 0, at most 1" },
        { "devices: auto", "devices: { dtype: float64 }", "dtype is 'float64'", "float32" },
        { "kind: quantile, tau: 0.5", "kind: quantile", "'tau' is missing", "0.5 is the median" },
        { "kind: quantile, tau: 0.5", "kind: quantil, tau: 0.5", "kind is 'quantil'", "did you mean 'quantile'?" },
        { "kind: quantile, tau: 0.5", "kind: mostVoted, tau: 0.5", "the key 'tau' is unknown", "one of kind" },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: 0, s025: 1, s100: -1e27 }", "s100 is -1e27",
            "a number from -100 to 100" },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: 0, s025: 1 }", "bias leaves out s100",
            "each of s012, s025, s100 once" },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: 0, s025: 1, s100: 0, s10: 0 }",
            "bias names 's10', which is no expert", "did you mean" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [0]",
            "thresholds[0] is 0", "above 0 and below 1" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [{ bird: 0.8, dear: 0.9 }]",
            "thresholds[0] names 'dear', which is no class of cifar10", "did you mean 'deer'?" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [{ default: 0.4, bird: 1 }]",
            "thresholds[0].bird is 1", "above 0 and below 1" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [{}]",
            "thresholds[0] names no class", "{ default: …, CLASS: … }" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [[0.5, 0.6]]",
            "thresholds[0] is a list", "{ default: …, CLASS: … }" },
        { "kind: quantile, tau: 0.5", "kind: cascade, thresholds: [0.6]", "thresholds has 1 items for 3 stages",
            "but the last" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s025], thresholds: [0.6, 0.6]",
            "thresholds has 2 items for 2 stages", "but the last" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100], thresholds: []", "order has one stage",
            "at least two" },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: []", "order is empty", "at least two" },
        { "kind: quantile, tau: 0.5", "kind: quantile, tau: 0.5, mix: []", "mix is empty", "each once" },
        { "kind: quantile, tau: 0.5", "kind: fixed, expert: s26", "expert is 's26', which is no expert",
            "s012, s025, s100" },
        { "failureProbability: 0.001", "failureProbability: 1", "failureProbability is 1", "above 0, at most 0.5" },
        { "estimation: 10000", "estimation: 10.5", "estimation is 10.5", "a whole number" },
        { "estimation: 10000", "estimation: 2000000000", "estimation is 2000000000", "1 to 1000000000" },
        { "noise: grid", "noise: gird", "noise is 'gird'", "did you mean 'grid'?" },
        { "failover: refuse", "failover: maybe", "failover is 'maybe'", "refuse" },
        { "failover: refuse", "failover: { kind: reroute, failureProbability: 0.0009999999999999999999999999 }",
            "failureProbability is 0.0009999999999999999999999999", "at most 99 % of the whole failureProbability" },
        { "failover: refuse", "failover: { kind: reroute, failureProbability: 0.001 }", "failureProbability is 0.001",
            "at most 99 % of the whole failureProbability, 0.001" },
        { "devices: auto", "devices: auto\ndevices: auto", "the key 'devices' is repeated in one mapping",
            "each key once" },
        { "devices: auto", "devices: !!str auto", "the tag tag:yaml.org,2002:str has no meaning here", "without tags" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_says_what_is_wrong_and_what_would_be_accepted(
        string passage, string replacement, string problem, string accepted)
    {
        RegistryReading reading = RegistryReader.ReadText(With(passage, replacement), "r.yaml");

        Assert.Null(reading.Config);
        RegistryFault fault = Assert.Single(reading.Faults);
        Assert.StartsWith(problem, fault.Problem, StringComparison.Ordinal);
        Assert.Contains(accepted, fault.Accepted, StringComparison.Ordinal);
        Assert.True(fault is { Line: > 0, Column: > 0, File: "r.yaml" });
    }
}
