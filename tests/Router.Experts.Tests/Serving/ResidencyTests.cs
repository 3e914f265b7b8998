using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Loading;
using Router.Votes;
using Tests;

namespace Router.Experts.Tests.Serving;

/// <summary>The bundled networks, whose function must not depend on when they come into memory.</summary>
public sealed class ResidencyTests(LoadedBundle bundle) : IClassFixture<LoadedBundle>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-residency-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string In(string name) => Path.Combine(_folder.FullName, name);

    // The bundled registry with other words in it; its checkpoints lie in the folder, to be changed.
    private RegistryConfig Bundled(params (string Passage, string Replacement)[] changes)
    {
        string yaml = File.ReadAllText(BundledRegistry.Path);
        foreach (string name in (string[])["noise_0.12", "noise_0.25", "noise_0.50", "noise_1.00", "router"])
        {
            File.Copy(BundledRegistry.Weights(name), In($"{name}.safetensors"), overwrite: true);
            yaml = yaml.Replace($"models/cifar10/{name}.safetensors", In($"{name}.safetensors"),
                StringComparison.Ordinal);
        }
        foreach ((string passage, string replacement) in changes)
        {
            Assert.Contains(passage, yaml, StringComparison.Ordinal);
            yaml = yaml.Replace(passage, replacement, StringComparison.Ordinal);
        }
        File.WriteAllText(In("experts.yaml"), yaml);
        return BundledRegistry.Read(In("experts.yaml"));
    }

    private static (string, string)[] AllLazy => [("input: standardize,\n", "input: standardize, load: lazy,\n"),
        ("  input: standardize\n", "  input: standardize\n  load: lazy\n")];

    private static async Task<int[]> VotesOf(LoadedNetwork network, ulong seed = 5) =>
        [.. (await network.Network.VoteSequenceAsync(new(CardProbes.Patterns[1], new(seed, 3), new(10, 90)), default)
            .WaitAsync(Patience)).Select(vote => vote.Outcome)];

    [Fact]
    public async Task Lazy_unloaded_and_reloaded_networks_are_the_functions_that_were_loaded_at_start()
    {
        using LoadedRegistry lazy = BundledRegistry.Load(Bundled(AllLazy), batch: 16);
        Assert.All(lazy.Networks, network => Assert.Equal(ExpertState.Unloaded, network.Status.State));
        foreach (LoadedNetwork network in lazy.Networks)
        {
            LoadedNetwork atStart = bundle.Network(network.Id);
            Assert.Equal(atStart.Voter.FunctionId, network.Voter.FunctionId);
            Assert.Equal(atStart.Properties, network.Properties);
            Assert.Equal((atStart.BatchSize, atStart.Device, atStart.Voter.OutcomeCount),
                (network.BatchSize, network.Device, network.Voter.OutcomeCount));
            int[] votes = await VotesOf(atStart);
            Assert.True(votes.Length == 80 && votes.All(vote => vote >= 0));
            Assert.Equal(votes, await VotesOf(network));
            Assert.Equal(ExpertState.Ready, network.Status.State);
            await network.UnloadAsync().WaitAsync(Patience);
            Assert.Equal(ExpertState.Unloaded, network.Status.State);
            Assert.Equal(votes, await VotesOf(network));
            await network.WithdrawAsync().WaitAsync(Patience);
            Assert.Equal(ExpertState.Withdrawn, network.Status.State);
            await network.LoadAsync().WaitAsync(Patience);
            Assert.Equal(votes, await VotesOf(network));
            Assert.Equal(await atStart.LogitsAsync([CardProbes.Patterns[2]]),
                await network.LogitsAsync([CardProbes.Patterns[2]]));
        }
    }

    [Fact]
    public async Task A_checkpoint_that_changed_on_the_disk_is_refused_when_it_comes_again_and_the_others_go_on()
    {
        using LoadedRegistry registry = BundledRegistry.Load(Bundled(), batch: 16);
        LoadedNetwork s025 = registry.Experts[1], s050 = registry.Experts[2];
        int[] before = await VotesOf(s025);
        await s025.UnloadAsync().WaitAsync(Patience);
        File.Copy(BundledRegistry.Weights("noise_0.50"), In("noise_0.25.safetensors"), overwrite: true);
        VoterUnavailableException refused = await Assert.ThrowsAsync<VoterUnavailableException>(() => VotesOf(s025));
        Assert.Equal(s025.Voter.FunctionId, refused.Function);
        Assert.Contains("another file than when the registry was loaded", refused.Message, StringComparison.Ordinal);
        Assert.Contains(s025.Properties["weights"], refused.Message, StringComparison.Ordinal);
        Assert.Equal((ExpertState.Unloaded, refused.Message), (s025.Status.State, s025.Status.Fault));
        Assert.Equal(await VotesOf(bundle.Network("s050")), await VotesOf(s050));
        await Assert.ThrowsAsync<VoterUnavailableException>(() => s025.LoadAsync());
        File.Delete(In("noise_0.25.safetensors"));
        Assert.Contains("could not be loaded", (await Assert.ThrowsAsync<VoterUnavailableException>(
            () => VotesOf(s025))).Message, StringComparison.Ordinal);
        File.Copy(BundledRegistry.Weights("noise_0.25"), In("noise_0.25.safetensors"));
        Assert.Equal(before, await VotesOf(s025));
        Assert.Null(s025.Status.Fault);
    }

    [Fact]
    public async Task A_TorchScript_network_comes_again_as_the_same_function()
    {
        File.Copy(Path.Combine(global::Tests.Reference.Root, "tests", "Router.Experts.Tests", "Loading", "reference",
            "mean_colour.pt"), In("m.pt"));
        using LoadedRegistry registry = BundledRegistry.Load(
            BundledRegistry.Single(_folder.FullName, In("m.pt"), "none", "torchscript",
                more: "    trust: true\n    load: lazy"));
        LoadedNetwork network = registry.Experts[0];
        int[] votes = await VotesOf(network);
        await network.UnloadAsync().WaitAsync(Patience);
        Assert.Equal(votes, await VotesOf(network));
        await network.UnloadAsync().WaitAsync(Patience);
        File.AppendAllText(In("m.pt"), "more");
        Assert.Contains("could not be loaded", (await Assert.ThrowsAsync<VoterUnavailableException>(
            () => VotesOf(network))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lazy_network_with_a_fault_is_a_fault_of_the_registry_in_its_place_in_the_list()
    {
        File.WriteAllText(In("experts.yaml"), $$"""
            dataset: cifar10
            routing: { kind: fixed, expert: a }
            experts:
              - { id: a, sigma: 0.1, architecture: cifar_resnet20, checkpoint: {{BundledRegistry.Weights("router")}},
                  input: none }
              - { id: b, sigma: 0.2, architecture: cifar_resnet32,
                  checkpoint: {{BundledRegistry.Weights("noise_0.25")}}, input: none, load: lazy }
              - { id: c, sigma: 0.3, architecture: cifar_resnet20, checkpoint: {{In("experts.yaml")}},
                  input: none, load: pinned }
              - { id: d, sigma: 0.3, architecture: cifar_resnet20, checkpoint: {{In("experts.yaml")}},
                  input: none, load: lazy }
            """);
        RegistryLoadException fault = Assert.Throws<RegistryLoadException>(
            () => BundledRegistry.Load(BundledRegistry.Read(In("experts.yaml"))).Dispose());
        Assert.Equal(["a", "b", "c", "d"], fault.Faults.Select(one => one.Id).Distinct());
    }

    [Fact]
    public async Task A_budget_smaller_than_all_networks_together_serves_every_one_of_them()
    {
        Assert.Contains("no device can hold it", Assert.Throws<RegistryLoadException>(() => BundledRegistry.Load(
            Bundled(("devices: auto", "devices: { memory: 8MiB }")), batch: 16).Dispose()).Message,
                StringComparison.Ordinal);

        using LoadedRegistry registry = BundledRegistry.Load(
            Bundled([("devices: auto", "devices: { memory: 12MiB }"), .. AllLazy]), batch: 16);
        int[][] expected = await Task.WhenAll(bundle.Registry.Networks.Select(network => VotesOf(network)));
        LoadedNetwork[] networks = [.. registry.Networks];
        await Task.WhenAll(Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
        {
            for (int turn = 0; turn < 5; turn++)
            {
                int i = (caller + turn) % networks.Length;
                Assert.Equal(expected[i], await VotesOf(networks[i]));
            }
        })));
        Assert.Contains(networks, network => network.Status.State == ExpertState.Unloaded);
    }

    [Fact]
    public async Task Unloading_under_load_fails_no_request_that_had_begun()
    {
        using LoadedRegistry registry = BundledRegistry.Load(Bundled(), batch: 16);
        LoadedNetwork s025 = registry.Experts[1];
        int[] expected = await VotesOf(s025);
        using CancellationTokenSource enough = new();
        Task unloading = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested) await s025.UnloadAsync();
        });
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            for (int turn = 0; turn < 6; turn++) Assert.Equal(expected, await VotesOf(s025));
        })));
        await enough.CancelAsync();
        await unloading.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_request_that_is_given_up_while_its_pass_runs_does_not_free_the_network_under_it()
    {
        using LoadedRegistry registry = BundledRegistry.Load(Bundled(), batch: 16);
        LoadedNetwork s025 = registry.Experts[1];
        for (int turn = 0; turn < 10; turn++)
        {
            using CancellationTokenSource over = new();
            TaskCompletionSource begun = new();
            Task<VoteCounts> asked = s025.Voter.VoteAsync(
                new(CardProbes.Patterns[0], new(1, 1),
                    new(0, 100_000)) { Progress = new Told<long>(_ => begun.TrySetResult()) }, over.Token);
            await begun.Task.WaitAsync(Patience);
            Task gone = s025.UnloadAsync();
            await over.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
            await gone.WaitAsync(Patience);
        }
        Assert.Equal(await VotesOf(bundle.Network("s025")), await VotesOf(s025));
    }
}
