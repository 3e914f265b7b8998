
namespace Router.Smoothing.Bounds;

/// <summary>The upper tail of a Beta distribution with real parameters, seen in the log-odds of its variable.</summary>
internal static class BetaTail
{
    /// <summary>
    /// ln of P(Beta(a, b) > p) · B(a, b) / (p^a q^b): what is left of the upper tail when the density of the log-odds
    /// is divided out.
    /// </summary>
    public static double LnMills(double a, double b, LogOdds p)
    {
        double excess = p.Excess(a, b);
        // Beyond the mean the tail itself converges and needs no density.
        if (excess >= 0)
            return Math.Log(BinomialTail.Fraction(b, a, p.Q, p.P, excess));
        double lnDensity = LnDensity(a, b, p, excess);
        return ElementaryFunctions.LogOnePlus(
            -Math.Exp(lnDensity) * BinomialTail.Fraction(a, b, p.P, p.Q, -excess)) - lnDensity;
    }

    // ln p^a q^b / B(a, b), by C. Loader's deviances (BinomialMass) at real arguments.
    private static double LnDensity(double a, double b, LogOdds p, double excess)
    {
        double n = a + b;
        return BinomialMass.StirlingError(n) - BinomialMass.StirlingError(a) - BinomialMass.StirlingError(b)
            - BinomialMass.Deviance(a, n * p.P, -excess) - BinomialMass.Deviance(b, n * p.Q, excess)
            + (Math.Log(a) + Math.Log(b / n) - BinomialMass.LnTwoPi) / 2;
    }
}
