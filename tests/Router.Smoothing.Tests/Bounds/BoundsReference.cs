using System.Text.Json;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Tests.Bounds;

/// <summary>The tables that reference/references.py computed with mpmath at 60 digits.</summary>
internal static class BoundsReference
{
    public static T[] Table<T>(string name)
    {
        string path = Path.Combine(
            global::Tests.Reference.Root, "tests", "Router.Smoothing.Tests", "Bounds", "reference", name);
        return JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
    }

    public static double RelativeError(double actual, double expected) =>
        actual == expected ? 0 : Math.Abs(actual / expected - 1);

    /// <summary>
    /// The bound is on the safe side of the exact one in value and complement, by no more than a tolerance.
    /// </summary>
    public static void AssertOutward(
        string exactValue, string exactComplement, Probability bound, string what, double tolerance = 2.5e-12)
    {
        const double rounding = 4e-16; // of the reference to a double
        double value = double.Parse(exactValue), complement = double.Parse(exactComplement);
        what += $": {bound.Value:R} / {bound.Complement:R}, exact {exactValue} / {exactComplement}";
        Assert.True(bound.Value <= value * (1 + rounding) && RelativeError(bound.Value, value) <= tolerance, what);
        Assert.True(bound.Complement >= complement * (1 - rounding)
            && RelativeError(bound.Complement, complement) <= tolerance, what);
        // The margin is not used up by numerical error: some of it is still there on the smaller side.
        if (value > 0)
            Assert.InRange(value <= complement ? 1 - bound.Value / value : bound.Complement / complement - 1,
                0.5e-12, tolerance);
    }
}
