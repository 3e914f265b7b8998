using System.Runtime.InteropServices;
using Router.Experts.Batching;
using Router.Experts.Engine;
using Router.Experts.Inputs;
using Router.Experts.Placement;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>Builds every network of a registry on the devices that exist.</summary>
/// <param name="machine">The devices.</param>
public sealed class RegistryLoader(Machine machine)
{
    // Images per forward pass where the registry does not say: the fastest measured (docs/results/side-by-side.md).
    private const int DefaultCpuBatch = 128;
    private const int DefaultGpuBatch = 1000;

    /// <summary>Loads a registry, or only some of its networks.</summary>
    /// <param name="config">What was written.</param>
    /// <param name="only">The one expert to load, without the router; null for all.</param>
    /// <param name="batch">Images per forward pass; null for the registry's.</param>
    /// <exception cref="RegistryLoadException">A network cannot be placed or built; every fault is named.</exception>
    public LoadedRegistry Load(RegistryConfig config, string? only = null, int? batch = null)
    {
        ConfigureLibtorch();
        DatasetFacts dataset = DatasetFacts.Find(config.Dataset)!;
        NetworkConfig[] networks = [.. Chosen(config, only)];
        List<RegistryFault> faults = [];
        if (config.Certification.Noise != NoiseKind.Grid)
            faults.Add(config.Certification.Fault("certification", "noise of kind float is not available in this version", "grid"));
        PlacementPlan placement = Place(config, networks, dataset, faults);
        NetworkBuilder builder = new(machine, dataset, faults);
        Dictionary<string, LaneBatcher> lanes = [];
        Dictionary<string, Expert> built = new(StringComparer.OrdinalIgnoreCase);
        foreach (NetworkConfig network in networks)
            if (placement.Assignments.FirstOrDefault(assignment => assignment.Id == network.Id) is { } assignment
                && builder.TryBuild(network, SettingsOf(config.Devices, assignment.Devices[0], batch), LaneOf(lanes, assignment.Devices[0])) is { } expert)
                built.Add(network.Id, expert);
        if (faults.Count > 0)
        {
            foreach (LaneBatcher lane in lanes.Values) lane.Dispose();
            foreach (Expert expert in built.Values) expert.Dispose();
            throw new RegistryLoadException(faults);
        }
        IEnumerable<string> order = config.Router is { } router && only is null ? router.Routes : networks.Select(network => network.Id);
        return new(
            config, dataset, placement, config.Router is { } written ? built.GetValueOrDefault(written.Id) : null,
            [.. order.Where(id => id != config.Router?.Id).Select(id => built[id])], [.. lanes.Values]);
    }

    private void ConfigureLibtorch()
    {
        NativeHeap.KeepFreedMemory();
        torch.set_num_threads(machine.Threads);
        if (machine.Gpus.Length == 0) return;
        // Kernels must be the same at every call: no search for a faster one, no 19-bit mantissas.
        torch.backends.cuda.matmul.allow_tf32 = false;
        torch.backends.cudnn.allow_tf32 = false;
    }

    private static IEnumerable<NetworkConfig> Chosen(RegistryConfig config, string? only)
    {
        if (only is not null)
        {
            yield return config.Find(only) ?? throw new RegistryLoadException(
                [config.Routing.Fault(only, "there is no such expert", string.Join(", ", config.Experts.Select(expert => expert.Id)))]);
            yield break;
        }
        if (config.Router is { } router && config.Routing.UsesRouter) yield return router;
        foreach (ExpertConfig expert in config.Experts) yield return expert;
    }

    private PlacementPlan Place(RegistryConfig config, NetworkConfig[] networks, DatasetFacts dataset, List<RegistryFault> faults)
    {
        // Weights in float64 while folding, plus a batch of the widest feature maps: an upper estimate from the file's size.
        long ActivationBytes() => (long)DefaultGpuBatch * dataset.Channels * dataset.Height * dataset.Width * sizeof(float) * 16;
        ExpertNeed[] needs =
        [
            .. networks.Select(network => new ExpertNeed
            {
                Id = network.Id,
                MemoryBytes = 3 * new FileInfo(network.CheckpointPath).Length + ActivationBytes(),
                Weight = 1,
                IsRouter = network is RouterConfig,
            }),
        ];
        PlacementPlan plan = PlacementPlanner.Plan(needs, DeviceOffers.Of(machine, config.Devices), PlacementOptions.From(config.Devices));
        foreach (Shortfall shortfall in plan.Shortfalls)
            faults.Add(networks.First(network => network.Id == shortfall.Id).Fault(shortfall.Id, $"no device can hold it ({shortfall.Reason})", shortfall.Remedy));
        return plan;
    }

    private static EngineSettings SettingsOf(DevicesConfig devices, string device, int? batch)
    {
        DeviceConfig? stated = devices.Allowed.FirstOrDefault(allowed => allowed.Name == device);
        torch.ScalarType type = (stated?.Dtype ?? devices.Dtype) switch
        {
            ComputeType.BFloat16 => torch.ScalarType.BFloat16,
            ComputeType.Float16 => torch.ScalarType.Float16,
            _ => torch.ScalarType.Float32,
        };
        return new(device, type, batch ?? stated?.Batch ?? devices.Batch ?? (device == DeviceOffer.Cpu ? DefaultCpuBatch : DefaultGpuBatch));
    }

    private static LaneBatcher LaneOf(Dictionary<string, LaneBatcher> lanes, string device) =>
        CollectionsMarshal.GetValueRefOrAddDefault(lanes, device, out _) ??= new(new(device));
}
