using System.Globalization;
using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>Five curves of a study, named in plain words.</summary>
internal sealed class HeadlineChart
{
    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
    {
        [SystemKinds.Exclusion] = "ours: the same router, better certificate",
        [SystemKinds.Quantile] = "ours: route by a quantile of the votes",
        [SystemKinds.Cascade] = "ours: experts asked in turn (cascade)",
    };

    private readonly TradeoffDocument _document;
    private readonly CurvesChart _curves;
    private readonly ChartColours _colours;
    private readonly (string Name, StudySystem System)[] _lines;

    public HeadlineChart(TradeoffDocument document, FeaturedSystems featured)
    {
        (_document, _colours) = (document, new(document, featured));
        _curves = new(document, featured, _colours);
        StudySystem[] singles = [.. featured.Singles.OrderBy(Sigma)];
        // Of the whole mix: what a smaller one does better or worse is in the full chart.
        int largest = featured.Systems.Select(system => system.Experts.Length).DefaultIfEmpty(0).Max();
        StudySystem[] whole = [.. featured.Systems.Where(system => system.Experts.Length == largest)];
        StudySystem? published = whole.FirstOrDefault(system => system.Kind == SystemKinds.Dual);
        StudySystem? ours =
            whole.Where(system => Ours.ContainsKey(system.Kind)).MaxBy(system => system.MeanRadius ?? 0);
        StudySystem? best = featured.Bounds.FirstOrDefault(system => system.Kind == SystemKinds.Envelope);
        _lines = singles.Length < 2 || published is null || ours is null || best is null
            ? []
            : [
                ("best single expert at each radius", best),
                (Ours[ours.Kind], ours),
                ("certificate as published (dual)", published),
                (Alone(singles[0]), singles[0]),
                (Alone(singles[^1]), singles[^1]),
            ];
    }

    public bool Any => _lines.Length > 0;

    public void Fill(JsonObject spec, ChartTheme theme)
    {
        spec["datasets"] = new JsonObject
        {
            ["curves"] = Chart.Data(_lines.SelectMany(line =>
                _curves.Points(line.System).Select(point => point with { System = line.Name }))),
        };
        Chart.Colour(
            spec, _lines.Select(line => line.Name), _lines.Select(line => _colours.OfSystem(line.System, theme)));
        spec["encoding"]!["strokeDash"]!["scale"]!["domain"] = Chart.Data(_lines.Select(line => line.Name));
    }

    private decimal Sigma(StudySystem single) =>
        _document.Networks.First(network => network.Id == single.Experts[0]).Sigma;

    private string Alone(StudySystem single) =>
        string.Create(CultureInfo.InvariantCulture, $"one expert, σ = {Sigma(single)}");
}
