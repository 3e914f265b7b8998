using System.CommandLine.Parsing;
using Router.Smoothing.Bounds;

namespace Router.Host.Cli;

/// <summary>Range checks of option values, told as what would be accepted.</summary>
internal static class Range
{
    /// <summary>A whole number that is not below <paramref name="lowest"/>; an option that was not given passes.</summary>
    public static Action<OptionResult> AtLeast<T>(int lowest) => result =>
    {
        if (result.GetValueOrDefault<T>() is { } value && Convert.ToInt64(value) < lowest)
            result.AddError($"{result.Option.Name} is {value}: accepted are whole numbers from {lowest}");
    };

    /// <summary>A number of samples: at least 1, at most what the bounds are established for.</summary>
    public static Action<OptionResult> Samples() => result =>
    {
        if (result.GetValueOrDefault<int?>() is { } value && (value < 1 || value > ClopperPearson.MaxDraws))
            result.AddError($"{result.Option.Name} is {value}: accepted are whole numbers from 1 to {ClopperPearson.MaxDraws}");
    };

    /// <summary>A failure probability, above 0 and at most ½; an option that was not given passes.</summary>
    public static Action<OptionResult> FailureProbability() => result =>
    {
        if (result.GetValueOrDefault<double?>() is { } value && !(value > 0 && value <= 0.5))
            result.AddError($"{result.Option.Name} is {value}: accepted are numbers above 0 and at most 0.5");
    };
}
