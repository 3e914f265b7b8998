using System.Globalization;

namespace Router.Host.Serving.Http;

/// <summary>How many noisy samples a key may draw: so many a period, saved up to <paramref name="Burst"/>.</summary>
/// <param name="Samples">Samples that each period adds, from 1 to <see cref="Most"/>.</param>
/// <param name="Period">A second, a minute, an hour or a day.</param>
/// <param name="Burst">The most that can be saved up, from 1 to <see cref="Most"/>: no request may need more.</param>
internal sealed record AllowanceTerms(long Samples, TimeSpan Period, long Burst)
{
    /// <summary>The largest count that is accepted.</summary>
    public const long Most = 1_000_000_000_000_000;

    private static readonly (string Unit, TimeSpan Period)[] Units =
        [("s", TimeSpan.FromSeconds(1)), ("min", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)), ("day", TimeSpan.FromDays(1))];

    /// <summary>The same in words: "600000/min, burst 600000".</summary>
    public override string ToString() => $"{Samples}/{Units.First(unit => unit.Period == Period).Unit}, burst {Burst}";

    /// <summary>Reads the columns of a file of keys that follow the hash.</summary>
    /// <param name="columns"><c>samples=600000/min</c> and, where more or less may be saved up, <c>burst=60000</c>; none for no limit.</param>
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
                    return $"'{column}' is no allowance: accepted are samples=N/s, N/min, N/h or N/day, and burst=N, once each, with N from 1 to {Most}";
            }
        if (rate is not { } found)
            return burst is null ? null : "a burst needs samples=N/min beside it";
        terms = new(found.Samples, found.Period, burst ?? found.Samples);
        return null;
    }

    private static (long, TimeSpan)? ReadRate(string text) =>
        text.Split('/') is [var count, var unit] && ReadCount(count) is { } samples && Units.FirstOrDefault(known => known.Unit == unit) is { Unit: not null } known
            ? (samples, known.Period)
            : null;

    private static long? ReadCount(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count is >= 1 and <= Most ? count : null;
}
