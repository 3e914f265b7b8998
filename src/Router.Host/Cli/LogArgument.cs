using System.Globalization;
using Router.Votes.Noise;

namespace Router.Host.Cli;

/// <summary>A log with the expert it is about, as command lines name it: ID=FILE or ID@SIGMA=FILE.</summary>
/// <param name="Id">The expert's id.</param>
/// <param name="SigmaText">σ as it was written; null where it was not.</param>
/// <param name="File">The log as it was written.</param>
internal sealed record LogArgument(string Id, string? SigmaText, string File)
{
    /// <summary>σ of grid noise; null where it was not written, or is none.</summary>
    public decimal? Sigma =>
        decimal.TryParse(SigmaText, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal sigma)
        && sigma is > 0 and <= GridThresholds.MaxSigma ? sigma : null;

    /// <summary>Reads one; null where it is written otherwise.</summary>
    public static LogArgument? Parse(string text)
    {
        string[] halves = text.Split('=', 2), name = halves[0].Split('@');
        return halves.Length == 2 && halves[1].Length > 0 && name[0].Length > 0 && name.Length <= 2
            ? new(name[0], name.Length == 2 ? name[1] : null, halves[1]) : null;
    }
}
