using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Evaluation.Logs;

/// <summary>One image of a certification log: Cohen's columns, then ours where they are known.</summary>
/// <param name="Index">The image's index in the full data set split.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Predicted">The certified class, or null to abstain (−1 in the file).</param>
/// <param name="Radius">The certified radius, ≥ 0.</param>
/// <param name="Seconds">How long the certificate took, ≥ 0.</param>
public sealed record LogRow(int Index, int Label, int? Predicted, double Radius, double Seconds)
{
    /// <summary>
    /// A radius that was certified, whatever the printing did to it: in logs of other programs, which round,
    /// <see cref="Radius"/> less half a unit of the last digit; in ours, which print every digit, <see cref="Radius"/>
    /// itself. Published figures use <see cref="Radius"/>.
    /// </summary>
    public double SoundRadius { get; init; } = Radius;

    /// <summary>The routed part; null in logs of other programs.</summary>
    public RoutedColumns? Routed { get; init; }

    /// <summary>Whether the certified class is the true one.</summary>
    public bool IsCorrect => Predicted == Label;
}

/// <summary>What our logs add to Cohen's columns.</summary>
/// <param name="Route">The id of the chosen expert, or "" where the router abstained.</param>
/// <param name="RouteRadius">
/// Within it the route cannot change, or no earlier stage of a cascade answers otherwise; +∞ where there is none.
/// </param>
/// <param name="ExpertRadius">The radius of the expert's class; 0 where none was asked.</param>
/// <param name="LimitingStage">
/// "router", "expert", "peer:ID": another expert, to which the route could change, "earlier:ID" or "later:ID": another
/// stage of a cascade.
/// </param>
/// <param name="Drawn">Samples drawn over all stages.</param>
/// <param name="Noise">The noise kind: "grid".</param>
/// <param name="Seed">The seed of the image's noise.</param>
/// <param name="SeedOrigin">"server" or "caller".</param>
public sealed record RoutedColumns(
    string Route, double RouteRadius, double ExpertRadius, string LimitingStage, long Drawn, string Noise, ulong Seed,
    string SeedOrigin)
{
    /// <summary>What limits a radius, as <see cref="LimitingStage"/> tells it.</summary>
    /// <param name="stage">Which stage.</param>
    /// <param name="other">Of a peer or another stage of a cascade, its id.</param>
    public static string Limit(Stage stage, string? other) =>
        stage is Stage.Router or Stage.Expert ? RecordStages.NameOf(stage) : $"{RecordStages.NameOf(stage)}:{other}";
}
