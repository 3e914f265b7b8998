namespace Router.Cluster.Dispatch;

/// <summary>How long a pool's last answers took, from ask to answer.</summary>
internal sealed class AnswerTimes
{
    private const int Kept = 1024, Refresh = 64;

    private readonly double[] _seconds = new double[Kept];
    private long _count;
    private double _p99;

    /// <summary>The 99th percentile of the last 1024; 0 before the first.</summary>
    public TimeSpan P99 => TimeSpan.FromSeconds(_p99);

    /// <summary>One more.</summary>
    public void Add(TimeSpan elapsed)
    {
        _seconds[_count++ % Kept] = elapsed.TotalSeconds;
        if (_count > Refresh && _count % Refresh != 0) return;
        double[] sorted = _seconds[..(int)Math.Min(_count, Kept)];
        Array.Sort(sorted);
        _p99 = sorted[(int)Math.Ceiling(.99 * sorted.Length) - 1];
    }
}
