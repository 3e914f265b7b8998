using Router.Experts.Serving;

namespace Router.Experts.Loading;

/// <summary>A device of a loaded registry: its forward passes and its memory.</summary>
internal sealed class DevicePlace : IDisposable
{
    /// <param name="device">"cpu" or "cuda:N".</param>
    /// <param name="budgetBytes">What networks may take of its memory in all.</param>
    public DevicePlace(string device, long budgetBytes)
    {
        Batcher = new(new(device));
        Room = new(Batcher.Lane, budgetBytes);
    }

    /// <summary>Its name.</summary>
    public string Device => Batcher.Lane.Device;

    /// <summary>Its forward passes.</summary>
    public LaneBatcher Batcher { get; }

    /// <summary>Its memory.</summary>
    public DeviceRoom Room { get; }

    /// <summary>Nobody comes or goes any more; what was asked for is finished.</summary>
    public void Dispose()
    {
        Room.Close();
        Batcher.Dispose();
    }
}
