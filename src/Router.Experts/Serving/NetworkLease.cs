
namespace Router.Experts.Serving;

/// <summary>A claim on a network in memory. From when it is granted until it is given back the network stays.</summary>
/// <param name="residence">Whose.</param>
internal sealed class NetworkLease(Residence residence) : IDisposable
{
    private readonly TaskCompletionSource<ResidentNetwork> _granted = new(
        TaskCreationOptions.RunContinuationsAsynchronously);
    private ResidentNetwork? _network;
    private int _isBack;

    /// <summary>Ends when the network is in memory, or cannot come.</summary>
    public Task Granted => _granted.Task;

    /// <summary>Whether the network stays for it.</summary>
    public bool IsHeld => _network is not null;

    /// <summary>The network; only while it is held.</summary>
    public ResidentNetwork Network => _network ?? throw new InvalidOperationException("the lease was not granted");

    /// <summary>The network is in memory.</summary>
    public void Grant(ResidentNetwork network)
    {
        _network = network;
        _granted.SetResult(network);
    }

    /// <summary>The network cannot come.</summary>
    public void Refuse(Exception fault) => _granted.SetException(fault);

    /// <summary>Gives it back, or gives it up.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isBack, 1) != 0) return;
        residence.Room.TakeBack(residence, this);
        _network = null;
    }
}
