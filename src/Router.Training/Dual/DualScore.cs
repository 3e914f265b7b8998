using System.Collections.Immutable;
using System.Globalization;
using Router.Evaluation.Logs;
using Router.Experts.Files;

namespace Router.Training.Dual;

/// <summary>How a routed system did on images that nobody learned.</summary>
/// <param name="Round">From 1; 0 for the experts that a cascade starts from.</param>
/// <param name="Step">
/// <c>router</c>: the round's router over the experts before it; <c>experts</c>: over those fine-tuned for it.
/// </param>
/// <param name="Radii">ρ, in [0,1] pixels.</param>
/// <param name="Accuracy">Certified accuracy at each.</param>
/// <param name="Shares">The share of images that each expert answered, in the order of the routes.</param>
public sealed record DualScore(
    int Round, string Step, ImmutableArray<double> Radii, ImmutableArray<double> Accuracy,
    ImmutableArray<double> Shares)
{
    internal const string AfterRouter = "router", AfterExperts = "experts";

    /// <summary>The mean over the radii, by which the best system is chosen.</summary>
    public double Mean => Accuracy.Average();

    internal static DualScore Of(
        int round, string step, ImmutableArray<double> radii, IReadOnlyCollection<LogRow> rows,
        IEnumerable<string> routes) => new(
        round, step, radii, [.. radii.Select(radius => CertifiedAccuracy.At(rows, radius))],
        [.. routes.Select(route => (double)rows.Count(row => row.Routed?.Route == route) / rows.Count)]);

    /// <summary>Writes a row per system.</summary>
    /// <param name="path">The table.</param>
    /// <param name="scores">At least one.</param>
    /// <param name="routes">The experts' ids in the order of the routes.</param>
    internal static void Write(string path, IReadOnlyList<DualScore> scores, IEnumerable<string> routes)
    {
        string header = string.Join('\t', ["round", "step", "score",
            .. scores[0].Radii.Select(radius => $"r={Text(radius, "g4")}"), .. routes.Select(route => $"to:{route}")]);
        IEnumerable<string> rows = scores.Select(score => string.Join('\t',
            [Text(score.Round, "0"), score.Step, Text(score.Mean, "0.0000"), .. score.Accuracy.Select(
                share => Text(share, "0.0000")), .. score.Shares.Select(share => Text(share, "0.0000"))]));
        WholeFile.WriteLines(path, [header, .. rows]);
    }

    private static string Text(IFormattable value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);
}
