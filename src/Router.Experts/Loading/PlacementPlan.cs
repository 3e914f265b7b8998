using Router.Engine;

namespace Router.Experts.Loading;

/// <summary>Where one network goes.</summary>
/// <param name="Id">The network.</param>
/// <param name="Device">The name of its device.</param>
internal sealed record Assignment(string Id, string Device);

/// <summary>What a plan does to one device.</summary>
/// <param name="Device">Its name.</param>
/// <param name="BudgetBytes">The most this plan may use.</param>
internal sealed record DeviceShare(string Device, long BudgetBytes);

/// <summary>Why a network has no place.</summary>
internal enum ShortfallReason
{
    /// <summary>No device is offered, or none of those offered is allowed.</summary>
    NoDevice,

    /// <summary>No device it may go to has room left.</summary>
    TooLittleMemory,
}

/// <summary>A network without a place.</summary>
/// <param name="Id">The network.</param>
/// <param name="Reason">Why.</param>
/// <param name="Remedy">What would be right.</param>
internal sealed record Shortfall(string Id, ShortfallReason Reason, string Remedy);

/// <summary>Every network's place, or why it has none.</summary>
internal sealed record PlacementPlan
{
    /// <summary>In the order of the needs; those without a place are missing.</summary>
    public ValueArray<Assignment> Assignments { get; init; }

    /// <summary>Every candidate device, GPUs first, the idle ones too.</summary>
    public ValueArray<DeviceShare> Devices { get; init; }

    /// <summary>In the order of the needs; empty where everything has a place.</summary>
    public ValueArray<Shortfall> Shortfalls { get; init; }
}
