using System.Globalization;
using System.Text.Json;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Architectures;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Loading;

/// <summary>Entries of several checkpoints: one function, whose logits are the mean of the members'.</summary>
public sealed class EnsembleTests : IDisposable
{
    private const string A = "noise_0.12", B = "noise_0.25", C = "noise_1.00";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-ensemble-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private RegistryConfig Config(string checkpoints, string architecture = "cifar_resnet20",
        string input = "standardize", string more = "") =>
        BundledRegistry.Single(_folder.FullName, checkpoints, input, architecture, "0.12", more);

    private LoadedRegistry Of(params string[] bundled) => BundledRegistry.Load(Config(Bundled(bundled)));

    private static string Bundled(params string[] names) =>
        $"[{string.Join(", ", names.Select(BundledRegistry.Weights))}]";

    private static string Refusal(RegistryConfig config) =>
        Assert.Throws<RegistryLoadException>(() => BundledRegistry.Load(config).Dispose()).Message;

    // The weights with their card.
    private string Copy(string network, string name)
    {
        File.Copy(BundledRegistry.Weights(network), In(name));
        File.Copy(ModelCard.PathFor(BundledRegistry.Weights(network)), ModelCard.PathFor(In(name)));
        return In(name);
    }

    private static float[][] Mean(params float[][][] members) =>
        [.. members[0].Select((row, i) => row.Select((_, k) => members.Average(logits => logits[i][k])).ToArray())];

    private static void AssertClose(float[][] expected, float[][] logits)
    {
        Assert.Equal(expected.Length, logits.Length);
        foreach ((float[] row, float[] answered) in expected.Zip(logits))
            foreach ((float value, float logit) in row.Zip(answered))
                Assert.Equal(value, logit, 1e-4);
    }

    [Theory]
    [InlineData(A, B)]
    [InlineData(C, A, B)]
    public async Task The_logits_of_an_ensemble_are_the_mean_of_what_PyTorch_answered_for_each_member(
        params string[] folders)
    {
        float[][][] reference = [.. folders.Select(folder => JsonDocument.Parse(
            File.ReadAllText(Reference.Shared($"models/{folder}/reference.json"))).RootElement
            .GetProperty("patternLogits").Deserialize<float[][]>()!)];
        string[] files = [.. folders.Select(folder => Reference.Shared($"models/{folder}/checkpoint.pth.tar"))];
        using LoadedRegistry registry = BundledRegistry.Load(Config($"[{string.Join(", ", files)}]"));
        AssertClose(Mean(reference), await registry.Experts[0].LogitsAsync(CardProbes.Patterns));
    }

    [Fact]
    public async Task Members_may_be_of_different_architectures()
    {
        ReferenceNetwork[] members =
            [ReferenceNetwork.Read("cifar_resnet20"), ReferenceNetwork.Read("cifar_resnet110")];
        foreach (ReferenceNetwork member in members)
            SafeTensors.Write(In($"{member.Architecture}.safetensors"), member.Checkpoint().Tensors.Values,
                new Dictionary<string, string>());
        RegistryConfig config = Config("[cifar_resnet20.safetensors, cifar_resnet110.safetensors]",
            "[cifar_resnet20, cifar_resnet110]", "none");
        using LoadedRegistry registry = BundledRegistry.Load(config);
        GridInput[] inputs = [.. Enumerable.Range(0, members[0].Logits.Length).Select(
            k => new GridInput(members[0].Input(k), 3, 32, 32))];
        AssertClose(Mean(members[0].Logits, members[1].Logits), await registry.Experts[0].LogitsAsync(inputs));
        DatasetFacts cifar = DatasetFacts.Find("cifar10")!;
        Assert.Equal(ForwardCost.Flops("cifar_resnet20", cifar) + ForwardCost.Flops("cifar_resnet110", cifar),
            ForwardCost.Flops(config.Experts[0], cifar));
    }

