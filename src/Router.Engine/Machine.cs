using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>The devices a process may use, and what of them can change a vote.</summary>
/// <param name="CpuModel">The processor's name.</param>
/// <param name="InstructionSet">
/// The widest vector instructions, and whether caches are unknown: kernels are picked by it.
/// </param>
/// <param name="MemoryBytes">Memory this process may take.</param>
/// <param name="Threads">Threads of one forward pass on the CPU.</param>
/// <param name="Gpus">CUDA devices in their own order.</param>
public sealed record Machine(
    string CpuModel, string InstructionSet, long MemoryBytes, int Threads, ImmutableArray<Gpu> Gpus)
{
    /// <summary>This machine as it is now.</summary>
    /// <param name="threads">Threads of one forward pass; null for one per core.</param>
    public static Machine Detect(int? threads = null) => new(
        ReadCpuModel(), WidestInstructionSet(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, threads
            ?? Environment.ProcessorCount,
        NativeTorch.HasCuda ? Nvml.Gpus() : []);

    /// <summary>What the processor can do, in Linux's words; none on other systems.</summary>
    public static IReadOnlyCollection<string> CpuFlags() =>
        (CpuInfo("flags") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Whether the processor multiplies 8-bit integers into 32-bit sums (VNNI, AMX). Those that do not go by 16-bit
    /// sums, which overflow.
    /// </summary>
    public static bool Multiplies8Bit =>
        CpuFlags().Any(flag => flag is "avx512_vnni" or "avx_vnni" or "amx_int8");

    /// <summary>Whether the processor multiplies bfloat16 faster than float32.</summary>
    public static bool MultipliesBFloat16 => IsFasterInBFloat16(CpuInfo("vendor_id") ?? "", CpuFlags());

    /// <summary>
    /// Whether a processor multiplies bfloat16 faster than float32: tiles of it (AMX), or by vectors (AVX512_BF16) on
    /// AMD's. Intel's take longer by vectors: docs/performance.md.
    /// </summary>
    /// <param name="vendor">As /proc/cpuinfo has it.</param>
    /// <param name="flags">What it can do, as there.</param>
    internal static bool IsFasterInBFloat16(string vendor, IReadOnlyCollection<string> flags) =>
        flags.Contains("amx_bf16") || vendor == "AuthenticAMD" && flags.Contains("avx512_bf16");

    /// <summary>Whether the processor says what caches it has; on some virtual machines it does not.</summary>
    public static bool TellsCaches { get; } = !X86Base.IsSupported || HasCacheIn(4) || HasCacheIn(0x8000_001D);

    // The type of the first cache; Intel's leaf, and AMD's.
    private static bool HasCacheIn(uint leaf)
    {
        const int Type = 0x1F;
        uint last = (uint)X86Base.CpuId((int)(leaf & 0x8000_0000), 0).Eax;
        return leaf <= last && (X86Base.CpuId((int)leaf, 0).Eax & Type) != 0;
    }

    private static string ReadCpuModel() => CpuInfo("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    private static string? CpuInfo(string key)
    {
        const string Path = "/proc/cpuinfo";
        string? line = File.Exists(Path) ? File.ReadLines(Path)
            .FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }

    private static string WidestInstructionSet() =>
        (Avx512BW.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2"
            : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant())
        + (TellsCaches ? "" : ", unknown caches");
}

/// <summary>A CUDA device.</summary>
/// <param name="Name">Its model.</param>
/// <param name="TotalBytes">Its memory.</param>
/// <param name="FreeBytes">What of it is free now.</param>
public sealed record Gpu(string Name, long TotalBytes, long FreeBytes);
