using System.Globalization;
using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Tests.Loading;

namespace Router.Experts.Tests.Serving;

/// <summary>Alone, because it measures the process.</summary>
[CollectionDefinition(nameof(ReturnedMemoryTests), DisableParallelization = true)]
public sealed class ReturnedMemoryCollection;

[Collection(nameof(ReturnedMemoryTests))]
public sealed class ReturnedMemoryTests : IDisposable
{
    private const int Hidden = 6000;
    private const long WeightBytes = (long)Hidden * Hidden * sizeof(float); // 137 MiB

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-memory-");

    public void Dispose() => _folder.Delete(recursive: true);

    // The bundled router with a hidden layer that is wide.
    private string WideNetwork()
    {
        Checkpoint router = CheckpointFile.Read(BundledRegistry.Weights("router"));
        string path = Path.Combine(_folder.FullName, "wide.safetensors");
        NamedTensor Zeros(string name, params long[] shape) =>
            new(name, ElementType.Float32, [.. shape], new byte[shape.Aggregate(4L, (size, extent) => size * extent)]);
        SafeTensors.Write(
            path,
            [
                .. router.Tensors.Values.Where(tensor => !tensor.Name.StartsWith("fc.", StringComparison.Ordinal)),
                Zeros("fc.0.weight", Hidden, 64), Zeros("fc.0.bias", Hidden), Zeros("fc.2.weight", Hidden, Hidden),
                Zeros("fc.2.bias", Hidden),
                Zeros("fc.4.weight", 10, Hidden), Zeros("fc.4.bias", 10),
            ],
            new Dictionary<string, string>());
        return path;
    }

    private static long Resident()
    {
        string line = File.ReadLines("/proc/self/smaps_rollup")
            .First(one => one.StartsWith("Anonymous:", StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task A_network_that_leaves_gives_its_memory_back_to_the_machine()
    {
        Assert.SkipUnless(File.Exists("/proc/self/smaps_rollup"), "needs Linux's smaps_rollup");
        RegistryConfig config = BundledRegistry.Single(
            _folder.FullName, WideNetwork(), architecture: $"cifar_resnet20_mlp{Hidden}", more: "    load: lazy");
        using LoadedRegistry registry = BundledRegistry.Load(config);
        LoadedNetwork wide = registry.Experts[0];
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = Resident();
        for (int turn = 0; turn < 3; turn++)
        {
            await wide.Voter.VoteAsync(new(CardProbes.Patterns[0], new(1, 1), new(0, 8)), default);
            long loaded = Resident();
            await wide.UnloadAsync();
            long after = Resident();
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"before {before >> 20} MiB, loaded {loaded >> 20} MiB, after {after >> 20} MiB");
            Assert.InRange(loaded - before, WeightBytes * 8 / 10, long.MaxValue);
            Assert.InRange(after - before, long.MinValue, WeightBytes * 3 / 10);
        }
    }
}
