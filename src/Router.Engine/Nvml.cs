using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace Router.Engine;

/// <summary>
/// Names and memory of the CUDA devices, from NVIDIA's management library, which comes with the driver.
/// </summary>
internal static partial class Nvml
{
    private const string Library = "libnvidia-ml.so.1";
    private const int NameLength = 96;

    /// <summary>The devices in PCI bus order; none where there is no driver.</summary>
    public static ImmutableArray<Gpu> Gpus()
    {
        if (!NativeLibrary.TryLoad(Library, out _) || nvmlInit_v2() != 0 || nvmlDeviceGetCount_v2(out uint count) != 0)
            return [];
        ImmutableArray<Gpu>.Builder gpus = ImmutableArray.CreateBuilder<Gpu>();
        byte[] name = new byte[NameLength];
        for (uint index = 0; index < count; index++)
            if (nvmlDeviceGetHandleByIndex_v2(index, out nint device) == 0
                && nvmlDeviceGetName(device, name, NameLength) == 0
                && nvmlDeviceGetMemoryInfo(device, out Memory memory) == 0)
                gpus.Add(new(Encoding.ASCII.GetString(name).Split('\0')[0], (long)memory.Total, (long)memory.Free));
        return gpus.ToImmutable();
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Memory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    [LibraryImport(Library)]
    private static partial int nvmlInit_v2();

    [LibraryImport(Library)]
    private static partial int nvmlDeviceGetCount_v2(out uint count);

    [LibraryImport(Library)]
    private static partial int nvmlDeviceGetHandleByIndex_v2(uint index, out nint device);

    [LibraryImport(Library)]
    private static partial int nvmlDeviceGetName(nint device, [Out] byte[] name, uint length);

    [LibraryImport(Library)]
    private static partial int nvmlDeviceGetMemoryInfo(nint device, out Memory memory);
}
