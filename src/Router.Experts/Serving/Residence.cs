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
