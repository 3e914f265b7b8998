using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Router.Engine.LibTorch;
using Router.Votes.Noise;

namespace Router.Engine;

/// <summary>What a network is, wherever it runs.</summary>
/// <param name="Sigma">σ of the noise, in [0,1] pixels.</param>
/// <param name="Input">What happens to pixels before the first layer.</param>
/// <param name="ImageShape">(channels, height, width) of its inputs.</param>
/// <param name="Members">Its layers and weights; of an ensemble those of each member, in their order.</param>
internal sealed record NetworkFunction(
    decimal Sigma, InputLayer Input, IReadOnlyCollection<int> ImageShape, IReadOnlyList<FunctionMember> Members)
{
    /// <summary>Whether its logits are the mean of those of an image and of its mirror image.</summary>
    public bool Mirrors { get; init; }

    /// <summary>The routes that its outcomes stand for, in their order; null where they are classes.</summary>
    public IReadOnlyCollection<string>? Routes { get; init; }

    /// <summary>What a function that asks about the mirror image too has as its property <c>mirror</c>.</summary>
    public const string Mirror = "mean of logits";

    /// <summary>Noise of a σ in words; σ without zeros at its end.</summary>
    public static string Noise(decimal sigma) =>
        $"grid {sigma.ToString("0.############################", CultureInfo.InvariantCulture)}";
}

/// <summary>The layers and weights of a network.</summary>
/// <param name="Architecture">The name of its layers.</param>
/// <param name="FileSha256">Of its file.</param>
/// <param name="Weights">
/// As they were read; empty for a TorchScript archive, which libtorch reads. They are hashed beside the file, so that
/// code that reads files need not be part of the function.
/// </param>
/// <param name="Output">Which of an archive's answers are the logits, from 0.</param>
internal sealed record FunctionMember(
    string Architecture, string FileSha256, IEnumerable<NamedTensor> Weights, int Output = 0);

/// <summary>
/// Everything that can change a vote of a network, by name: the function id is the hash of these (docs/certificates.md,
/// section 6).
/// </summary>
internal static class FunctionProperties
{
    // The code between a sample's index and its vote, and no other; a module id is a hash of the compiled code.
    private static readonly Type[] EngineParts = [typeof(BatchEvaluator), typeof(GridNoise), typeof(torch)];

    /// <summary>The properties of a network on this machine.</summary>
    /// <param name="network">What it is.</param>
    /// <param name="engine">Where and how it runs.</param>
    /// <param name="machine">The devices.</param>
    public static IReadOnlyDictionary<string, string> Of(
        NetworkFunction network, EngineSettings engine, Machine machine)
    {
        bool onGpu = engine.Device != "cpu";
        SortedDictionary<string, string> properties = new(StringComparer.Ordinal)
        {
            ["architecture"] = Each(member => member.Architecture),
            ["batch"] = engine.BatchSize.ToString(CultureInfo.InvariantCulture),
            ["device"] = onGpu ? machine.Gpus[engine.TorchDevice.index].Name : machine.CpuModel,
            ["dtype"] = engine.ElementType.ToString(),
            ["engine"] = string.Join(' ', EngineParts.Select(
                part => $"{part.Assembly.GetName().Name} {part.Module.ModuleVersionId}")),
            ["image"] = string.Join('x', network.ImageShape),
            ["input"] = network.Input.ToString()!,
            ["libtorch"] = NativeTorch.Version,
            ["noise"] = NetworkFunction.Noise(network.Sigma),
            ["weights"] = Each(member => member.FileSha256),
        };
        if (network.Members.Count > 1)
            properties["ensemble"] = "mean of logits";
        if (network.Mirrors)
            properties["mirror"] = NetworkFunction.Mirror;
        if (network.Members.Any(member => member.Weights.Any()))
            properties["tensors"] = Each(member => HashOf(member.Weights) ?? "none");
        if (onGpu)
        {
            properties["kernels"] = $"tf32 off, {CudaLibraries.Versions}";
        }
        else
        {
            properties["instructions"] = machine.InstructionSet;
            properties["threads"] = machine.Threads.ToString(CultureInfo.InvariantCulture);
        }
        if (network.Routes is { } routes)
            properties["routes"] = string.Join(',', routes);
        if (network.Members.Any(member => member.Output > 0))
            properties["output"] = Each(member => member.Output.ToString(CultureInfo.InvariantCulture));
        return properties;

        string Each(Func<FunctionMember, string> property) => string.Join(',', network.Members.Select(property));
    }

    /// <summary>
    /// SHA-256 of weights by name, in 64 lower-case hexadecimal digits: for each a line with name, element type and
    /// sizes, and its bytes. Null where there are none.
    /// </summary>
    internal static string? HashOf(IEnumerable<NamedTensor> weights)
    {
        NamedTensor[] ordered = [.. weights.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        if (ordered.Length == 0) return null;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NamedTensor tensor in ordered)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{tensor.Name} {tensor.Type} {string.Join('x', tensor.Shape)}\n"));
            hash.AppendData(tensor.Bytes.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
