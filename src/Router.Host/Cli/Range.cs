using System.CommandLine.Parsing;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Noise;

namespace Router.Host.Cli;

/// <summary>Range checks of option values, told as what would be accepted.</summary>
internal static class Range
{
    /// <summary>A whole number that is not below <paramref name="lowest"/>; an option that was not given passes.</summary>
    public static Action<OptionResult> AtLeast<T>(int lowest) => result =>
    {
        if (TryRead(result, out T? value) && value is not null && Convert.ToInt64(value) < lowest)
            result.AddError($"{result.Option.Name} is {value}: accepted are whole numbers from {lowest}");
    };

    /// <summary>A whole number from <paramref name="lowest"/> to <paramref name="highest"/>.</summary>
    public static Action<OptionResult> Between(int lowest, int highest) => result =>
    {
        if (TryRead(result, out int? value) && (value < lowest || value > highest))
            result.AddError($"{result.Option.Name} is {value}: accepted are whole numbers from {lowest} to {highest}");
    };

    /// <summary>A number of samples: at least 1, at most what the bounds are established for.</summary>
    public static Action<OptionResult> Samples() => result =>
    {
        if (TryRead(result, out int? value) && (value < 1 || value > ClopperPearson.MaxDraws))
            result.AddError($"{result.Option.Name} is {value}: accepted are whole numbers from 1 to {ClopperPearson.MaxDraws}");
    };

    /// <summary>A failure probability, from <see cref="AlphaLedger.LeastAsked"/> to ½, where it is given.</summary>
    public static Action<OptionResult> FailureProbability() => result =>
    {
        if (TryRead(result, out double? value) && value is not null
            && !(value >= AlphaLedger.LeastAsked && value <= 0.5))
            result.AddError(
                $"{result.Option.Name} is {value}: accepted are numbers from {AlphaLedger.LeastAsked} to 0.5");
    };

    /// <summary>A share, from 0 to 1.</summary>
    public static Action<OptionResult> Share() => result =>
    {
        if (TryRead(result, out double value) && !(value >= 0 && value <= 1))
            result.AddError($"{result.Option.Name} is {value}: accepted are numbers from 0 to 1");
    };

    /// <summary>A σ that grid noise can have; an option that was not given passes.</summary>
    public static Action<OptionResult> Sigma<T>() => result =>
    {
        if (TryRead(result, out T? value) && value is decimal sigma and not (> 0 and <= GridThresholds.MaxSigma))
            result.AddError(
                $"{result.Option.Name} is {sigma}: accepted are numbers above 0, at most {GridThresholds.MaxSigma}");
    };

    /// <summary>A number above 0; an option that was not given passes.</summary>
    public static Action<OptionResult> PositiveIfGiven() => result =>
    {
        if (TryRead(result, out decimal? value) && value <= 0)
            result.AddError($"{result.Option.Name} is {value}: accepted are numbers above 0");
    };

    /// <summary>A number above <paramref name="lowest"/>, or from it on where <paramref name="included"/>, and below <paramref name="highest"/>.</summary>
    public static Action<OptionResult> Number(double lowest, double highest = double.PositiveInfinity, bool included = false) => result =>
    {
        if (TryRead(result, out double value) && !((value > lowest || included && value == lowest) && value < highest))
            result.AddError($"{result.Option.Name} is {value}: accepted are numbers {(included ? "from" : "above")} {lowest}{(double.IsFinite(highest) ? $" and below {highest}" : "")}");
    };

    // A value that does not convert is not a matter of range: the parser says so itself, after the validators.
    private static bool TryRead<T>(OptionResult result, out T? value)
    {
        try
        {
            value = result.GetValueOrDefault<T>();
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }
}
