using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// Where radius is lost: what a system keeps of the mean radius of each image's best expert, and which stage limits the
/// radius.
/// </summary>
internal sealed class LossesChart(FeaturedSystems featured)
{
    private readonly StudySystem[] _systems = [.. featured.Systems.Where(system => system.Losses is not null)];

    public bool Any => _systems.Length > 0;

    public void FillLosses(JsonObject spec, ChartTheme theme) => Fill(spec, "losses", system =>
    [
        ("mean radius", system.MeanRadius ?? 0),
        ("ΔR_route: the route might change", system.Losses!.Route),
        ("ΔR_expert: another expert does better", system.Losses!.Expert),
    ]);

    public void FillLimits(JsonObject spec, ChartTheme theme) => Fill(spec, "limits", system =>
    [
        ("router", system.Losses!.LimitedByRouter),
        ("expert", system.Losses!.LimitedByExpert),
        ("peer or other stage", system.Losses!.LimitedByPeer),
    ]);

    private void Fill(JsonObject spec, string data, Func<StudySystem, (string Part, double Value)[]> parts) =>
        spec["datasets"] = new JsonObject
    {
        [data] = Chart.Data(_systems.SelectMany(system =>
            parts(system).Select(
                (part, order) => new Row(system.Name, system.Standing, part.Part, order, Math.Round(part.Value, 6))))),
    };

    private sealed record Row(string System, string Standing, string Part, int Order, double Value);
}
