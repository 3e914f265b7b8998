
namespace Router.Smoothing.Bounds;

/// <summary>
/// The Mills ratio R(x) = (1 − Φ(x)) / φ(x) for x ≥ 0: what is left of a normal tail when its exponential is taken out.
/// (1 + x)·R(x) is one Chebyshev series in t = (x − 5)/(x + 5) over all x ≥ 0, after Shepherd &amp; Laframboise,
/// "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x &lt; ∞", Math. Comp. 36 (1981). The coefficients come
/// from tests/Router.Smoothing.Tests/Bounds/reference/coefficients.py.
/// </summary>
internal static class MillsRatio
{
    private static ReadOnlySpan<double> Coefficients =>
    [
        1.1579976221305187167,
        -0.16334493884513978905,
        -0.013683136055781576407,
        0.030822000198100039725,
        -0.016220073012046806988,
        0.0056166910164600934864,
        -0.001413393378354921628,
        0.00025026254607256606546,
        -0.000024689072397283870041,
        -1.0107964061837592256e-6,
        7.4954191797405729054e-7,
        -7.6002742687283368758e-8,
        -1.1574771441328644748e-8,
        3.3333864725998431463e-9,
        7.5380396281713470189e-11,
        -1.1104247263727494478e-10,
        3.5092437765510588325e-12,
        3.6894953861750953684e-12,
        -2.3376697776383093717e-13,
        -1.3271797523541405453e-13,
        9.9217069958882765537e-15,
        5.2760049954553790653e-15,
        -3.3730976941879218316e-16,
        -2.2804338776379945603e-16,
        7.4963305658086263881e-18,
        1.0328041877290668347e-17,
    ];

    /// <summary>R(x) at x ≥ 0, relative error about 5e-16.</summary>
    public static double At(double x)
    {
        double t = (x - 5) / (x + 5);
        double next = 0, afterNext = 0;
        ReadOnlySpan<double> c = Coefficients;
        for (int k = c.Length - 1; k > 0; k--)
            (next, afterNext) = (c[k] + 2 * t * next - afterNext, next);
        return (c[0] + t * next - afterNext) / (1 + x);
    }
}
