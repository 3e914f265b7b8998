using Router.Engine;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>What a machine offers to the placement planner.</summary>
internal static class DeviceOffers
{
    // A GPU evaluates these networks some fifty times faster than two CPU cores; only the order of magnitude matters to
    // the planner.
    private const double GpuSpeed = 50;

    /// <summary>Every GPU, then the CPU, with the registry's memory limits.</summary>
    /// <param name="machine">The devices.</param>
    /// <param name="devices">The registry's wishes.</param>
    /// <param name="workingBytes">What forward passes take on a device, by its name.</param>
    public static IReadOnlyList<DeviceOffer> Of(Machine machine, DevicesConfig devices, Func<string, long> workingBytes)
    {
        IEnumerable<DeviceOffer> gpus = machine.Gpus.Select((gpu, index) => new DeviceOffer
        {
            Name = $"cuda:{index}", Kind = "cuda", FreeBytes = gpu.FreeBytes, TotalBytes = gpu.TotalBytes,
            Speed = GpuSpeed,
            Budget = Limit($"cuda:{index}"), WorkingBytes = workingBytes($"cuda:{index}"),
        });
        DeviceOffer cpu = new()
        {
            Name = DeviceOffer.Cpu, Kind = DeviceOffer.Cpu, FreeBytes = machine.MemoryBytes,
            TotalBytes = machine.MemoryBytes, Speed = 1, Budget = Limit(DeviceOffer.Cpu),
            WorkingBytes = workingBytes(DeviceOffer.Cpu),
        };
        return [.. gpus, cpu];

        MemoryLimit? Limit(string name) => devices.Allowed.FirstOrDefault(device => device.Name == name)?.Memory;
    }
}
