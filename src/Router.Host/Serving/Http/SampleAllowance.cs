using System.Globalization;

namespace Router.Host.Serving.Http;

/// <summary>
/// A ledger of noisy samples: refills steadily up to its burst; what is reserved is gone until it is given back. A
/// token bucket in whole numbers, so that nothing is gained or lost in rounding. (The limiters of
/// System.Threading.RateLimiting cannot take back what was not used.)
/// </summary>
internal sealed class SampleAllowance
{
    // One sample is as many parts as a day has ticks: every period divides a day, so each tick adds a whole number of
    // parts.
    private const long PartsPerSample = TimeSpan.TicksPerDay;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private AllowanceTerms _terms;
    private Int128 _parts;
    private long _seen;

    /// <summary>A full one.</summary>
    /// <param name="terms">How much, how fast.</param>
    /// <param name="clock">The time.</param>
    public SampleAllowance(AllowanceTerms terms, TimeProvider clock)
    {
        (_terms, _clock, _seen) = (terms, clock, clock.GetTimestamp());
        _parts = Full;
    }

    /// <summary>How much, how fast.</summary>
    public AllowanceTerms Terms
    {
        get
        {
            lock (_gate) return _terms;
        }
    }

    private Int128 Full => (Int128)_terms.Burst * PartsPerSample;

    private Int128 PartsPerTick => (Int128)_terms.Samples * (TimeSpan.TicksPerDay / _terms.Period.Ticks);

    /// <summary>Whole samples that are there now, and how long until it is full.</summary>
    public (long Samples, TimeSpan FullAfter) Available
    {
        get
        {
            lock (_gate)
            {
                Refill();
                return ((long)(_parts / PartsPerSample), TimeFor(Full - _parts));
            }
        }
    }

    /// <summary>Goes on under other terms: what was saved stays, as far as the new burst allows.</summary>
    public void Become(AllowanceTerms terms)
    {
        lock (_gate)
        {
            if (terms == _terms) return;
            Refill();
            _terms = terms;
            _parts = Int128.Min(_parts, Full);
        }
    }

    /// <summary>Takes samples, all or none.</summary>
    /// <param name="samples">How many, ≥ 0.</param>
    /// <param name="fitsAfter">
    /// Where there are too few: how long until there are enough if nobody else takes any; longer than any time where
    /// there never are.
    /// </param>
    public bool TryReserve(long samples, out TimeSpan fitsAfter)
    {
        lock (_gate)
        {
            Refill();
            Int128 needed = (Int128)samples * PartsPerSample;
            fitsAfter = samples > _terms.Burst ? TimeSpan.MaxValue : needed > _parts ? TimeFor(needed - _parts)
                : TimeSpan.Zero;
            if (needed > _parts) return false;
            _parts -= needed;
            return true;
        }
    }

    /// <summary>Puts samples back that were reserved and not drawn.</summary>
    public void GiveBack(long samples)
    {
        lock (_gate)
        {
            Refill();
            _parts = Int128.Min(_parts + (Int128)samples * PartsPerSample, Full);
        }
    }

    private void Refill()
    {
        long now = _clock.GetTimestamp();
        long ticks = _clock.GetElapsedTime(_seen, now).Ticks;
        if (ticks <= 0) return;
        _parts = Int128.Min(_parts + ticks * PartsPerTick, Full);
        _seen = now;
    }

    private TimeSpan TimeFor(Int128 parts) =>
        TimeSpan.FromTicks((long)Int128.Min((parts + PartsPerTick - 1) / PartsPerTick, long.MaxValue));
}

/// <summary>How many noisy samples a key may draw: so many a period, saved up to <paramref name="Burst"/>.</summary>
/// <param name="Samples">Samples that each period adds, from 1 to <see cref="Most"/>.</param>
/// <param name="Period">A second, a minute, an hour or a day.</param>
/// <param name="Burst">The most that can be saved up, from 1 to <see cref="Most"/>: no request may need more.</param>
internal sealed record AllowanceTerms(long Samples, TimeSpan Period, long Burst)
{
    /// <summary>The largest count that is accepted.</summary>
    public const long Most = 1_000_000_000_000_000;

    private static readonly (string Unit, TimeSpan Period)[] Units =
        [("s", TimeSpan.FromSeconds(1)), ("min", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
            ("day", TimeSpan.FromDays(1))];

    /// <summary>The same in words: "600000/min, burst 600000".</summary>
    public override string ToString() => $"{Samples}/{Units.First(unit => unit.Period == Period).Unit}, burst {Burst}";

    /// <summary>Reads the columns of a file of keys that follow the hash.</summary>
    /// <param name="columns">
    /// <c>samples=600000/min</c> and, where more or less may be saved up, <c>burst=60000</c>; none for no limit.
    /// </param>
    /// <param name="terms">The terms; null for no limit, or where there is a fault.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Read(ReadOnlySpan<string> columns, out AllowanceTerms? terms)
    {
        terms = null;
        (long Samples, TimeSpan Period)? rate = null;
        long? burst = null;
        foreach (string column in columns)
            switch (column.Split('=', 2))
            {
                case ["samples", var text] when rate is null && ReadRate(text) is { } read:
                    rate = read;
                    break;
                case ["burst", var text] when burst is null && ReadCount(text) is { } read:
                    burst = read;
                    break;
                default:
                    return $"'{column}' is no allowance: accepted are samples=N/s, N/min, N/h or N/day, and burst=N, "
                        + $"once each, with N from 1 to {Most}";
            }
        if (rate is not { } found)
            return burst is null ? null : "a burst needs samples=N/min beside it";
        terms = new(found.Samples, found.Period, burst ?? found.Samples);
        return null;
    }

    private static (long, TimeSpan)? ReadRate(string text) =>
        text.Split('/') is [var count, var unit] && ReadCount(count) is { } samples
            && Units.FirstOrDefault(known => known.Unit == unit) is { Unit: not null } known
            ? (samples, known.Period)
            : null;

    private static long? ReadCount(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count is >= 1 and <= Most ? count : null;
}