    [Fact]
    public void The_function_is_that_of_all_members_in_their_order_and_a_list_of_one_is_that_network()
    {
        FunctionId Id(string checkpoint)
        {
            using LoadedRegistry registry = BundledRegistry.Load(Config(checkpoint));
            return registry.Experts[0].Voter.FunctionId;
        }

        FunctionId[] all = [Id(Bundled(A)), Id(Bundled(B)), Id(Bundled(A, B)), Id(Bundled(B, A)), Id(Bundled(A, C)),
            Id(Bundled(A, B, C))];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[0], Id(BundledRegistry.Weights(A)));
    }

    [Fact]
    public void Properties_of_members_stand_one_beside_the_other_and_a_network_alone_has_none_of_an_ensemble()
    {
        using LoadedRegistry both = Of(A, B), one = Of(A), other = Of(B);
        IReadOnlyDictionary<string, string> Properties(LoadedRegistry registry) => registry.Experts[0].Properties;
        foreach (string key in (string[])["architecture", "tensors", "weights"])
            Assert.Equal($"{Properties(one)[key]},{Properties(other)[key]}", Properties(both)[key]);
        Assert.Equal("mean of logits", Properties(both)["ensemble"]);
        Assert.Equal(["ensemble"], Properties(both).Keys.Except(Properties(one).Keys));
    }

    [Fact]
    public async Task Votes_of_an_ensemble_are_those_of_its_mean_logits()
    {
        using LoadedRegistry both = Of(A, B), one = Of(A), other = Of(B);
        GridInput[] inputs = [.. Enumerable.Range(0, 8).Select(k => new GridInput(
            Enumerable.Range(0, 3072).Select(i => (byte)((31 * i + 97 * k * k) % 256)).ToArray(), 3, 32, 32))];
        float[][] mean = Mean(await one.Experts[0].LogitsAsync(inputs), await other.Experts[0].LogitsAsync(inputs));
        float[][] logits = await both.Experts[0].LogitsAsync(inputs);
        Assert.Equal(mean.Select(row => row.IndexOf(row.Max())), logits.Select(row => row.IndexOf(row.Max())));
        VoteCounts votes = await both.Experts[0].Voter.VoteAsync(new(inputs[0], new(1, 1), new(0, 30)), default);
        Assert.Equal(30, votes.Counts.Sum());
    }

    [Fact]
    public async Task An_ensemble_is_verified_by_the_cards_of_its_members()
    {
        CardProbes probes = new((_, _) => null);
        using LoadedRegistry good = Of(A, B);
        ProbeResult passed = Assert.Single(await probes.RunAsync(good.Experts[0], 1, accuracyDraws: 1));
        Assert.Equal(("patterns", ProbeVerdict.Passed), (passed.Probe, passed.Verdict));

        string card = ModelCard.PathFor(Copy(B, "b.safetensors"));
        ModelCard read = ModelCardReader.Read(card).Card!;
        File.WriteAllText(card, File.ReadAllText(card).Replace(
            read.Probe.Patterns!.Logits[0][0].ToString(CultureInfo.InvariantCulture), "9.5", StringComparison.Ordinal));
        using LoadedRegistry bad = BundledRegistry.Load(Config($"[{BundledRegistry.Weights(A)}, b.safetensors]"));
        Assert.Equal(ProbeVerdict.Failed,
            Assert.Single(await probes.RunAsync(bad.Experts[0], 1, accuracyDraws: 1)).Verdict);

        File.Delete(card);
        using LoadedRegistry bare = BundledRegistry.Load(Config($"[{BundledRegistry.Weights(A)}, b.safetensors]"));
        ProbeResult skipped = Assert.Single(await probes.RunAsync(bare.Experts[0], 1, accuracyDraws: 1));
        Assert.Equal(ProbeVerdict.Skipped, skipped.Verdict);
        Assert.Contains("a member has no model card", skipped.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_were_trained_with_different_input_layers_are_refused()
    {
        string card = ModelCard.PathFor(Copy(B, "b.safetensors"));
        File.WriteAllText(card, File.ReadAllText(card).Replace(
            "\n  standardize:\n    mean: [0.4914, 0.4822, 0.4465]\n    sd: [0.2023, 0.1994, 0.201]", " none",
            StringComparison.Ordinal));
        string message = Refusal(Config($"[{BundledRegistry.Weights(A)}, b.safetensors]"));
        Assert.Contains("its members were trained with different input layers, as their cards say: ", message,
            StringComparison.Ordinal);
        Assert.Contains($"{In("b.safetensors")} with none; accepted: members that share one input layer", message,
            StringComparison.Ordinal);
        Assert.Contains($"{In("b.safetensors")}: input is standardize", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_of_another_architecture_or_with_other_outputs_is_refused_by_its_file()
    {
        File.Copy(BundledRegistry.Weights("router"), In("router.safetensors"));
        Assert.Contains($"{In("router.safetensors")}: the network has 4 outputs; accepted: 10", Refusal(Config(
            $"[{BundledRegistry.Weights(A)}, router.safetensors]", "[cifar_resnet20, cifar_resnet20_mlp128]")),
            StringComparison.Ordinal);
        Assert.Contains($"{In("router.safetensors")}: the weights are not those of cifar_resnet20",
            Refusal(Config($"[{BundledRegistry.Weights(A)}, router.safetensors]")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ensemble_takes_the_memory_of_all_its_members()
    {
        DevicesConfig full = new() { Memory = new MemoryLimit.Amount(1) };
        long Needed(params string[] bundled) => long.Parse(
            Refusal(Config(Bundled(bundled)) with { Devices = full }).Split(" needs ")[1].Split(',')[0],
            CultureInfo.InvariantCulture);
        Assert.Equal(3 * new FileInfo(BundledRegistry.Weights(B)).Length, Needed(A, B) - Needed(A));
    }

    [Fact]
    public async Task An_ensemble_that_left_memory_comes_again_as_the_same_function_or_not_at_all()
    {
        Copy(B, "b.safetensors");
        using LoadedRegistry registry = BundledRegistry.Load(
            Config($"[{BundledRegistry.Weights(A)}, b.safetensors]", more: "    load: lazy"));
        LoadedNetwork network = registry.Experts[0];
        float[][] before = await network.LogitsAsync(CardProbes.Patterns);
        await network.UnloadAsync();
        Assert.Equal(before, await network.LogitsAsync(CardProbes.Patterns));
        await network.UnloadAsync();
        File.Copy(BundledRegistry.Weights(C), In("b.safetensors"), overwrite: true);
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => network.LogitsAsync(CardProbes.Patterns));
        Assert.Contains($"{In("b.safetensors")} is another file than when the registry was loaded", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_member_is_checked_against_the_hash_in_its_place()
    {
        string[] hashes = [.. new[] { A, B }.Select(name => CheckpointFile.Sha256(BundledRegistry.Weights(name)))];
        Config(Bundled(A, B), more: $"    sha256: [{hashes[0]}, {hashes[1]}]");
        RegistryReading swapped = RegistryReader.Read(Write($"sha256: [{hashes[1]}, {hashes[0]}]"));
        Assert.Equal([(8, 14), (8, 80)], swapped.Faults.Select(fault => (fault.Line, fault.Column)));

        string Write(string more)
        {
            string text = File.ReadAllText(In("experts.yaml"));
            File.WriteAllText(In("experts.yaml"), text[..text.IndexOf("    sha256", StringComparison.Ordinal)]
                + $"    {more}\n");
            return In("experts.yaml");
        }
    }
}
