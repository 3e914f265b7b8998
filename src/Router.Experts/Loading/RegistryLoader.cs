using System.Runtime.ExceptionServices;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>Builds every network of a registry on the devices that exist.</summary>
/// <param name="machine">The devices.</param>
public sealed class RegistryLoader(Machine machine)
{
    // Images per forward pass where the registry does not say. On a CPU 32 for each thread: that is as fast as more,
    // and less is computed in vain where few samples are asked for (docs/performance.md, threads and batches).
    private const int CpuBatchOfEach = 32, LargestCpuBatch = 128, DefaultGpuBatch = 1000;

    /// <summary>The most images of a forward pass, whatever is asked for; ≥ 1.</summary>
    public int MostBatch { get; init; } = int.MaxValue;

    /// <summary>Loads a registry, or only some of its networks.</summary>
    /// <param name="config">What was written.</param>
    /// <param name="only">The ids of those, of which the router may be one; null for all.</param>
    /// <param name="batch">Images per forward pass; null for the registry's.</param>
    /// <param name="versions">Whether versions of experts are loaded too that are not deployed.</param>
    /// <exception cref="RegistryLoadException">A network cannot be placed or built; every fault is named.</exception>
    public LoadedRegistry Load(
        RegistryConfig config, IReadOnlyCollection<string>? only = null, int? batch = null, bool versions = false)
    {
        ConfigureLibtorch();
        DatasetFacts dataset = DatasetFacts.Find(config.Dataset)!;
        NetworkConfig[] deployed = [.. Chosen(config, only)];
        NetworkConfig[] others = versions ? [.. config.OtherVersions] : [];
        NetworkConfig[] networks = [.. deployed, .. others];
        List<RegistryFault> faults = [];
        PlacementPlan placement = Place(config, networks, dataset, batch, faults);
        Dictionary<string, DevicePlace> places = placement.Assignments.Select(
            assignment => assignment.Device).Distinct()
            .ToDictionary(device => device, device =>
                new DevicePlace(device, placement.Devices.First(share => share.Device == device).BudgetBytes));
        LoadedNetwork?[] all = new LoadedNetwork?[networks.Length];
        try
        {
            Build(config, networks, dataset, placement, places, batch, all, faults);
            if (faults.Count > 0) throw new RegistryLoadException(faults);
        }
        catch (Exception fault)
        {
            foreach (DevicePlace place in places.Values) place.Dispose();
            foreach (LoadedNetwork? network in all) network?.Dispose();
            // What was built at once with others failed together with none of them.
            ExceptionDispatchInfo.Throw(fault is AggregateException several ? several.InnerExceptions[0] : fault);
        }
        Dictionary<string, LoadedNetwork> built =
            all.OfType<LoadedNetwork>().ToDictionary(network => network.Id, StringComparer.OrdinalIgnoreCase);
        IEnumerable<string> order = config.Router is { } router
            && only is null ? router.Routes : deployed.Select(network => network.Id);
        return new(
            config, dataset, config.Router is { } written ? built.GetValueOrDefault(written.Id) : null,
            [.. order.Where(id => id != config.Router?.Id).Select(id => built[id])],
            [.. others.Select(other => built[other.Id])], [.. places.Values]);
    }

    // As many at once as there are cores. Of those that take turns one at a time on each device: it has room for one.
    private void Build(
        RegistryConfig config, NetworkConfig[] networks, DatasetFacts dataset, PlacementPlan placement,
        Dictionary<string, DevicePlace> places, int? batch, LoadedNetwork?[] built, List<RegistryFault> faults)
    {
        Dictionary<string, string> devices = placement.Assignments.ToDictionary(
            assignment => assignment.Id, assignment => assignment.Device);
        SharedNoise noises = new();
        List<RegistryFault>[] wrong = [.. networks.Select(_ => new List<RegistryFault>())];
        IEnumerable<int[]> turns = Enumerable.Range(0, networks.Length).Where(i => devices.ContainsKey(networks[i].Id))
            .GroupBy(i => networks[i].Load == LoadPolicy.Lazy ? (Device: devices[networks[i].Id], Index: -1) : (
                Device: "", Index: i), (_, turn) => turn.ToArray());
        Parallel.ForEach(turns, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, turn =>
        {
            foreach (int i in turn)
            {
                DevicePlace place = places[devices[networks[i].Id]];
                built[i] = new NetworkBuilder(machine, dataset, noises, wrong[i]).TryBuild(
                    networks[i], SettingsOf(config.Devices, place.Device, batch, networks[i]), place.Batcher,
                    place.Room, BytesOf(networks[i], config.Devices, dataset, batch));
            }
        });
        // In the order of the registry, whoever came first.
        faults.AddRange(wrong.SelectMany(ofOne => ofOne));
        if (networks.Any(network => network.Load == LoadPolicy.Lazy)) NativeHeap.ReturnFreedMemory();
    }

