
namespace Router.Smoothing.Bounds;

/// <summary>A probability by its log-odds x = ln(p/q): p and q = 1 − p both keep their digits.</summary>
/// <param name="X">x.</param>
internal readonly record struct LogOdds(double X)
{
    /// <summary>p.</summary>
    public double P { get; } = 1 / (1 + Math.Exp(-X));

    /// <summary>q = 1 − p.</summary>
    public double Q { get; } = 1 / (1 + Math.Exp(X));

    /// <summary>(a + b) p − a, formed from the smaller of p and q, the one that carries the digits.</summary>
    public double Excess(double a, double b) =>
        P <= Q ? Math.FusedMultiplyAdd(a + b, P, -a) : -Math.FusedMultiplyAdd(a + b, Q, -b);
}
