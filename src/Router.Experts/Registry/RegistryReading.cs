using System.Diagnostics.CodeAnalysis;
using Router.Engine;

namespace Router.Experts.Registry;

/// <summary>What came of reading a registry: a config, or every fault of the file.</summary>
public sealed record RegistryReading
{
    /// <summary>The config; null exactly where there are faults.</summary>
    public RegistryConfig? Config { get; init; }

    /// <summary>All faults, in the order of the file.</summary>
    public ValueArray<RegistryFault> Faults { get; init; }

    /// <summary>What does not stop the file from being used, in the order of the file.</summary>
    public ValueArray<RegistryFault> Warnings { get; init; }

    /// <summary>True where <see cref="Config"/> may be used.</summary>
    [MemberNotNullWhen(true, nameof(Config))]
    public bool IsAccepted => Config is not null;
}
