using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Router.Host.Cli;

/// <summary>
/// Numbers with a decimal point. The parser of command lines would take a comma for one between thousands: 0,01 for 1.
/// </summary>
internal static class DecimalPoints
{
    private const NumberStyles Style =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>What reads the values of such an option; null of an option of other values.</summary>
    public static Func<ArgumentResult, T?>? Parser<T>() => typeof(T) switch
    {
        Type type when type == typeof(double) || type == typeof(double?) => One<T, double>,
        Type type when type == typeof(decimal) || type == typeof(decimal?) => One<T, decimal>,
        Type type when type == typeof(double[]) => Several<T, double>,
        Type type when type == typeof(decimal[]) => Several<T, decimal>,
        _ => null,
    };

    private static T? One<T, TNumber>(ArgumentResult result)
        where TNumber : struct, INumber<TNumber> =>
        Numbers<TNumber>(result) is [var number] ? (T)(object)number : default;

    private static T? Several<T, TNumber>(ArgumentResult result)
        where TNumber : struct, INumber<TNumber> => (T)(object)Numbers<TNumber>(result);

    private static TNumber[] Numbers<TNumber>(ArgumentResult result)
        where TNumber : struct, INumber<TNumber>
    {
        List<TNumber> numbers = [];
        foreach (string written in result.Tokens.Select(token => token.Value))
            if (TNumber.TryParse(written, Style, CultureInfo.InvariantCulture, out TNumber number))
                numbers.Add(number);
            else
                result.AddError($"{ParseFaults.Unread} '{written}'");
        return [.. numbers];
    }
}
