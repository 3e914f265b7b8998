using System.Globalization;

namespace Router.Evaluation;

/// <summary>
/// The ends of an interval at a number of decimals, rounded outward: what is printed holds wherever the interval does.
/// </summary>
public static class Outward
{
    /// <summary>The largest number of so many decimals that is not above a lower end.</summary>
    /// <param name="low">The end, a number of size below 10¹².</param>
    /// <param name="decimals">Digits after the point, 0..15.</param>
    public static decimal Down(double low, int decimals) =>
        decimal.Round(Exact(low), decimals, MidpointRounding.ToNegativeInfinity);

    /// <summary>The least number of so many decimals that is not below an upper end, or a bound.</summary>
    /// <param name="high">The end, a number of size below 10¹².</param>
    /// <param name="decimals">Digits after the point, 0..15.</param>
    public static decimal Up(double high, int decimals) =>
        decimal.Round(Exact(high), decimals, MidpointRounding.ToPositiveInfinity);

    // The shortest text that reads as the number, as of a radius (TowardZero): a cast to decimal rounds.
    private static decimal Exact(double end) => decimal.Parse(
        end.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
