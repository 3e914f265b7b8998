using System.Collections.Immutable;
using Router.Engine;

namespace Router.Experts.Loading;

/// <summary>A device's memory now.</summary>
/// <param name="Device">"cpu" or "cuda:N".</param>
/// <param name="UsedBytes">On the CPU what this process holds in memory; on a GPU what all processes hold.</param>
/// <param name="TotalBytes">
/// What may be used: on the CPU the limit of the process's container, where it has one.
/// </param>
internal sealed record DeviceMemory(string Device, long UsedBytes, long TotalBytes)
{
    private const string Cpu = "cpu", Cuda = "cuda:";

    /// <summary>The memory of some devices; those that cannot be asked are left out.</summary>
    public static IEnumerable<DeviceMemory> Of(IEnumerable<string> devices)
    {
        ImmutableArray<Gpu>? gpus = null;
        foreach (string device in devices)
            if (device == Cpu)
                yield return new(device, Environment.WorkingSet, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
            else if (device.StartsWith(Cuda, StringComparison.Ordinal)
                && int.TryParse(device.AsSpan(Cuda.Length), out int index)
                && (gpus ??= Nvml.Gpus()) is var all && index < all.Length)
                yield return new(device, all[index].TotalBytes - all[index].FreeBytes, all[index].TotalBytes);
    }
}
