using System.Collections.Immutable;
using Orleans.Clustering.Redis;
using Router.Cluster.Telemetry;

namespace Router.Cluster.Silos;

/// <summary>How the place stands where members find each other.</summary>
public enum MembershipState
{
    /// <summary>It has this member, and what was there before.</summary>
    Whole,

    /// <summary>Nobody can read it: members that are here go on, and nobody can join.</summary>
    Away,

    /// <summary>
    /// It does not have this member any more: who joins now comes into another cluster, which this one does not see.
    /// </summary>
    Lost,
}

/// <summary>Whether the cluster is one.</summary>
/// <param name="State">How the place stands where members find each other.</param>
/// <param name="Fault">Why it cannot be read; null where it can.</param>
/// <param name="Differing">Members that have seen others than this one does, for longer than a moment.</param>
public sealed record MembershipHealth(MembershipState State, string? Fault, ImmutableArray<string> Differing)
{
    /// <summary>Nothing is wrong.</summary>
    public static MembershipHealth Good { get; } = new(MembershipState.Whole, null, []);

    /// <inheritdoc/>
    public bool Equals(MembershipHealth? other) => other is not null && State == other.State
        && Differing.SequenceEqual(other.Differing, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Differing.Length);
}

/// <summary>
/// Looks whether membership still has what it had. A server that lost its data does not say so: whoever was there goes
/// on, and whoever comes starts a second cluster.
/// </summary>
internal sealed class MembershipWatch(
    IMembershipTable table, ILocalSiloDetails self, IClusterMembershipService membership, MemberViews views,
    ClusterSettings settings) : IAsyncDisposable
{
    private static readonly TimeSpan Answers = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _over = new();
    private Task _watch = Task.CompletedTask;

    /// <summary>What was found last.</summary>
    public MembershipHealth Health { get; private set; } = MembershipHealth.Good;

    /// <summary>Members that this process sees, itself included.</summary>
    public int Members => membership.CurrentSnapshot.Members.Values.Count(one => one.Status == SiloStatus.Active);

    /// <summary>Begins to look.</summary>
    public void Open()
    {
        ClusterMeter.Open(this, () => (Members, (int)Health.State, Health.Differing.Length));
        _watch = Task.Run(WatchAsync);
    }

    /// <inheritdoc/>
    /// <remarks>Twice: by who opened it, before the services end that it needs, and with them.</remarks>
    public async ValueTask DisposeAsync()
    {
        ClusterMeter.Close(this);
        _over.Cancel();
        await _watch;
    }

    private async Task WatchAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            MembershipHealth found = await LookAsync();
            if (_over.IsCancellationRequested) return;
            if (!found.Equals(Health))
            {
                MembershipHealth before = Health;
                Health = found;
                settings.Changed(before, found);
            }
            await Task.Delay(settings.LookEvery, settings.Clock, _over.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<MembershipHealth> LookAsync()
    {
        long known = membership.CurrentSnapshot.Version.Value;
        try
        {
            // One row: whole tables of many members, read by many members, would be most of a server's work.
            MembershipTableData found = await table.ReadRowAsync(self.SiloAddress, _over.Token)
                .WaitAsync(Answers, settings.Clock, _over.Token);
            bool isLost = found.Members.Count == 0 || found.Version.Version < known;
            return new(isLost ? MembershipState.Lost : MembershipState.Whole, null, views.Differing);
        }
        catch (RedisClusteringException fault)
        {
            // It answers, and has no table.
            return new(MembershipState.Lost, fault.Message, views.Differing);
        }
        catch (Exception fault)
        {
            // Whatever its kind: each sort of table has its own.
            return new(MembershipState.Away, fault.Message, views.Differing);
        }
    }
}
