namespace Votes.Bench;

/// <summary>What some work took.</summary>
/// <param name="Work">Votes, or operations.</param>
/// <param name="Seconds">On the clock on the wall.</param>
/// <param name="ProcessorSeconds">Of this process, all threads together.</param>
internal readonly record struct Timing(double Work, double Seconds, double ProcessorSeconds)
{
    /// <summary>Work a second.</summary>
    public double Rate => Work / Seconds;

    /// <summary>Work a second of one processor's time: what other programs on the machine disturb less.</summary>
    public double ProcessorRate => Work / ProcessorSeconds;

    /// <summary>Does work and times it.</summary>
    public static Timing Of(double work, Action act)
    {
        long started = TimeProvider.System.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        act();
        return new(work, TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    /// <summary>The middle one of some values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
