using Router.Data;
using Router.Evaluation.Logs;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Evaluation.Runs;

/// <summary>An image with its certificate.</summary>
/// <param name="Image">The image and its true class.</param>
/// <param name="Certificate">What was proved.</param>
/// <param name="Elapsed">How long that took.</param>
public sealed record CertifiedImage(LabelledImage Image, Certificate Certificate, TimeSpan Elapsed)
{
    /// <summary>The id of the expert that answered, or "" where the router abstained.</summary>
    public string Route => Certificate.Expert?.Id ?? "";

    /// <summary>The image's row in a log.</summary>
    /// <exception cref="InvalidOperationException">The image has no label: a log is about labelled data.</exception>
    public LogRow ToRow(SeedOrigin seedOrigin)
    {
        StageEvidence first = Certificate.Route ?? Certificate.Expert!;
        return new(
            Image.Index, Image.Label ?? throw new InvalidOperationException($"image {Image.Index} has no label"),
            Certificate.Class, Certificate.Radius, Elapsed.TotalSeconds)
        {
            Routed = new(
                Route,
                Certificate.RouteRadius,
                Certificate.Expert?.Radius ?? 0,
                RoutedColumns.Limit(Certificate.LimitingStage, Certificate.LimitingRoute),
                Certificate.SamplesDrawn, CertifyRun.NoiseKind, first.Stream.Seed,
                SeedRecord.NameOf(seedOrigin)),
        };
    }
}
