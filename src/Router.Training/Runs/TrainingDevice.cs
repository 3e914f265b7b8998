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
    public static Precision FastestPrecision(string device) =>
        device != "cpu" || Machine.MultipliesBFloat16 ? Precision.BFloat16 : Precision.Float32;

    /// <summary>Sets the threads of every operation on the CPU. Another number gives other last bits.</summary>
    /// <param name="threads">≥ 1; null for one per core, which libtorch by itself does not take everywhere.</param>
    public static void UseThreads(int? threads) => NativeTorch.UseThreads(threads ?? Environment.ProcessorCount);
}
