using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Router.Evaluation;

namespace Router.Host.Cli;

/// <summary>At which radii a table has a column.</summary>
/// <param name="command">The command.</param>
internal sealed class RadiiOption(Command command)
{
    /// <summary>Those that fit a terminal of 80 columns.</summary>
    public static readonly ImmutableArray<double> Default = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];

    private const int Most = 1000;

    private readonly Option<string?> _radii = command.Option<string?>(
        "--radii",
        $"Radii of the table: FROM:STEP:TO, or separated by commas (default: "
        + $"{string.Join(',', Default.Select(radius => radius.ToString(CultureInfo.InvariantCulture)))}).");

    /// <summary>The option.</summary>
    public Option Named => _radii;

    /// <summary>What was asked for.</summary>
    /// <exception cref="BadInputException">They are written otherwise than they should be.</exception>
    public ImmutableArray<double> Read(ParseResult parsed) =>
        parsed.GetValue(_radii) is { } text ? Parse(text) : Default;

    /// <summary>A grid of radii, ascending.</summary>
    /// <param name="text">As --radii has it.</param>
    /// <exception cref="BadInputException">It is written otherwise than it should be.</exception>
    public static ImmutableArray<double> Parse(string text)
    {
        string[] parts = text.Split(':');
        double[]? numbers = Numbers(parts.Length == 3 ? parts : text.Split(','));
        if (numbers is null || parts.Length == 3 && !(numbers[1] > 0 && numbers[2] >= numbers[0]))
            throw new BadInputException(
                $"--radii {text}: expected FROM:STEP:TO with a step above 0, or radii ≥ 0 separated by commas");
        if (parts.Length == 3 && (numbers[2] - numbers[0]) / numbers[1] >= Most)
            throw new BadInputException($"--radii {text}: at most {Most} radii are accepted");
        return parts.Length == 3
            ? [.. Enumerable.Range(0, (int)Math.Floor((numbers[2] - numbers[0]) / numbers[1] + 1e-9) + 1)
                .Select(k => Math.Round(numbers[0] + k * numbers[1], 9))]
            : [.. numbers.Distinct().Order()];
    }

    /// <summary>A column for a radius.</summary>
    public static TextColumn Column(double radius) =>
        TextColumn.Number(radius.ToString("0.####", CultureInfo.InvariantCulture));

    private static double[]? Numbers(string[] texts)
    {
        double[] numbers =
            [.. texts.Select(
            text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out double value) && double.IsFinite(value) ? value : -1)];
        return numbers.All(number => number >= 0) ? numbers : null;
    }
}
