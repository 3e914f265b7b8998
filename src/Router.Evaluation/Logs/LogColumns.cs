
namespace Router.Evaluation.Logs;

/// <summary>The column names of a certification log; the first six are Cohen's.</summary>
internal static class LogColumns
{
    public const string Index = "idx";
    public const string Label = "label";
    public const string Predict = "predict";
    public const string Radius = "radius";
    public const string Correct = "correct";
    public const string Time = "time";
    public const string Route = "route";
    public const string RouteRadius = "route_radius";
    public const string ExpertRadius = "expert_radius";
    public const string Limiting = "limiting";
    public const string Drawn = "n";
    public const string Noise = "noise";
    public const string Seed = "seed";
    public const string SeedOrigin = "seed_origin";

    /// <summary>What another program's log must have; its order is free and more columns are ignored.</summary>
    public static readonly string[] Required = [Index, Label, Predict, Radius];

    /// <summary>What ours has, in order.</summary>
    public static readonly string[] Ours =
        [Index, Label, Predict, Radius, Correct, Time, Route, RouteRadius, ExpertRadius, Limiting, Drawn, Noise, Seed,
            SeedOrigin];
}
