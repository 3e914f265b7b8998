namespace Router.Engine;

/// <summary>
/// How sure logits are. It decides votes where a network has a threshold, so it is made of additions, multiplications
/// and divisions alone: the exponential of a C library may differ between systems in the last bit.
/// </summary>
internal static class Softmax
{
    private const double InverseLn2 = 1.4426950408889634;

    // ln 2 in two parts: whole multiples up to 2¹¹ of the first are exact.
    private const double Ln2Leading = 6.93147180369123816490e-01, Ln2Rest = 1.90821492927058770002e-10;

    /// <summary>The largest share, 1 / Σ exp(lⱼ − l_max), summed in ascending j; in (0, 1].</summary>
    /// <param name="logits">Finite.</param>
    /// <param name="largest">The index of the largest.</param>
    public static double LargestShare(ReadOnlySpan<float> logits, int largest)
    {
        double sum = 0;
        foreach (float logit in logits)
            sum += Exp((double)logit - logits[largest]);
        return 1 / sum;
    }

    /// <summary>eˣ for x ≤ 0, with a relative error below 10⁻¹⁵ where it is no subnormal number.</summary>
    /// <remarks>
    /// x = k·ln 2 + r with |r| ≤ .35, and the Taylor series of eʳ to r¹³: what is left out is below 4·10⁻¹⁸.
    /// </remarks>
    internal static double Exp(double x)
    {
        if (x < -746) return 0;
        double k = Math.Round(x * InverseLn2), r = x - k * Ln2Leading - k * Ln2Rest, power = 1;
        for (int i = 13; i > 0; i--)
            power = 1 + r * power / i;
        return Math.ScaleB(power, (int)k);
    }
}
