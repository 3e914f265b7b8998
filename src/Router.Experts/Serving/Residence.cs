using Router.Engine;
using Router.Experts.Loading;
using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>
/// One network's place on its device. What changes in it is the room's to change, under the room's lock.
/// </summary>
/// <param name="room">Its device.</param>
/// <param name="id">Its id in the registry.</param>
/// <param name="function">The function it is whenever it is in memory.</param>
/// <param name="bytes">What it takes there, by an upper estimate.</param>
/// <param name="mayLeave">Whether it leaves where memory is short.</param>
/// <param name="build">Brings it into memory: the same function, or an exception.</param>
internal sealed class Residence(
    DeviceRoom room, string id, FunctionId function, long bytes, bool mayLeave, Func<ResidentNetwork> build)
{
    /// <summary>Its device.</summary>
    public DeviceRoom Room => room;

    /// <summary>Its id in the registry.</summary>
    public string Id => id;

    /// <summary>What it takes, by an upper estimate.</summary>
    public long Bytes => bytes;

    /// <summary>Whether it leaves where memory is short.</summary>
    public bool MayLeave => mayLeave;

    /// <summary>In memory, coming or going.</summary>
    public ExpertState Phase { get; set; } = ExpertState.Unloaded;

    /// <summary>When it began to come, while it does.</summary>
    public long LoadStarted { get; set; }

    /// <summary>What stands in memory while it is ready.</summary>
    public ResidentNetwork? Network { get; set; }

    /// <summary>Leases that are out.</summary>
    public int Users { get; set; }

    /// <summary>Leases that wait for it, in the order they came.</summary>
    public List<NetworkLease> Claims { get; } = [];

    /// <summary>When it was last asked, in uses of the room.</summary>
    public long LastUse { get; set; }

    /// <summary>
    /// Whether it goes once the leases that are out are back; who comes meanwhile waits until it comes again.
    /// </summary>
    public bool Leaves { get; set; }

    /// <summary>Whether somebody told it to go: nobody may ask it then.</summary>
    public bool IsWithdrawn { get; set; }

    /// <summary>Why it did not come when it was last asked to; null where it did.</summary>
    public string? Fault { get; set; }

    /// <summary>Those who wait until it is gone.</summary>
    public TaskCompletionSource? Gone { get; set; }

    /// <summary>What others see.</summary>
    public ExpertState State => Phase switch
    {
        ExpertState.Ready when Leaves => ExpertState.Unloading,
        ExpertState.Unloaded when Claims.Count > 0 => ExpertState.Loading,
        ExpertState.Unloaded when IsWithdrawn => ExpertState.Withdrawn,
        _ => Phase,
    };

    /// <summary>Reads and builds it.</summary>
    public ResidentNetwork Build() => build();

    /// <summary>A voter without its network.</summary>
    public VoterUnavailableException Unavailable(string reason, Exception? cause = null) =>
        new(function, reason, cause);
}

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

/// <summary>
/// A network as it stands in memory: all that goes when it leaves. It runs, and goes, in turns of its device's lane.
/// </summary>
/// <param name="Evaluator">Its tensors; owned.</param>
/// <param name="Levels">Its input layer.</param>
/// <param name="Batched">What the lane's passes ask.</param>
internal sealed record ResidentNetwork(BatchEvaluator Evaluator, LevelTable Levels, BatchedNetwork Batched)
    : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Evaluator.Dispose();
}

/// <summary>A network whose forward passes are filled by a batcher.</summary>
/// <param name="Id">Its id in the registry.</param>
/// <param name="Samples">Votes on the samples of a pass.</param>
/// <param name="SharesPasses">
/// Whether samples of several requests may be in one pass. Networks whose layers are known treat the images of a batch
/// apart; what a foreign program does with a batch nobody knows, and a caller must not have a say in others' votes.
/// </param>
internal sealed record BatchedNetwork(string Id, SampleEvaluator Samples, bool SharesPasses);
