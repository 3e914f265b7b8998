using System.Globalization;

namespace Router.Evaluation.Logs;

/// <summary>
/// What rounding may have added to the radii of another program's log. All are printed alike, either with so many
/// significant digits, as Cohen's <c>{:.3}</c> does, or with so many decimals; trailing zeros may be missing, so the
/// longest of a log tell how many.
/// </summary>
internal sealed class PrintedRadii
{
    private int _significant = 1, _decimals;

    /// <summary>Takes a printed radius into account.</summary>
    public void See(string text)
    {
        text = text.Trim();
        string mantissa = text.Split('e', 'E')[0];
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('+', '0');
        _significant = Math.Max(_significant, digits.Length);
        // A radius has no such exponent but 0, which has no last digit.
        if (!int.TryParse(text.Length > mantissa.Length ? text[(mantissa.Length + 1)..] : "0",
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent) || exponent < -400)
            return;
        _decimals =
            Math.Max(_decimals, (mantissa.Contains('.') ? mantissa.Length - mantissa.IndexOf('.') - 1 : 0) - exponent);
    }

    /// <summary>
    /// The radius less half a unit of its last digit, ≥ 0: the larger unit, where digits and decimals disagree.
    /// </summary>
    public double Sound(double radius)
    {
        if (radius == 0 || double.IsPositiveInfinity(radius)) return radius;
        double significant =
            Math.Pow(10, Math.Floor(Math.Log10(radius)) - (_significant - 1)), fixedPoint = Math.Pow(10, -_decimals);
        return Math.Max(0, radius - Math.Max(significant, fixedPoint) / 2);
    }
}
