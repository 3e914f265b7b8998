using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Reports;

/// <summary>
/// To which experts the images go that are certified at a radius, one stacked bar per radius; how many those images are
/// is written above it.
/// </summary>
internal sealed class RoutesChart(TradeoffDocument document, FeaturedSystems featured, ChartColours colours)
{
    private const int MaxBars = 16;

    public static bool Has(TradeoffDocument document, FeaturedSystems featured) =>
        RoutedSystems(document, featured).Any();

    public void Fill(JsonObject spec, ChartTheme theme)
    {
        StudySystem[] systems = [.. RoutedSystems(document, featured)];
        spec["datasets"] = new JsonObject { ["routes"] = Chart.Data(systems.SelectMany(Rows)) };
        Chart.Set(spec, "system", (systems.Contains(featured.Best) ? featured.Best : systems[0]).Name);
        string[] experts = [.. colours.Experts];
        Chart.Colour(spec, experts, experts.Select(id => colours.OfExpert(id, theme)));
    }

    private static IEnumerable<StudySystem> RoutedSystems(TradeoffDocument document, FeaturedSystems featured)
    {
        HashSet<int> routed = [.. document.Images.SelectMany(image => image.Answers)
            .Where(answer => answer.Route is not null).Select(answer => answer.System)];
        return featured.Systems.Where(system => routed.Contains(document.Systems.IndexOf(system)));
    }

    private IEnumerable<Row> Rows(StudySystem system)
    {
        int index = document.Systems.IndexOf(system);
        (string Route, double Radius)[] right =
        [
            .. document.Images.SelectMany(image => image.Answers.Where(
                answer => answer.System == index && answer.Class == image.Label && answer.Route is not null))
                .Select(answer => (answer.Route!, answer.Radius)),
        ];
        foreach (double radius in ShownRadii())
        {
            (string Route, double Radius)[] certified = [.. right.Where(answer => answer.Radius >= radius)];
            foreach ((string route, int order) in system.Experts.Select((id, order) => (id, order)))
                if (certified.Count(answer => answer.Route == route) is > 0 and int images)
                    yield return new(
                        system.Name, radius, route, order, images, certified.Length, (double)images / certified.Length);
        }
    }

    private IEnumerable<double> ShownRadii()
    {
        int every = (document.Radii.Length + MaxBars - 1) / MaxBars;
        return document.Radii.Where((_, position) => position % every == 0);
    }

    private sealed record Row(
        string System, double Radius, string Route, int Order, int Images, int Certified, double Share);
}
