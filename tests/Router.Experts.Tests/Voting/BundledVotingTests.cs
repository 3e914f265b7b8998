using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Loading;
using Router.Experts.Tests.Loading;
using Router.Votes;

namespace Router.Experts.Tests.Voting;

/// <summary>
/// The votes of a real network: a draw's vote must not depend on where in a batch it is evaluated, nor on what is
/// around it.
/// </summary>
public sealed class BundledVotingTests(LoadedBundle bundle) : IClassFixture<LoadedBundle>
{
    private const int Batch = 16;

    public static TheoryData<string, string> Formats { get; } = new()
    {
        { "float32", "cpu" }, { "bfloat16", "cpu" }, { "int8", "cpu" },
        { "float32", "cuda:0" }, { "bfloat16", "cuda:0" }, { "float16", "cuda:0" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task A_draw_has_the_same_vote_at_every_batch_position_among_other_samples(
        string type, string device)
    {
        using LoadedRegistry registry = Load(type, device);
        LoadedNetwork expert = registry.Experts.Single();
        int[] alone = new int[Batch];
        for (int index = 0; index < Batch; index++)
            alone[index] = VoteOf(await Ask(expert, 0, index, index + 1));
        Assert.True(alone.Distinct().Count() > 1);
        // The batch begins at every index in turn, so that each draw stands at every position, before and behind other
        // samples and padding.
        for (int first = 0; first < Batch; first++)
        {
            VoteCounts votes = await Ask(expert, 0, first, Batch);
            Assert.Equal(Tally(alone[first..], expert.Voter.OutcomeCount), votes.Counts);
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Logits_are_the_same_bits_at_every_batch_position_and_beside_any_neighbour(
        string type, string device)
    {
        using LoadedRegistry registry = Load(type, device);
        LoadedNetwork expert = registry.Experts.Single();
        GridInput[] patterns = [.. CardProbes.Patterns];
        float[] alone = (await expert.LogitsAsync([patterns[0]]))[0];
        for (int position = 0; position < Batch; position++)
        {
            GridInput[] batch = [.. Enumerable.Range(0, Batch)
                .Select(i => i == position ? patterns[0] : patterns[1 + i % 3])];
            Assert.Equal(alone, (await expert.LogitsAsync(batch))[position]);
        }
    }

    [Fact]
    public async Task Ranges_split_off_the_batch_grid_give_the_counts_of_the_whole()
    {
        LoadedNetwork router = bundle.Network("router");
        VoteCounts whole = await Ask(router, 2, 0, 70);
        VoteCounts joined = (await Ask(router, 2, 0, 11)).Then(await Ask(router, 2, 11, 40))
            .Then(await Ask(router, 2, 40, 70));
        Assert.Equal(whole.Counts, joined.Counts);
    }

    [Fact]
    public async Task Networks_asked_at_the_same_time_give_the_counts_they_give_alone()
    {
        LoadedNetwork[] networks = [.. bundle.Registry.Networks];
        VoteCounts[] together = await Task.WhenAll(networks.Select(network => Ask(network, 3, 0, 40)));
        for (int i = 0; i < networks.Length; i++)
            Assert.Equal((await Ask(networks[i], 3, 0, 40)).Counts, together[i].Counts);
    }

    [Fact]
    public async Task A_GPU_and_a_CPU_vote_alike_in_float32_and_the_GPU_the_same_in_every_process()
    {
        const int Draws = 1000;
        using LoadedRegistry onCpu = Load("float32", "cpu"), onGpu = Load("float32", "cuda:0");
        using LoadedRegistry again = Load("float32", "cuda:0");
        LoadedNetwork cpu = onCpu.Experts.Single(), gpu = onGpu.Experts.Single();
        Assert.NotEqual(cpu.Voter.FunctionId, gpu.Voter.FunctionId);
        VoteCounts byGpu = await Ask(gpu, 1, 0, Draws);
        Assert.Equal(byGpu.Counts, (await Ask(again.Experts.Single(), 1, 0, Draws)).Counts);
        // Sums are rounded in another order: a draw between two classes may fall on the other side.
        long moved = byGpu.Counts.Zip((await Ask(cpu, 1, 0, Draws)).Counts, (a, b) => Math.Abs(a - b)).Sum() / 2;
        Assert.InRange(moved, 0, Draws / 200);
    }

    private static LoadedRegistry Load(string type, string device)
    {
        Assert.SkipUnless(type != "int8" || Machine.Multiplies8Bit, "needs a processor that multiplies 8-bit integers");
        Assert.SkipUnless(device == "cpu" || NativeTorch.HasCuda, "needs a GPU, and a libtorch that uses it");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs-format-");
        try
        {
            return BundledRegistry.Load(
                BundledRegistry.Single(folder.FullName, BundledRegistry.Weights("noise_0.50"), sigma: "0.50",
                    more: $"devices: {{ use: ['{device}'], dtype: {type} }}"), batch: Batch);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<VoteCounts> Ask(LoadedNetwork expert, int pattern, long from, long to) =>
        expert.Voter.VoteAsync(new(CardProbes.Patterns[pattern], new(2019, 1), new(from, to)), default);

    private static int VoteOf(VoteCounts votes) => votes.Counts.IndexOf(1);

    private static long[] Tally(int[] votes, int outcomes)
    {
        long[] counts = new long[outcomes];
        foreach (int vote in votes) counts[vote]++;
        return counts;
    }
}
