namespace Router.Host.Commands.Serve;

/// <summary>
/// When a registry is to be served anew because workers of another function have become more than those that are asked:
/// once two looks agree, and again after a while as long as nothing else is served, since that may have failed.
/// </summary>
/// <param name="clock">The time.</param>
internal sealed class RollOut(TimeProvider clock)
{
    /// <summary>It is not asked for again before.</summary>
    public static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(1);

    private (object? Served, string Outgrown) _before, _asked;
    private long _askedAt;

    /// <summary>A look at the cluster.</summary>
    /// <param name="served">What is served now; null where that is nothing yet.</param>
    /// <param name="outgrown">
    /// The networks of which workers of another function are more; empty where there is none.
    /// </param>
    /// <returns>Whether to serve the registry anew now.</returns>
    public bool IsDue(object? served, string outgrown)
    {
        (object?, string) now = (served, outgrown);
        bool agrees = now == _before;
        _before = now;
        if (outgrown.Length == 0) _asked = default;
        if (outgrown.Length == 0 || !agrees || (now == _asked && clock.GetElapsedTime(_askedAt) < RepeatAfter))
            return false;
        (_asked, _askedAt) = (now, clock.GetTimestamp());
        return true;
    }
}
