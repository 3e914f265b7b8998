namespace Router.Experts.Loading;

/// <summary>What one network asks of a device.</summary>
internal sealed record ExpertNeed
{
    /// <summary>Unique id.</summary>
    public required string Id { get; init; }

    /// <summary>Memory of one copy, in bytes, ≥ 0.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>
    /// Whether it need not be in memory beside others that need not: a device has room for the largest of these, one at
    /// a time.
    /// </summary>
    public bool TakesTurns { get; init; }

    /// <summary>The router is placed before the experts: every request passes through it.</summary>
    public bool IsRouter { get; init; }
}

/// <summary>What a device offers.</summary>
internal sealed record DeviceOffer
{
    /// <summary>Kind of the device that is always there and comes last.</summary>
    public const string Cpu = "cpu";

    /// <summary>Unique name: <c>cuda:0</c>, <c>cpu</c>.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="Cpu"/>, or the kind of accelerator: <c>cuda</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Bytes not in use, ≥ 0.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Bytes in all, ≥ <see cref="FreeBytes"/>.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Work per time relative to other devices, &gt; 0 and finite.</summary>
    public required double Speed { get; init; }

    /// <summary>How much of <see cref="TotalBytes"/> may be used; null: that of the options.</summary>
    public Registry.MemoryLimit? Budget { get; init; }

    /// <summary>
    /// Bytes of the budget that no network gets, ≥ 0: feature maps. Forward passes of a device run one after the other,
    /// so its networks share them.
    /// </summary>
    public long WorkingBytes { get; init; }
}

/// <summary>The registry's wishes for placement.</summary>
internal sealed record PlacementOptions
{
    /// <summary>
    /// Names of devices that may be used, in order of preference among equals; null: all that are offered, in the order
    /// offered.
    /// </summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>How much of a device's total memory may be used, and never more than is free.</summary>
    public Registry.MemoryLimit Budget { get; init; } = Registry.DevicesConfig.DefaultMemory;

    /// <summary>
    /// What a registry's devices section asks for. The limits of single devices are for
    /// <see cref="DeviceOffer.Budget"/>.
    /// </summary>
    public static PlacementOptions From(Registry.DevicesConfig devices) => new()
    {
        Allowed = devices.Auto ? null : [.. devices.Allowed.Select(device => device.Name)],
        Budget = devices.Memory,
    };
}
