using NJsonSchema;
using NJsonSchema.Validation;
using Router.Experts.Registry;
using static Router.Experts.Tests.Registry.RegistryFolder;

namespace Router.Experts.Tests.Registry;

/// <summary>
/// The schema that editors use and the reader that the product uses must agree wherever a schema can tell.
/// </summary>
public class RegistrySchemaTests
{
    private static readonly string SchemaPath = Path.Combine(
        global::Tests.Reference.Root, "docs", "schema", "experts.schema.json");

    private static async Task<ICollection<ValidationError>> Judge(string yaml)
    {
        // the validator knows the older name of the 2020-12 keyword
        string text = (await File.ReadAllTextAsync(SchemaPath))
            .Replace("$defs", "definitions", StringComparison.Ordinal);
        JsonSchema schema = await JsonSchema.FromJsonAsync(text);
        return schema.Validate(YamlAsJson.Convert(yaml));
    }

    public static TheoryData<string, string, bool> Snippets => new()
    {
        { "dataset: cifar10", "dataset: cifar10", true },
        { "dataset: cifar10", "x-mine: { any: [thing] }\ndataset: cifar10", true },
        { "dataset: cifar10", "dataset: shapes10", true },
        { "dataset: cifar10", "dataset: cifar11", false },
        { "dataset: cifar10\n", "", false },
        { "dataset: cifar10", "dataset: [cifar10]", false },
        { "devices: auto", "device: auto", false },
        { "devices: auto", "devices: [cuda:0, cpu]", true },
        { "devices: auto", "devices: [{ name: cuda:0, memory: 0.5, dtype: bfloat16, batch: 64 }, cpu]", true },
        { "devices: auto", "devices: { use: [cuda:1], memory: 1 }", true },
        { "devices: auto", "devices: { use: auto, dtype: float16 }", true },
        { "devices: auto", "devices: {}", true },
        { "devices: auto", "devices: []", false },
        { "devices: auto", "devices: [cpu, cpu]", false },
        { "devices: auto", "devices: cuda", false },
        { "devices: auto", "devices: [cuda:01]", false },
        { "devices: auto", "devices: { use: auto, memory: 0 }", false },
        { "devices: auto", "devices: { use: auto, memory: 512MiB }", true },
        { "devices: auto", "devices: [{ name: cpu, memory: 2GiB }]", true },
        { "devices: auto", "devices: { memory: 0GiB }", false },
        { "devices: auto", "devices: { memory: 512MB }", false },
        { "devices: auto", "devices: { memory: '0.5' }", false },
        { "devices: auto", "devices: { use: auto, replicas: 2 }", false },
        { "devices: auto", "devices: { use: auto, batch: 1.5 }", false },
        { "devices: auto", "devices: [{ memory: 0.5 }]", false },
        { "sigma: 0.12", "sigma: .12", true },
        { "sigma: 0.12", "sigma: 12e-2", true },
        { "sigma: 0.12", "sigma: 0", false },
        { "sigma: 0.12", "sigma: -0.12", false },
        { "sigma: 0.12", "sigma: '0.12'", false },
        { "sigma: 0.12", "sigma: yes", false },
        { "sigma: 0.12", "sigma:", false },
        { "sigma: 0.12", "sigma: 0.12, gamma: 1", false },
        { "sigma: 0.12, ", "", false },
        { "id: s025", "id: 'a b'", false },
        { "classes: 10", "classes: 10.0", true },
        { "classes: 10", "pass: 0.35", true },
        { "classes: 10", "pass: 0", true },
        { "classes: 10", "pass: 0.995", true },
        { "classes: 10", "pass: 0.351", false },
        { "classes: 10", "pass: 1", false },
        { "classes: 10", "pass: -0.005", false },
        { "classes: 10", "pass: '0.35'", false },
        { "  checkpoint: models/router", "  pass: 0.35\n  checkpoint: models/router", false },
        { "classes: 10", "classes: 1", false },
        { "classes: 10", "classes: ten", false },
        { "classes: 10", "trust: true", true },
        { "classes: 10", "trust: 'true'", false },
        { "classes: 10", "card: b.card.yaml", true },
        { "classes: 10", "card: 7", false },
        { "classes: 10", "load: start", true },
        { "classes: 10", "load: lazy", true },
        { "classes: 10", "load: pinned", true },
        { "classes: 10", "load: never", false },
        { "classes: 10", "load: true", false },
        { "classes: 10", "sha256: 3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d", true },
        { "classes: 10", "sha256: 3e23", false },
        { "checkpoint: models/b.safetensors", "checkpoint: [models/a.safetensors, models/b.safetensors]", true },
        { "checkpoint: models/router.safetensors", "checkpoint: [a.safetensors, b.safetensors]", true },
        { "checkpoint: models/b.safetensors", "checkpoint: [models/b.safetensors]", true },
        { "checkpoint: models/b.safetensors", "checkpoint: []", false },
        { "checkpoint: models/b.safetensors", "checkpoint: [a.safetensors, a.safetensors]", false },
        { "checkpoint: models/b.safetensors", "checkpoint: [a.safetensors, 7]", false },
        { "architecture: cifar_resnet110, checkpoint: models/c.safetensors",
            "architecture: [cifar_resnet20, cifar_resnet110], checkpoint: [a.safetensors, b.safetensors]", true },
        { "architecture: cifar_resnet110", "architecture: []", false },
        { "architecture: cifar_resnet110", "architecture: cifar_resnet20_sigma", true },
        { "architecture: cifar_resnet110", "architecture: cifar_resnet20_x2_mlp64_sigma", true },
        { "architecture: cifar_resnet110", "architecture: cifar_resnet20_x1", false },
        { "architecture: cifar_resnet110, checkpoint: models/c.safetensors",
            "architecture: [vgg16, cifar_resnet110], checkpoint: [a.safetensors, b.safetensors]", false },
        { "classes: 10", "sha256: [3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d]", true },
        { "classes: 10", "sha256: [3e23]", false },
        { "classes: 10", "versions: { 1: { checkpoint: a.safetensors }, 2: { pass: 0.35, load: lazy } }", true },
        { "checkpoint: models/b.safetensors, input: none, classes: 10",
            "versions: { 1: { checkpoint: a.safetensors, input: none } }", true },
        { "classes: 10", "versions: {}", false },
        { "classes: 10", "versions: { latest: { pass: 0.35 } }", false },
        { "classes: 10", "versions: { 1: a.safetensors }", false },
        { "classes: 10", "versions: { 1: { id: other } }", false },
        { "classes: 10", "versions: { 1: { pass: 1 } }", false },
        { "classes: 10", "versions: [{ pass: 0.35 }]", false },
        { "input: none", "input: { standardize: { mean: [0, 0.5, 1], sd: [1, 1, 1] } }", true },
        { "input: none", "input: standard", false },
        { "input: none", "input: { standardize: { mean: [0, 0.5, 1], sd: [1, 0, 1] } }", false },
        { "input: none", "input: { standardize: { mean: [0, 0.5, 1] } }", false },
        { "input: none", "input: { standardize: { mean: [0, 0.5, 1], sd: [1, 1, 1], var: 1 } }", false },
        { "input: none", "input: { center: [] }", false },
        { "input: none", "input: { center: [a, b, c] }", false },
        { "input: none", "input: {}", false },
        { "input: none", "input: { center: [0, 0, 0], standardize: { mean: [0, 0, 0], sd: [1, 1, 1] } }", false },
        { "kind: quantile, tau: 0.5", "kind: mostVoted", true },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: 0, s025: -1.5, s100: 2 }", true },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [0.5]", true },
        { "kind: quantile, tau: 0.5", "kind: fixed, expert: s012", true },
        { "kind: quantile, tau: 0.5", "kind: cascade", true },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012]", true },
        { "kind: quantile, tau: 0.5", "kind: cascade, thresholds: [0.7, 0.5]", true },
        { "kind: quantile, tau: 0.5", "kind: quantile, tau: 0.5, mix: [s012, s100]", true },
        { "kind: quantile, tau: 0.5", "kind: mostVoted, mix: [s012, s012]", false },
        { "kind: quantile, tau: 0.5", "kind: fixed, expert: s012, mix: [s012]", false },
        { "kind: quantile, tau: 0.5", "kind: quantile, tau: 1", false },
        { "kind: quantile, tau: 0.5", "kind: quantile, tau: 0", false },
        { "kind: quantile, tau: 0.5", "kind: quantile", false },
        { "kind: quantile, tau: 0.5", "kind: mostVoted, tau: 0.5", false },
        { "kind: quantile, tau: 0.5", "kind: median", false },
        { "kind: quantile, tau: 0.5", "tau: 0.5", false },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: a, s025: 1, s100: 2 }", false },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: {}", false },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: -100, s025: 0, s100: 100 }", true },
        { "kind: quantile, tau: 0.5", "kind: biased, bias: { s012: 0, s025: 0, s100: 100.5 }", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100], thresholds: []", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s100], thresholds: [0.5]", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [1]", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [0.49]", true },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [0]", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [{ default: 0.4, bird: 0.86 }]",
            true },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [{ bird: 1 }]", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [{}]", false },
        { "kind: quantile, tau: 0.5", "kind: cascade, order: [s100, s012], thresholds: [[0.5]]", false },
        { "[s012, s025, s100]", "[s012, s025, s100, s012]", false },
        { "[s012, s025, s100]", "s012", false },
        { "failureProbability: 0.001", "failureProbability: 0", false },
        { "failureProbability: 0.001", "failureProbability: 0.51", false },
        { "failureProbability: 0.001", "failureProbability: 0.5", true },
        { "selection: 100", "selection: 0", false },
        { "selection: 100", "selection: 1e2", true },
        { "estimation: 10000", "estimation: 10.5", false },
        { "estimation: 10000", "estimation: 2000000000", false },
        { "noise: grid", "noise: float", false },
        { "noise: grid", "noise: gaussian", false },
        { "failover: refuse", "failover: { kind: reroute, failureProbability: 0.0001 }", true },
        { "failover: refuse",
            "failover: { kind: reroute, failureProbability: 0.0001, mixes: [[s012], [s012, s100]] }", true },
        { "failover: refuse", "failover: { kind: reroute, failureProbability: 0.0001, mixes: [[]] }", false },
        { "failover: refuse", "failover: { kind: reroute }", false },
        { "failover: refuse", "failover: retry", false },
    };

    [Theory]
    [MemberData(nameof(Snippets))]
    public async Task Schema_and_reader_judge_alike(string passage, string replacement, bool accepted)
    {
        string yaml = With(passage, replacement);

        Assert.Equal(accepted, RegistryReader.ReadText(yaml, "r.yaml").IsAccepted);
        Assert.Equal(accepted, (await Judge(yaml)).Count == 0);
    }

    [Fact]
    public async Task Merge_keys_are_judged_after_merging()
    {
        const string Yaml = """
            x-small: &small { architecture: cifar_resnet20, input: standardize }
            dataset: cifar10
            experts: [{ <<: *small, id: a, sigma: 0.25, checkpoint: a.safetensors }]
            """;

        Assert.Empty(await Judge(Yaml));
        Assert.True(RegistryReader.ReadText(Yaml, "r.yaml").IsAccepted);
    }

    [Fact]
    public async Task Every_registry_of_the_repository_is_accepted_by_both()
    {
        string root = global::Tests.Reference.Root;
        string[] registries =
        [
            .. Directory.EnumerateFiles(root, "*.yaml", SearchOption.TopDirectoryOnly)
                .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.yaml", SearchOption.AllDirectories))
                .Concat(Directory.EnumerateFiles(Path.Combine(root, "models"), "*.yaml", SearchOption.AllDirectories))
                .Where(path => File.ReadLines(path).Any(line => line.StartsWith("experts:", StringComparison.Ordinal))),
        ];
        Assert.SkipWhen(registries.Length == 0, "the repository has no registry yet");

        foreach (string path in registries)
        {
            string yaml = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.Empty(RegistryReader.ReadText(yaml, path).Faults);
            Assert.Empty(await Judge(yaml));
        }
    }
}
