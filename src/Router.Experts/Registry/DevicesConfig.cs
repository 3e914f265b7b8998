using Router.Engine;

namespace Router.Experts.Registry;

/// <summary>
/// Number format a network computes in. Part of what the function is: votes of two formats are never added.
/// </summary>
public enum ComputeType
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>bfloat16 weights and activations.</summary>
    BFloat16,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>Convolutions of 8-bit integers: on processors that multiply these, and for CIFAR ResNets.</summary>
    Int8,

    /// <summary>
    /// Of each network the fastest that its processor multiplies: Int8 where its card says what that is worth, BFloat16
    /// with AMX and on AMD's with AVX512_BF16, else Float32; on a GPU Float16; Float32 of scripts everywhere.
    /// </summary>
    Auto,
}

/// <summary>One device that may be used, with what differs from the defaults of <see cref="DevicesConfig"/>.</summary>
public sealed record DeviceConfig : Written
{
    /// <summary><c>cpu</c> or <c>cuda:N</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How much of the device's memory may be used; null: the default.</summary>
    public MemoryLimit? Memory { get; init; }

    /// <summary>Number format; null: the default.</summary>
    public ComputeType? Dtype { get; init; }

    /// <summary>Samples per forward pass, ≥ 1; null: the default.</summary>
    public int? Batch { get; init; }
}

/// <summary>Where networks may live and in which shape they run.</summary>
public sealed record DevicesConfig : Written
{
    /// <summary>How much of a device's memory is used unless told.</summary>
    public static MemoryLimit DefaultMemory { get; } = new MemoryLimit.Share(0.8m);

    /// <summary>
    /// Allowed devices in order of preference; empty means <c>auto</c>: whatever the machine has, GPUs before the CPU.
    /// </summary>
    public ValueArray<DeviceConfig> Allowed { get; init; }

    /// <summary>How much of each device's memory may be used.</summary>
    public MemoryLimit Memory { get; init; } = DefaultMemory;

    /// <summary>Number format.</summary>
    public ComputeType Dtype { get; init; } = ComputeType.Float32;

    /// <summary>Samples per forward pass, ≥ 1; null: chosen per architecture and device.</summary>
    public int? Batch { get; init; }

    /// <summary>True where the machine decides.</summary>
    public bool Auto => Allowed.Count == 0;

    /// <summary>One device alone, with what is written for it.</summary>
    /// <param name="device"><c>cpu</c> or <c>cuda:N</c>.</param>
    public DevicesConfig Only(string device) => this with
    {
        Allowed =
        [
            Allowed.FirstOrDefault(allowed => allowed.Name == device)
                ?? new DeviceConfig { Location = Location, Name = device },
        ],
    };
}
