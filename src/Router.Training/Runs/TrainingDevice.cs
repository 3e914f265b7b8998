using Router.Engine;
using Router.Engine.LibTorch;

namespace Router.Training.Runs;

/// <summary>What this machine trains on.</summary>
public static class TrainingDevice
{
    /// <summary>The first CUDA device, else the CPU.</summary>
    public static string Default => NativeTorch.HasCuda ? "cuda:0" : "cpu";

    /// <summary>The activations that a device multiplies fastest.</summary>
    /// <param name="device">cpu, or cuda:N.</param>
    public static Precision FastestPrecision(string device) => FastestPrecision(device, Machine.CpuFlags());

    /// <summary>
    /// BFloat16 on a GPU, and where a CPU multiplies tiles of it (AMX). By its vector instruction alone (AVX512_BF16) a
    /// step takes longer than in Float32: docs/results/training.md.
    /// </summary>
    /// <param name="device">cpu, or cuda:N.</param>
    /// <param name="cpuFlags"><see cref="Machine.CpuFlags"/>.</param>
    internal static Precision FastestPrecision(string device, string cpuFlags) =>
        device != "cpu" || cpuFlags.Split(' ').Contains("amx_bf16") ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Sets the threads of every operation on the CPU. Another number gives other last bits.</summary>
    /// <param name="threads">≥ 1; null for one per core, which libtorch by itself does not take everywhere.</param>
    public static void UseThreads(int? threads) => NativeTorch.UseThreads(threads ?? Environment.ProcessorCount);
}
