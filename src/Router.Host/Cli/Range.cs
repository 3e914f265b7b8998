using System.CommandLine.Parsing;

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

    /// <summary>A number strictly between 0 and 1; an option that was not given passes.</summary>
    public static Action<OptionResult> Probability() => result =>
    {
        if (result.GetValueOrDefault<double?>() is { } value && !(value > 0 && value < 1))
            result.AddError($"{result.Option.Name} is {value}: accepted are numbers strictly between 0 and 1");
    };
}
