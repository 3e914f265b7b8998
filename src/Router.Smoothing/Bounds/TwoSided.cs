namespace Router.Smoothing.Bounds;

/// <summary>
/// The radius from both sides (Cohen, Rosenfeld, Kolter 2019, Theorem 1): R = σ/2 (Φ⁻¹(p_A) − Φ⁻¹(p_B)) with p_A a lower bound on the
/// selected outcome and p_B an upper bound on every other. The runner-up is not known beforehand, so all C − 1 others are bounded, each at
/// α_B/(C − 1); the split is made here, and whether two-sided bounds are used at all is decided before estimation.
/// </summary>
public sealed class TwoSided
{
    private readonly ConfidenceBound _selected, _other;
    private readonly int _outcomes;

    /// <summary>Bounds of one kind for both sides.</summary>
    /// <param name="bound">Makes the bound of a given α, for instance <c>α => new FixedCountBound(n, α)</c>.</param>
    /// <param name="alphaSelected">α_A, spent on p_A.</param>
    /// <param name="alphaOthers">α_B, spent on all others together.</param>
    /// <param name="outcomes">C ≥ 2, how many outcomes are voted on.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two outcomes, or an α is outside its range.</exception>
    public TwoSided(Func<double, ConfidenceBound> bound, double alphaSelected, double alphaOthers, int outcomes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outcomes, 2);
        _outcomes = outcomes;
        _selected = bound(alphaSelected);
        _other = bound(alphaOthers / (outcomes - 1));
        if (_selected.Alpha > alphaSelected || _other.Alpha > alphaOthers / (outcomes - 1))
            throw new ArgumentException("a bound spends more than the α it was made for", nameof(bound));
    }

    /// <summary>The radius that votes prove, in [0,1] pixels; 0 where they prove none.</summary>
    /// <param name="sigma">The σ of the noise.</param>
    /// <param name="estimation">Votes that the outcome was not selected on.</param>
    /// <param name="selected">The outcome, chosen on other samples.</param>
    /// <exception cref="ArgumentException">The votes are over another number of outcomes, or the bound may not be looked at after that many.</exception>
    public double Radius(decimal sigma, Votes estimation, int selected)
    {
        if (estimation.Counts.Length != _outcomes)
            throw new ArgumentException($"planned for {_outcomes} outcomes, got votes over {estimation.Counts.Length}", nameof(estimation));
        Probability lower = _selected.Lower(estimation, selected), upper = Probability.Zero;
        for (int outcome = 0; outcome < _outcomes; outcome++)
            if (outcome != selected)
                upper = Probability.Max(upper, Probability.Min(_other.Upper(estimation, outcome), lower.Opposite));
        return Radius(sigma, lower, upper);
    }

    /// <summary>R = σ/2 (Φ⁻¹(p_A) − Φ⁻¹(p_B)), rounded toward zero; 0 where p_A ≤ p_B.</summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="selected">p_A, a lower bound on the outcome's probability.</param>
    /// <param name="others">p_B, an upper bound on the probability of every other outcome.</param>
    public static double Radius(decimal sigma, Probability selected, Probability others)
    {
        double a = selected.Quantile, b = others.Quantile;
        if (!(a > b))
            return 0;
        // Where the two nearly cancel, what their roundings left is not a radius.
        double proved = a - b - (Math.Abs(a) + Math.Abs(b)) * QuantileRounding;
        return Math.Max(0, (double)sigma / 2 * proved);
    }

    private const double QuantileRounding = 1e-14;
}
