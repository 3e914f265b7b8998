
namespace Router.Evaluation.Runs;

/// <summary>
/// The clock of a device on which several certificates are under way at once: time runs as many times slower as there
/// are, since their forward passes take turns. So a certificate takes about what it would take alone, and all of them
/// together what the device took.
/// </summary>
/// <param name="outside">The time of day.</param>
internal sealed class SharedClock(TimeProvider outside) : TimeProvider
{
    private readonly Lock _lock = new();
    private long _seen;
    private double _shared;
    private int _underWay;

    public override long TimestampFrequency => outside.TimestampFrequency;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            Pass_NeedsLock();
            return (long)_shared;
        }
    }

    /// <summary>One more is under way.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            Pass_NeedsLock();
            _underWay++;
        }
    }

    /// <summary>One less.</summary>
    public void End()
    {
        lock (_lock)
        {
            Pass_NeedsLock();
            _underWay--;
        }
    }

    private void Pass_NeedsLock()
    {
        long now = outside.GetTimestamp();
        if (_underWay > 0) _shared += (now - _seen) / (double)_underWay;
        _seen = now;
    }
}
