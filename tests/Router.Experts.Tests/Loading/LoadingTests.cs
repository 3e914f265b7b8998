using System.IO.Compression;
using System.Text.Json;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Cards;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Loading;

public sealed class LoadingTests(LoadedBundle bundle) : IClassFixture<LoadedBundle>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-loading-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private RegistryConfig Single(string checkpoint, string input = "standardize",
        string architecture = "cifar_resnet20", string sigma = "0.25", string more = "",
        string dataset = "cifar10") =>
            BundledRegistry.Single(_folder.FullName, checkpoint, input, architecture, sigma, more, dataset);

    private static string Refusal(RegistryConfig config) =>
        Assert.Throws<RegistryLoadException>(() => BundledRegistry.Load(config).Dispose()).Message;

    // The weights alone, without the card that would vouch for them.
    private string Copy(string network, string name)
    {
        File.Copy(BundledRegistry.Weights(network), In(name));
        return In(name);
    }

    // Of a batch that one device had no room for, the others hear nothing more than that.
    [Theory]
    [InlineData("{ batch: 16 }", 8, 8)]
    [InlineData("{ batch: 16 }", 500, 16)]
    [InlineData("auto", 500, 32)]
    public void A_limit_of_the_batch_makes_no_pass_larger(string devices, int most, int images)
    {
        string folder = Directory.CreateTempSubdirectory("dualrs-limit-").FullName;
        try
        {
            string path = Path.Combine(folder, "experts.yaml");
            File.WriteAllText(path, $$"""
                dataset: cifar10
                devices: {{devices}}
                experts:
                  - { id: only, sigma: 0.25, architecture: cifar_resnet20, input: standardize,
                      checkpoint: {{BundledRegistry.Weights("noise_0.25")}} }
                """);
            RegistryLoader loader = new(BundledRegistry.Machine) { MostBatch = most };
            using LoadedRegistry registry = loader.Load(BundledRegistry.Read(path));
            Assert.Equal(images, registry.Experts[0].BatchSize);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_bundled_registry_loads_with_its_experts_in_the_order_of_the_routes()
    {
        Assert.Equal(["s012", "s025", "s050", "s100"], bundle.Registry.Experts.Select(expert => expert.Id));
        Assert.Equal([0.12m, 0.25m, 0.50m, 1.00m], bundle.Registry.Experts.Select(expert => expert.Voter.Sigma));
        Assert.Equal((4, 1m), (bundle.Registry.Router!.Voter.OutcomeCount, bundle.Registry.Router.Voter.Sigma));
        Assert.All(bundle.Registry.Networks, network => Assert.NotNull(network.Card));
        Assert.Equal(5, bundle.Registry.Networks.Select(network => network.Voter.FunctionId).Distinct().Count());
    }

    [Fact]
    public void One_expert_is_loaded_alone_in_any_case_of_its_id()
    {
        using LoadedRegistry registry = Only("S050");
        Assert.Null(registry.Router);
        Assert.Equal("s050", Assert.Single(registry.Experts).Id);
        Assert.Equal(bundle.Network("s050").Properties["weights"], registry.Experts[0].Properties["weights"]);
    }

    [Fact]
    public void Some_networks_are_loaded_once_each_and_the_router_is_one_of_them_by_its_id()
    {
        using LoadedRegistry registry = Only("s100", "Router", "s025", "S100");
        Assert.Equal("router", registry.Router!.Id);
        Assert.Equal(["s100", "s025"], registry.Experts.Select(expert => expert.Id));
    }

    private static LoadedRegistry Only(params string[] ids) =>
        BundledRegistry.Load(BundledRegistry.Read(BundledRegistry.Path), only: ids);

    [Fact]
    public void An_expert_that_is_none_is_refused_with_those_there_are()
    {
        RegistryLoadException fault = Assert.Throws<RegistryLoadException>(() => Only("nobody").Dispose());
        Assert.Contains("s012, s025, s050, s100", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused() =>
        Assert.Contains("cifar_resnet26", Refusal(
            Single(Copy("noise_0.25", "copy.safetensors"), architecture: "cifar_resnet26")), StringComparison.Ordinal);

    // Of three million classes nothing is in the file: whoever made room for them would take any amount of memory.
    [Theory]
    [InlineData("fc.weight", ElementType.Float32, new long[] { 3_000_000, 0 }, "fc.weight is 3000000×0, not 1×64")]
    [InlineData("fc.weight", ElementType.Float32, new long[] { 3_000_000_000, 0 }, "fc.weight is 3000000000×0")]
    [InlineData("fc.weight", ElementType.Float32, new long[0], "fc.weight is one number, not 1×64")]
    [InlineData("fc.weight", ElementType.Int8, new long[] { 10, 64 }, "fc.weight is Int8, not floating point")]
    [InlineData("conv1.weight", ElementType.Bool, new long[] { 16, 3, 3, 3 }, "conv1.weight is Bool")]
    public void A_weight_that_is_none_is_refused_by_name(string name, ElementType type, long[] shape, string fault)
    {
        Checkpoint checkpoint = CheckpointFile.Read(BundledRegistry.Weights("noise_0.25"));
        byte[] bytes = new byte[shape.Aggregate(1L, (all, size) => all * size) * type.Size()];
        SafeTensors.Write(
            In("forged.safetensors"), checkpoint.Tensors.Values.Select(tensor => tensor.Name == name
                ? new NamedTensor(name, type, [.. shape], bytes) : tensor), checkpoint.Metadata);
        string told = Refusal(Single(In("forged.safetensors")));
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_another_number_of_classes_is_refused() =>
        Assert.Contains("the network has 4 outputs", Refusal(Single(
            Copy("router", "copy.safetensors"), architecture: "cifar_resnet20_mlp128")), StringComparison.Ordinal);

    [Fact]
    public void The_card_of_another_file_is_refused()
    {
        string weights = Copy("noise_0.25", "copy.safetensors");
        File.Copy(Path.ChangeExtension(BundledRegistry.Weights("noise_0.50"), ".card.yaml"), In("copy.card.yaml"));
        Assert.Contains("is the card of another file", Refusal(Single(weights)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_layer_that_the_card_contradicts_is_refused() =>
        Assert.Contains("input is none, but the model card says standardize",
            Refusal(Single(BundledRegistry.Weights("noise_0.25"), input: "none")), StringComparison.Ordinal);

    [Fact]
    public void Routes_in_another_order_than_the_router_was_trained_on_are_refused()
    {
        string yaml = Reference.RoutedRegistry
            .Replace("[s012, s025, s050, s100]", "[s025, s012, s050, s100]", StringComparison.Ordinal);
        File.WriteAllText(In("experts.yaml"), yaml);
        string message = Refusal(BundledRegistry.Read(In("experts.yaml")));
        Assert.Contains("its routes are [s025,s012,s050,s100], but the checkpoint was trained on [s012,s025,s050,s100]",
            message, StringComparison.Ordinal);
        Assert.Contains("experts.yaml:", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_faults_of_every_network_are_told_together()
    {
        string a = Copy("router", "a.safetensors"), b = Copy("noise_0.25", "b.safetensors");
        File.WriteAllText(In("experts.yaml"), $$"""
            dataset: cifar10
            routing: { kind: fixed, expert: a }
            experts:
              - { id: a, sigma: 0.1, architecture: cifar_resnet20, checkpoint: {{a}}, input: none }
              - { id: b, sigma: 0.2, architecture: cifar_resnet32, checkpoint: {{b}}, input: none }
              - { id: c, sigma: 0.3, architecture: cifar_resnet20, checkpoint: {{In("experts.yaml")}}, input: none }
            """);
        RegistryLoadException fault = Assert.Throws<RegistryLoadException>(
            () => BundledRegistry.Load(BundledRegistry.Read(In("experts.yaml"))).Dispose());
        Assert.Equal(["a", "b", "c"], fault.Faults.Select(one => one.Id));
        Assert.Equal([4, 5, 6], fault.Faults.Select(one => one.Line));
    }

    [Fact]
    public async Task A_TorchScript_network_that_is_trusted_answers_as_in_PyTorch()
    {
        string archive = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");
        using LoadedRegistry registry = BundledRegistry.Load(
            Single(archive, "none", "torchscript", more: "    trust: true"));
        float[] expected = JsonSerializer.Deserialize<float[]>(
            File.ReadAllText(Path.ChangeExtension(archive, ".json")))!;
        float[] logits = (await registry.Experts[0].LogitsAsync([CardProbes.Patterns[0]]))[0];
        Assert.Equal(10, logits.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], logits[i], 1e-5);
        Assert.Equal(20, (await registry.Experts[0]
            .Voter.VoteAsync(new(CardProbes.Patterns[0], new(1, 1), new(0, 20)), default)).Counts.Sum());
    }

    [Fact]
    public void TorchScript_needs_its_architecture_and_an_architecture_needs_weights()
    {
        string archive = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");
        Assert.Contains("TorchScript archive", Refusal(Single(archive, "none", more: "    trust: true")),
            StringComparison.Ordinal);
        Assert.Contains("not a TorchScript archive", Refusal(Single(Copy("noise_0.25", "w.safetensors"), "none",
            "torchscript", more: "    trust: true")), StringComparison.Ordinal);
    }

    // It holds code, so the reader takes it for TorchScript, but not the file by which the registry knows such
    // archives.
    [Fact]
    public void An_archive_that_hides_its_code_is_not_given_to_libtorch_without_trust()
    {
        using (ZipArchive archive = ZipFile.Open(In("hidden.pt"), ZipArchiveMode.Create))
            foreach (string name in (string[])["hidden/data.pkl", "hidden/code/net.py", "hidden/version"])
                using (Stream entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open())
                    entry.Write("3\n"u8);
        Assert.Contains("TorchScript archive", Refusal(Single(In("hidden.pt"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_for_another_image_shape_is_refused()
    {
        string archive = Path.Combine(
            Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt");
        string message = Refusal(Single(archive, "none", "torchscript", more: "    trust: true", dataset: "mnist"));
        Assert.Contains("only", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("lazy")]
    public void A_network_whose_answers_are_not_finite_is_refused_with_the_cause(string load)
    {
        DivergedWeights.Write(BundledRegistry.Weights("noise_0.25"), In("diverged.safetensors"), "fc.bias", float.NaN);
        Assert.Contains(
            "diverged.safetensors: its answers are not finite; not finite among its weights: fc.bias",
                Refusal(Single(In("diverged.safetensors"), more: $"    load: {load}")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_sigma_beyond_the_noise_table_is_a_fault_of_the_registry()
    {
        File.WriteAllText(In("experts.yaml"), $"dataset: cifar10\nexperts:\n  - {{ id: a, sigma: 4, architecture: "
            + $"cifar_resnet20, checkpoint: {BundledRegistry.Weights("noise_0.25")}, input: standardize }}\n");
        RegistryFault fault = Assert.Single(RegistryReader.Read(In("experts.yaml")).Faults);
        Assert.Equal((3, "a"), (fault.Line, fault.Id));
        Assert.Contains("3.5", fault.Accepted, StringComparison.Ordinal);
    }

    [Fact]
    public void The_function_id_changes_with_everything_that_can_change_a_vote()
    {
        string weights = Copy("noise_0.25", "copy.safetensors");
        FunctionId Id(string input = "standardize", string sigma = "0.25", int batch = 4, int threads = 1,
            string? other = null)
        {
            using LoadedRegistry registry = BundledRegistry.Load(
                Single(other ?? weights, input, sigma: sigma), batch: batch,
                machine: BundledRegistry.Machine with { Threads = threads });
            return registry.Experts[0].Voter.FunctionId;
        }

        FunctionId id = Id();
        Assert.Equal(id, Id());
        FunctionId[] all = [id, Id(input: "none"), Id(sigma: "0.26"), Id(batch: 5), Id(threads: 2),
            Id(other: Copy("noise_0.50", "other.safetensors"))];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public async Task An_expert_with_a_threshold_counts_the_votes_of_the_same_network_that_are_sure_enough()
    {
        string weights = Copy("noise_0.25", "copy.safetensors");
        using LoadedRegistry plain = BundledRegistry.Load(Single(weights)),
            zero = BundledRegistry.Load(Single(weights, sigma: "0.25\n    pass: 0"));
        FunctionId network = plain.Experts[0].Voter.FunctionId;
        VoteRequest request = new(
            new GridInput(Enumerable.Repeat((byte)128, 3072).ToArray(), 3, 32, 32), new(1, 1), new(0, 40));
        SampleVote[] votes = await plain.Experts[0].Network.VoteSequenceAsync(request, default);
        // At the median of the confidences: some are below.
        PassThreshold threshold = PassThreshold.At(votes.Select(vote => vote.Step).Order().ElementAt(20) / 200m);
        using LoadedRegistry sure = BundledRegistry.Load(Single(weights, sigma: $"0.25\n    pass: {threshold}"));
        Assert.Equal((network, network), (zero.Experts[0].Voter.FunctionId, sure.Experts[0].Network.FunctionId));
        Assert.Equal(threshold.Of(network), sure.Experts[0].Voter.FunctionId);
        Assert.Equal(votes, await sure.Experts[0].Network.VoteSequenceAsync(request, default));
        VoteCounts all = await plain.Experts[0].Voter.VoteAsync(request, default),
            counted = await sure.Experts[0].Voter.VoteAsync(request, default);
        Assert.Equal(all.Counts, PassThreshold.At(0).Count(votes, 10, request.Range, network).Counts);
        Assert.Equal(votes.Count(vote => vote.Step < threshold.Step), counted.Passed);
        Assert.InRange(counted.Passed, 1, 20);
        Assert.Equal(40, counted.Counts.Sum() + counted.Passed);
    }

    [Fact]
    public void Sigma_written_with_another_number_of_digits_is_the_same_function()
    {
        string weights = Copy("noise_0.25", "copy.safetensors");
        using LoadedRegistry two = BundledRegistry.Load(Single(weights, sigma: "0.25")),
            four = BundledRegistry.Load(Single(weights, sigma: "0.2500"));
        Assert.Equal(two.Experts[0].Voter.FunctionId, four.Experts[0].Voter.FunctionId);
    }

    [Fact]
    public async Task An_input_of_another_shape_is_refused_by_every_question()
    {
        GridInput small = new(new byte[3 * 16 * 16], 3, 16, 16);
        foreach (Func<LoadedNetwork, Task> ask in (Func<LoadedNetwork, Task>[])[expert => expert.LogitsAsync([small]),
            expert => expert.NoisyVotesAsync([small], new(0, 0))])
            Assert.Contains("(3, 16, 16)", (await Assert.ThrowsAsync<ArgumentException>(
                () => ask(bundle.Network("s025")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bundled_weights_say_from_which_file_they_were_converted()
    {
        Checkpoint router = CheckpointFile.Read(BundledRegistry.Weights("router"));
        Assert.Equal("s012,s025,s050,s100", router.Metadata[RouteOrder.MetadataKey]);
        Assert.Equal(64, router.Metadata["source_sha256"].Length);
        Assert.Throws<InvalidDataException>(() => CheckpointImporter.Convert(
            CheckpointFile.Read(Path.Combine(
                Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference", "mean_colour.pt")),
            In("x.safetensors"), null, []));
    }
}
