using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes.Noise;

namespace Router.Host.Cli;

/// <summary>Which values of an option are accepted; one that was not given passes.</summary>
/// <param name="Holds">Whether a value is.</param>
/// <param name="Text">Which are, after the word accepted.</param>
internal sealed record Accepted(Func<object, bool> Holds, string Text)
{
    /// <summary>A number of samples: at least 1, at most what the bounds are established for.</summary>
    public static readonly Accepted Samples = Between(1, (int)ClopperPearson.MaxDraws);

    /// <summary>A failure probability, from <see cref="AlphaLedger.LeastAsked"/> to ½.</summary>
    public static readonly Accepted FailureProbability = new(
        value => value is >= AlphaLedger.LeastAsked and <= 0.5, $"are numbers from {AlphaLedger.LeastAsked} to 0.5");

    /// <summary>A share, from 0 to 1.</summary>
    public static readonly Accepted Share = new(value => value is >= 0.0 and <= 1.0, "are numbers from 0 to 1");

    /// <summary>A σ that grid noise can have.</summary>
    public static readonly Accepted Sigma = new(
        value => value is > 0m and <= GridThresholds.MaxSigma,
        $"are numbers above 0, at most {GridThresholds.MaxSigma}");

    /// <summary>A decimal number above 0.</summary>
    public static readonly Accepted Positive = new(value => value is > 0m, "are numbers above 0");

    /// <summary>A whole number that is not below <paramref name="lowest"/>.</summary>
    public static Accepted AtLeast(int lowest) =>
        new(value => value is int number && number >= lowest, $"are whole numbers from {lowest}");

    /// <summary>A whole number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public static Accepted Between(int lowest, int highest) => new(
        value => value is int number && number >= lowest && number <= highest,
        $"are whole numbers from {lowest} to {highest}");

    /// <summary>A number above <paramref name="lowest"/> and below <paramref name="highest"/>.</summary>
    public static Accepted Above(double lowest, double highest = double.PositiveInfinity) => new(
        value => value is double number && number > lowest && number < highest,
        $"are numbers above {lowest}{Below(highest)}");

    /// <summary>A number from <paramref name="lowest"/> on and below <paramref name="highest"/>.</summary>
    public static Accepted From(double lowest, double highest = double.PositiveInfinity) => new(
        value => value is double number && number >= lowest && number < highest,
        $"are numbers from {lowest}{Below(highest)}");

    private static string Below(double highest) => double.IsFinite(highest) ? $" and below {highest}" : "";
}
