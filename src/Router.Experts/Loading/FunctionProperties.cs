using System.Globalization;
using Router.Experts.Engine;
using Router.Experts.Registry;
using Router.Smoothing.Noise;

namespace Router.Experts.Loading;

/// <summary>Everything that can change a vote of a network, by name: the function id is the hash of these (docs/certificates.md, section 6).</summary>
internal static class FunctionProperties
{
    // The code between a sample's index and its vote; a module id is a hash of the compiled code.
    private static readonly Type[] EngineParts = [typeof(FunctionProperties), typeof(GridNoise), typeof(torch)];

    /// <summary>The properties of a network on this machine.</summary>
    /// <param name="network">What the registry says of it.</param>
    /// <param name="sha256">Of its file.</param>
    /// <param name="engine">Where and how it runs.</param>
    /// <param name="machine">The devices.</param>
    /// <param name="imageShape">(channels, height, width) of its inputs.</param>
    /// <param name="output">Which of an archive's answers are the logits, from 0.</param>
    public static IReadOnlyDictionary<string, string> Of(
        NetworkConfig network, string sha256, EngineSettings engine, Machine machine,
        IReadOnlyCollection<int> imageShape, int output = 0)
    {
        bool onGpu = engine.Device != "cpu";
        SortedDictionary<string, string> properties = new(StringComparer.Ordinal)
        {
            ["architecture"] = network.Architecture,
            ["batch"] = engine.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["device"] = onGpu ? machine.Gpus[engine.TorchDevice.index].Name : machine.CpuModel,
            ["dtype"] = engine.ElementType.ToString(),
            ["engine"] = string.Join(' ', EngineParts.Select(part => $"{part.Assembly.GetName().Name} {part.Module.ModuleVersionId}")),
            ["image"] = string.Join('x', imageShape),
            ["input"] = network.InputLayer.ToString()!,
            ["libtorch"] = torch.__version__,
            ["noise"] = $"grid {network.Sigma.ToString("0.############################", CultureInfo.InvariantCulture)}",
            ["weights"] = sha256,
        };
        if (onGpu)
        {
            properties["kernels"] = "tf32 off";
        }
        else
        {
            properties["instructions"] = machine.InstructionSet;
            properties["threads"] = machine.Threads.ToString(CultureInfo.InvariantCulture);
        }
        if (network is RouterConfig router)
            properties["routes"] = string.Join(',', router.Routes);
        if (output > 0)
            properties["output"] = output.ToString(CultureInfo.InvariantCulture);
        return properties;
    }
}
