using Router.Engine;
using System.Text.Json;
using Router.Data;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Loading;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Cards;

/// <summary>The bundled networks against their cards and against what PyTorch answered.</summary>
public sealed class CardProbesTests(LoadedBundle bundle) : IClassFixture<LoadedBundle>, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-probes-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static CardProbes WithoutData { get; } = new((_, _) => null);

    private static CardProbes WithCifar10() =>
        new((_, split) => Cifar10.Open(Reference.Cifar10(), split == "test" ? Cifar10Split.Test : Cifar10Split.Train));

    // The weights of σ = .25 with a card in which passages are exchanged.
    private LoadedRegistry Variant(string input, params (string From, string To)[] edits) =>
        Variant(input, more: "", edits);

    private LoadedRegistry Variant(string input, string more, (string From, string To)[] edits)
    {
        string weights = Path.Combine(_folder.FullName, "variant.safetensors");
        File.Copy(BundledRegistry.Weights("noise_0.25"), weights);
        string card = File.ReadAllText(Path.ChangeExtension(BundledRegistry.Weights("noise_0.25"), ".card.yaml"));
        foreach ((string from, string to) in edits)
        {
            Assert.Contains(from, card, StringComparison.Ordinal);
            card = card.Replace(from, to, StringComparison.Ordinal);
        }
        File.WriteAllText(Path.ChangeExtension(weights, ".card.yaml"), card);
        return BundledRegistry.Load(BundledRegistry.Single(_folder.FullName, weights, input, more: more));
    }

    [Theory]
    [InlineData("s012")]
    [InlineData("s025")]
    [InlineData("s050")]
    [InlineData("s100")]
    [InlineData("router")]
    public async Task Logits_on_the_patterns_agree_with_the_card_to_1e_4(string id)
    {
        ProbeResult result = (await WithoutData.RunAsync(bundle.Network(id), 1, accuracyDraws: 1))[0];
        Assert.Equal(("patterns", ProbeVerdict.Passed), (result.Probe, result.Verdict));
        Assert.Equal(0.0001m, bundle.Network(id).Card!.Probe.Patterns!.Tolerance);
    }

    [Theory]
    [InlineData("noise_0.12")]
    [InlineData("noise_0.25")]
    [InlineData("noise_0.50")]
    [InlineData("noise_1.00")]
    public async Task Logits_on_test_images_agree_with_PyTorchs_to_1e_4(string folder)
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(Reference.Shared($"models/{folder}/reference.json")));
        Cifar10 data = Cifar10.Open(Reference.Cifar10(), Cifar10Split.Test);
        int[] indices = [.. reference.RootElement.GetProperty("testIndices").EnumerateArray()
            .Select(index => index.GetInt32())];
        float[][] expected = [.. reference.RootElement.GetProperty("testLogits").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];
        using LoadedRegistry registry = BundledRegistry.Load(
            BundledRegistry.Single(_folder.FullName, Reference.Shared($"models/{folder}/checkpoint.pth.tar")));
        float[][] logits = await registry.Experts[0]
            .LogitsAsync([.. indices.Select(index => new GridInput(data.Read(index).Image.Pixels, 3, 32, 32))]);
        Assert.Equal(16, indices.Length);
        for (int i = 0; i < indices.Length; i++)
            for (int k = 0; k < expected[i].Length; k++)
                Assert.Equal(expected[i][k], logits[i][k], 1e-4);
    }

    [Fact]
    public async Task A_data_set_is_opened_once_for_all_networks_that_were_measured_on_it()
    {
        List<string> asked = [];
        CardProbes probes = new((name, split) =>
        {
            asked.Add($"{name} {split}");
            return null;
        });
        foreach (string id in (string[])["s012", "s025", "s050"])
            Assert.Equal(ProbeVerdict.Skipped,
                (await probes.RunAsync(bundle.Network(id), 1, accuracyDraws: 1))[1].Verdict);
        Assert.Equal(["cifar10 test"], asked);
    }

    [Theory]
    [InlineData("none", "none")]
    [InlineData("{ center: [0.4914, 0.4822, 0.4465] }", "\n  center: [0.4914, 0.4822, 0.4465]")]
    public async Task A_wrong_input_layer_on_which_card_and_registry_agree_fails_the_patterns(
        string registry, string card)
    {
        using LoadedRegistry variant = Variant(registry,
            ("\n  standardize:\n    mean: [0.4914, 0.4822, 0.4465]\n    sd: [0.2023, 0.1994, 0.201]", " " + card));
        ProbeResult result = (await WithoutData.RunAsync(variant.Experts[0], 1, accuracyDraws: 1))[0];
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.Contains("accepted up to 0.0001", result.Finding, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bfloat16", "standardize", ProbeVerdict.Passed)]
    [InlineData("bfloat16", "none", ProbeVerdict.Failed)]
    [InlineData("bfloat16", "{ center: [0.4914, 0.4822, 0.4465] }", ProbeVerdict.Failed)]
    [InlineData("int8", "standardize", ProbeVerdict.Passed)]
    [InlineData("int8", "none", ProbeVerdict.Failed)]
    [InlineData("int8", "{ center: [0.4914, 0.4822, 0.4465] }", ProbeVerdict.Failed)]
    public async Task Patterns_in_a_short_format_leave_room_for_its_rounding_and_none_for_another_input_layer(
        string type, string input, ProbeVerdict verdict)
    {
        Assert.SkipUnless(type != "int8" || Machine.Multiplies8Bit, "needs a processor that multiplies 8-bit integers");
        string written = input == "none" ? " none" : "\n  center: [0.4914, 0.4822, 0.4465]";
        using LoadedRegistry variant = Variant(
            input, $"devices: {{ dtype: {type} }}",
            input == "standardize" ? []
                : [("\n  standardize:\n    mean: [0.4914, 0.4822, 0.4465]\n    sd: [0.2023, 0.1994, 0.201]", written)]);
        ProbeResult result = (await WithoutData.RunAsync(variant.Experts[0], 1, accuracyDraws: 1))[0];
        Assert.True(result.Verdict == verdict, result.Finding);
    }

    [Fact]
    public async Task Accuracy_under_noise_is_asked_of_the_data_and_skipped_without_it()
    {
        Assert.Equal(ProbeVerdict.Skipped,
            (await WithoutData.RunAsync(bundle.Network("s025"), 50, accuracyDraws: 1))[1].Verdict);
        ProbeResult result = (await WithCifar10().RunAsync(bundle.Network("s025"), 100, accuracyDraws: 1))[1];
        Assert.True(result.Verdict == ProbeVerdict.Passed, result.Finding);
        Assert.Contains("of 100 images", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_accuracy_that_the_network_does_not_have_fails()
    {
        CardProbes probes = WithCifar10();
        using LoadedRegistry variant = Variant("standardize", ("    accuracy: 0.", "    accuracy: 0.0"));
        Assert.Equal(ProbeVerdict.Failed,
            (await probes.RunAsync(variant.Experts[0], 200, accuracyDraws: 1))[1].Verdict);
    }

    [Fact]
    public async Task An_accuracy_on_images_that_the_data_set_lacks_fails_and_says_so()
    {
        CardProbes probes = WithCifar10();
        using LoadedRegistry variant = Variant("standardize", ("images: [0, 2000]", "images: [9000, 10001]"));
        ProbeResult result = (await probes.RunAsync(variant.Experts[0], 2000, accuracyDraws: 1))[1];
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.Contains("which has 10000", result.Finding, StringComparison.Ordinal);
    }

    // One that holds at one σ only says nothing of another: without the data just as with it.
    [Fact]
    public async Task An_accuracy_at_another_sigma_is_a_contradiction_and_not_skipped()
    {
        string weights = Path.Combine(_folder.FullName, "x.safetensors");
        File.Copy(BundledRegistry.Weights("noise_0.25"), weights);
        File.Copy(Path.ChangeExtension(BundledRegistry.Weights("noise_0.25"), ".card.yaml"),
            Path.ChangeExtension(weights, ".card.yaml"));
        using LoadedRegistry variant =
            BundledRegistry.Load(BundledRegistry.Single(_folder.FullName, weights, sigma: "0.5"));
        ProbeResult result = (await WithoutData.RunAsync(variant.Experts[0], 1, accuracyDraws: 1))[1];
        Assert.Equal(ProbeVerdict.Failed, result.Verdict);
        Assert.Contains("measured at σ = 0.25, the registry says 0.5", result.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_of_another_data_set_is_refused_at_load() => Assert.Contains(
        "its model card was measured on shapes10, the registry is of cifar10",
        Assert.Throws<RegistryLoadException>(() => Variant("standardize", ("dataset: cifar10", "dataset: shapes10"))
            .Dispose()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_card_with_another_number_of_classes_is_refused_at_load()
    {
        string card = File.ReadAllText(Path.ChangeExtension(BundledRegistry.Weights("router"), ".card.yaml"));
        string sha = BundledShaOf("router"), own = BundledShaOf("noise_0.25");
        File.Copy(BundledRegistry.Weights("noise_0.25"), Path.Combine(_folder.FullName, "x.safetensors"));
        File.WriteAllText(Path.Combine(_folder.FullName, "x.card.yaml"),
            card.Replace(sha, own, StringComparison.Ordinal));
        RegistryConfig config = BundledRegistry.Single(
            _folder.FullName, Path.Combine(_folder.FullName, "x.safetensors"));
        Assert.Contains("the network has 10 outputs, its model card says 4", Assert.Throws<RegistryLoadException>(
            () => BundledRegistry.Load(config).Dispose()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_without_a_card_is_skipped()
    {
        File.Copy(BundledRegistry.Weights("noise_0.25"), Path.Combine(_folder.FullName, "bare.safetensors"));
        using LoadedRegistry bare = BundledRegistry.Load(
            BundledRegistry.Single(_folder.FullName, Path.Combine(_folder.FullName, "bare.safetensors")));
        Assert.Equal(ProbeVerdict.Skipped,
            Assert.Single(await WithoutData.RunAsync(bare.Experts[0], 1, accuracyDraws: 1)).Verdict);
    }

    private static string BundledShaOf(string name) => CheckpointFile.Read(BundledRegistry.Weights(name)).Sha256;
}
