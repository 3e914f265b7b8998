namespace Router.Cluster.Dispatch;

/// <summary>How many samples a second there were in the last minute. It has no lock.</summary>
/// <param name="clock">The time.</param>
internal sealed class RecentRate(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, long Samples)> _recent = [];
    private long _samples;

    /// <summary>Samples a second over the window, ≥ 0.</summary>
    public double PerSecond
    {
        get
        {
            Forget();
            return _samples / Window.TotalSeconds;
        }
    }

    /// <summary>So many samples are done.</summary>
    public void Add(long samples)
    {
        Forget();
        _recent.Enqueue((clock.GetTimestamp(), samples));
        _samples += samples;
    }

    private void Forget()
    {
        while (_recent.TryPeek(out (long At, long Samples) oldest) && clock.GetElapsedTime(oldest.At) > Window)
        {
            _samples -= oldest.Samples;
            _recent.Dequeue();
        }
    }
}
