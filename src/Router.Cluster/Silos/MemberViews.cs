using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Router.Cluster.Silos;

/// <summary>
/// Whether the members of a cluster see each other alike: each says which ones it sees, in short. Views differ for a
/// moment whenever somebody comes or goes; members that go on differing do not ask, or are not asked by, each other.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="patience">Views that differ for less are no news.</param>
internal sealed class MemberViews(TimeProvider clock, TimeSpan patience)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _since = new(StringComparer.Ordinal);

    /// <summary>What this process sees; empty before it sees anything.</summary>
    public string Own { get; private set; } = "";

    /// <summary>Members whose view has differed from this one's for longer than a moment.</summary>
    public ImmutableArray<string> Differing
    {
        get
        {
            lock (_gate)
                return
                [
                    .. _since.Where(one => clock.GetElapsedTime(one.Value) >= patience).Select(one => one.Key)
                        .Order(StringComparer.Ordinal),
                ];
        }
    }

    /// <summary>This process sees these members, itself among them.</summary>
    public void See(IEnumerable<string> members) => Own = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', members.Order(StringComparer.Ordinal)))))[..16];

    /// <summary>A member says what it sees; members of builds that do not say it say nothing.</summary>
    public void Said(string member, string view)
    {
        lock (_gate)
            if (view.Length == 0 || view == Own) _since.Remove(member);
            else _since.TryAdd(member, clock.GetTimestamp());
    }

    /// <summary>A member is gone.</summary>
    public void Left(string member)
    {
        lock (_gate) _since.Remove(member);
    }
}
