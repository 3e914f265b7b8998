using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// Every system as a point: certified accuracy at two radii, cost as size. The template finds the front, so that a
/// viewer may choose other radii.
/// </summary>
internal sealed class ParetoChart(
    TradeoffDocument document, FeaturedSystems featured, ChartColours colours, double first, double second)
{
    private static readonly (string Title, Func<StudyCost, double?> Of)[] Costs =
        [("Samples per image", cost => cost.Samples), ("FLOPs per image", cost => cost.Flops),
            ("Seconds per image", cost => cost.Seconds)];

    public void Fill(JsonObject spec, ChartTheme theme)
    {
        double horizontal = Nearest(first), vertical = Nearest(second);
        (string title, Func<StudyCost, double?> cost) =
            Costs.FirstOrDefault(one => document.Systems.Any(system => one.Of(system.Cost) is not null), Costs[0]);
        // Where two names would touch, the one that comes first is written.
        List<StudySystem> labelled = [featured.Best, .. featured.Singles, .. featured.Systems];
        spec["datasets"] = new JsonObject
        {
            ["systems"] = Chart.Data(document.Systems.Select(system => new Point(
                system.Name, Words.OfKind(system.Kind), Words.OfStanding(system),
                [.. system.Accuracy.Select(at => Math.Round(at.Share, 6))], cost(system.Cost),
                Rounded(system.Abstained), Rounded(system.MeanRadius),
                labelled.Contains(system) ? Label(system) : null, labelled.IndexOf(system)))),
        };
        Chart.Set(spec, "radii", Chart.Data(document.Radii));
        Chart.Set(spec, "first", horizontal);
        Chart.Set(spec, "second", vertical);
        JsonNode encoding = spec["encoding"]!;
        encoding["x"]!["title"] = $"Certified accuracy at radius {horizontal}";
        encoding["y"]!["title"] = $"Certified accuracy at radius {vertical}";
        JsonObject points = Chart.Layer(spec, "points");
        Chart.KeepPresent(points["shape"]!["scale"]!, document.Systems.Select(Words.OfStanding));
        if (document.Systems.Any(system => cost(system.Cost) is not null))
            points["size"]!["title"] = title;
        else
            points.Remove("size");
        string[] kinds = [.. colours.KindsPresent];
        Chart.Colour(spec, kinds.Select(Words.OfKind), kinds.Select(kind => ChartColours.OfKind(kind, theme)));
    }

    // Points of one mix lie close together: there the rule alone names them.
    private string Label(StudySystem system)
    {
        string mix = string.Join('+', system.Experts) + " ";
        bool one = featured.Systems.All(other => other.Experts.SequenceEqual(featured.Systems[0].Experts));
        return one && system.Name.StartsWith(mix, StringComparison.Ordinal) ? system.Name[mix.Length..] : system.Name;
    }

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 6) : null;

    private double Nearest(double radius) => document.Radii.MinBy(one => Math.Abs(one - radius));

    private sealed record Point(
        string System, string Kind, string Standing, double[] Shares, double? Cost, double? Abstained,
        double? MeanRadius, string? Label, int Rank);
}
