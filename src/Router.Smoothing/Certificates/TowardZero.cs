using System.Globalization;
using System.Numerics;

namespace Router.Smoothing;

/// <summary>Narrows a certified radius without ever claiming more than was proved.</summary>
public static class TowardZero
{
    /// <summary>The largest float that is not above the radius.</summary>
    /// <param name="radius">A radius ≥ 0; +∞ stays +∞.</param>
    public static float ToSingle(double radius)
    {
        float nearest = (float)radius;
        return nearest > radius ? MathF.BitDecrement(nearest) : nearest;
    }

    // Doubles from here on are whole numbers, and in the end beyond a decimal.
    private const double Whole = 1e16;

    /// <summary>
    /// The radius cut, not rounded, to a number of decimals: no text that reads as more than the radius.
    /// </summary>
    /// <param name="radius">A radius; +∞ prints as "inf", what is not above 0 as 0.</param>
    /// <param name="decimals">Digits after the point, 0..15.</param>
    public static string Text(double radius, int decimals)
    {
        if (double.IsPositiveInfinity(radius)) return "inf";
        // The shortest text that reads as the radius: cut, it reads as no more.
        string text = (radius > 0 ? radius : 0).ToString("R", CultureInfo.InvariantCulture);
        if (radius >= Whole)
            return $"{BigInteger.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)}"
                + (decimals > 0 ? "." + new string('0', decimals) : "");
        decimal exact = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return decimal.Round(exact, decimals, MidpointRounding.ToZero)
            .ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
