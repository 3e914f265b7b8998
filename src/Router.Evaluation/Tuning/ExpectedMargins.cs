using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tuning;

/// <summary>
/// What few votes let expect of many: Φ⁻¹ of the Clopper–Pearson bounds of n votes that fall as the few did, k of D
/// giving the count nearest to nk/D. At D = n they are the bounds themselves.
/// </summary>
/// <param name="draws">D, the votes there are.</param>
/// <param name="estimation">n, the votes that a certificate will bound.</param>
internal sealed class ExpectedMargins(int draws, long estimation)
{
    private readonly Dictionary<double, double[]> _lower = [], _upper = [];

    /// <summary>Φ⁻¹(L) by the votes for the class.</summary>
    /// <param name="alpha">The share of the bound.</param>
    public double[] Lower(double alpha) =>
        Table(_lower, alpha, count => ClopperPearson.Lower(count, estimation, alpha).Quantile);

    /// <summary>Φ⁻¹(U) by the votes for the class, undecided ones added.</summary>
    /// <inheritdoc cref="Lower" path="/param"/>
    public double[] Upper(double alpha) =>
        Table(_upper, alpha, count => ClopperPearson.Upper(count, estimation, alpha).Quantile);

    private double[] Table(Dictionary<double, double[]> known, double alpha, Func<long, double> margin)
    {
        lock (known)
            return known.TryGetValue(alpha, out double[]? table) ? table : known[alpha] =
                [.. Enumerable.Range(0, draws + 1).Select(k => margin((2 * k * estimation + draws) / (2 * draws)))];
    }
}
