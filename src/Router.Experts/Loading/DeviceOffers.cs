using Router.Experts.Engine;
using Router.Experts.Placement;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>What a machine offers to the placement planner.</summary>
internal static class DeviceOffers
{
    // A GPU evaluates these networks some fifty times faster than two CPU cores; only the order of magnitude matters to the planner.
    private const double GpuSpeed = 50;

    /// <summary>Every GPU, then the CPU, with the registry's memory shares.</summary>
    public static IReadOnlyList<DeviceOffer> Of(Machine machine, DevicesConfig devices)
    {
        IEnumerable<DeviceOffer> gpus = machine.Gpus.Select((gpu, index) => new DeviceOffer
        {
            Name = $"cuda:{index}", Kind = "cuda", Model = gpu.Name, FreeBytes = gpu.FreeBytes, TotalBytes = gpu.TotalBytes, Speed = GpuSpeed,
            BudgetFraction = Share($"cuda:{index}"),
        });
        DeviceOffer cpu = new()
        {
            Name = DeviceOffer.Cpu, Kind = DeviceOffer.Cpu, Model = machine.CpuModel, FreeBytes = machine.MemoryBytes, TotalBytes = machine.MemoryBytes,
            Speed = 1, BudgetFraction = Share(DeviceOffer.Cpu),
        };
        return [.. gpus, cpu];

        decimal? Share(string name) => devices.Allowed.FirstOrDefault(device => device.Name == name)?.Memory;
    }
}
