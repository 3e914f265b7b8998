using System.Globalization;
using System.Text.RegularExpressions;
using Router.Votes.Noise;

namespace Router.Evaluation.Tradeoffs;

/// <summary>A log with the expert it is about: logs say neither id nor σ.</summary>
/// <param name="Id">The expert's id.</param>
/// <param name="Sigma">σ of its noise, in [0,1] pixels.</param>
/// <param name="Path">The log.</param>
public sealed partial record NamedLog(string Id, decimal Sigma, string Path)
{
    /// <summary>
    /// The log as its file, or else its folder, is named: "noise_0.25/sigma_0.25" is s025 at σ = .25.
    /// </summary>
    /// <param name="path">The log.</param>
    /// <exception cref="BadInputException">Neither name holds a σ.</exception>
    public static NamedLog FromName(string path)
    {
        string? folder = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)));
        decimal value = SigmaIn(System.IO.Path.GetFileName(path)) ?? SigmaIn(folder ?? "")
            ?? throw new BadInputException(
                $"{path}: neither its name nor its folder's says its σ: give it as --log ID@SIGMA={path}");
        return new(
            "s" + value.ToString("0.00##", CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal),
            value, path);
    }

    private static decimal? SigmaIn(string name) => Number().Matches(name).LastOrDefault() is { } number
        && decimal.TryParse(number.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal sigma)
        && sigma is > 0 and <= GridThresholds.MaxSigma ? sigma : null;

    [GeneratedRegex(@"\d+\.\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
