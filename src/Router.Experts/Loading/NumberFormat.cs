using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Cards;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>Which number format a network computes in.</summary>
internal static class NumberFormat
{
    /// <summary>torch's name of the format.</summary>
    /// <param name="asked">What the registry says.</param>
    /// <param name="network">Whose it is.</param>
    /// <param name="device">Where it runs.</param>
    public static torch.ScalarType Of(ComputeType asked, NetworkConfig network, string device) => asked switch
    {
        ComputeType.BFloat16 => torch.ScalarType.BFloat16,
        ComputeType.Float16 => torch.ScalarType.Float16,
        ComputeType.Int8 => torch.ScalarType.Int8,
        // A script may hold float32 constants.
        ComputeType.Auto when network.Members.Any(member => member.Architecture == Architecture.TorchScript) =>
            torch.ScalarType.Float32,
        ComputeType.Auto when device == DeviceOffer.Cpu => Fastest(network),
        // As fast as bfloat16, with three bits more (docs/performance.md, GPUs).
        ComputeType.Auto => torch.ScalarType.Float16,
        _ => torch.ScalarType.Float32,
    };

    private static torch.ScalarType Fastest(NetworkConfig network) =>
        Machine.Multiplies8Bit && network.Members.All(IsMeasuredIn8Bit) ? torch.ScalarType.Int8
        : Machine.MultipliesBFloat16 ? torch.ScalarType.BFloat16
        : torch.ScalarType.Float32;

    // A card that has faults is told of where it is checked.
    private static bool IsMeasuredIn8Bit(NetworkConfig member) =>
        CifarShape.Find(member.Architecture) is not null && File.Exists(ModelCard.PathOf(member))
            && ModelCardReader.Read(ModelCard.PathOf(member)).Card?.Probe.Int8 is not null;
}
