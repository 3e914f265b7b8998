using System.Globalization;

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

    /// <summary>The radius cut, not rounded, to a number of decimals.</summary>
    /// <param name="radius">A radius ≥ 0; +∞ prints as "inf".</param>
    /// <param name="decimals">Digits after the point, 0..15.</param>
    public static string Text(double radius, int decimals)
    {
        if (double.IsPositiveInfinity(radius)) return "inf";
        // (decimal)double keeps 15 digits and may round up: step down until the text is not above the radius.
        decimal step = new(1, 0, 0, false, (byte)decimals);
        decimal cut = Math.Floor((decimal)radius / step) * step;
        while (cut > 0 && (double)cut > radius) cut -= step;
        return cut.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
