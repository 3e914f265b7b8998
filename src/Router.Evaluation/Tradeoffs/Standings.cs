
namespace Router.Evaluation.Tradeoffs;

/// <summary>What a figure is.</summary>
public static class Standings
{
    /// <summary>Every radius behind it is certified, at one α.</summary>
    public const string Certificate = "certificate";

    /// <summary>
    /// What a certificate would give: some of the evidence was certified by itself, or nobody can say that it is about
    /// the same pixels.
    /// </summary>
    public const string Estimate = "estimate";

    /// <summary>What no single classifier attains.</summary>
    public const string Bound = "bound";
}