    private void ConfigureLibtorch()
    {
        NativeHeap.KeepFreedMemory();
        // Threads share the images of a batch, not its operations (PassThreads).
        NativeTorch.UseThreads(1);
        if (machine.Gpus.Length == 0) return;
        // Kernels must be the same at every call: no search for a faster one, no 19-bit mantissas.
        torch.backends.cuda.matmul.allow_tf32 = false;
        torch.backends.cudnn.allow_tf32 = false;
    }

    private static IEnumerable<NetworkConfig> Chosen(RegistryConfig config, IReadOnlyCollection<string>? only)
    {
        if (only is null) return config.Networks;
        return
        [
            .. only.Distinct(StringComparer.OrdinalIgnoreCase).Select(id =>
                config.FindNetwork(id) ?? throw new RegistryLoadException(
                    [config.Routing.Fault(id, "there is no such expert",
                        string.Join(", ", config.Experts.Select(expert => expert.Id)))])),
        ];
    }

    private PlacementPlan Place(
        RegistryConfig config, NetworkConfig[] networks, DatasetFacts dataset, int? batch, List<RegistryFault> faults)
    {
        ExpertNeed[] needs =
        [
            .. networks.Select(network => new ExpertNeed
            {
                Id = network.Id,
                MemoryBytes = BytesOf(network, config.Devices, dataset, batch),
                TakesTurns = network.Load == LoadPolicy.Lazy,
                IsRouter = network is RouterConfig,
            }),
        ];
        PlacementPlan plan = PlacementPlanner.Plan(
            needs, DeviceOffers.Of(machine, config.Devices, WorkingBytes), PlacementOptions.From(config.Devices));
        foreach (Shortfall shortfall in plan.Shortfalls)
            faults.Add(networks.First(network => network.Id == shortfall.Id)
                .Fault(shortfall.Id, $"no device can hold it ({shortfall.Reason})", shortfall.Remedy));
        return plan;

        // A batch of the widest feature maps and of what they are made from.
        long WorkingBytes(string device) =>
            16 * BatchBytes(dataset, BatchOf(config.Devices, device, batch));
    }

    // Weights in float64 while folding, and the buffers of a batch: an upper estimate from the sizes of the files.
    private long BytesOf(NetworkConfig network, DevicesConfig devices, DatasetFacts dataset, int? batch) =>
        3 * network.Members.Sum(member => new FileInfo(member.CheckpointPath).Length)
            + 2 * BatchBytes(dataset, Math.Min(batch ?? devices.Batch ?? DefaultCpuBatch, MostBatch));

    private static long BatchBytes(DatasetFacts dataset, int batch) =>
        (long)batch * dataset.Channels * dataset.Height * dataset.Width * sizeof(float);

    private EngineSettings SettingsOf(DevicesConfig devices, string device, int? batch, NetworkConfig network) =>
        new(device, NumberFormat.Of(Stated(devices, device)?.Dtype ?? devices.Dtype, network, device),
            BatchOf(devices, device, batch))
        {
            Threads = device == DeviceOffer.Cpu ? machine.Threads : 1,
        };

    private int DefaultCpuBatch => Math.Min(CpuBatchOfEach * machine.Threads, LargestCpuBatch);

    private int BatchOf(DevicesConfig devices, string device, int? batch) => Math.Min(
        batch ?? Stated(devices, device)?.Batch ?? devices.Batch
            ?? (device == DeviceOffer.Cpu ? DefaultCpuBatch : DefaultGpuBatch), MostBatch);

    private static DeviceConfig? Stated(DevicesConfig devices, string device) =>
        devices.Allowed.FirstOrDefault(allowed => allowed.Name == device);
}
