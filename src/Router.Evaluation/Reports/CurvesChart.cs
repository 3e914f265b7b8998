using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Reports;

/// <summary>
/// Certified accuracy over radius. Where images list a system's answers its curve is read off them, finer than the grid; between two radii a curve has the value
/// of the larger one, which is never above the truth. What an attack left standing has that of the smaller one, which is never below it.
/// </summary>
internal sealed class CurvesChart(TradeoffDocument document, FeaturedSystems featured, ChartColours colours)
{
    private const int FineSteps = 120;
    private const double Tail = 0.025; // of each side: 95 % intervals, as the document's

    public void Fill(JsonObject spec, ChartTheme theme)
    {
        StudySystem[] systems = [.. featured.All];
        spec["datasets"] = new JsonObject { ["curves"] = Chart.Data(systems.SelectMany(Points)) };
        Chart.Set(spec, "shown", featured.Best.Name);
        Chart.Colour(spec, systems.Select(system => system.Name), systems.Select(system => colours.OfSystem(system, theme)));
    }

    private IEnumerable<Point> Points(StudySystem system)
    {
        string line = system.Kind == SystemKinds.Attacked ? "upper bound under attack" : system.Standing switch
        {
            "bound" => "bound that no classifier attains",
            "estimate" => "estimate",
            _ => "certificate",
        };
        Point Row(double radius, double share, double low, double high, bool onGrid) => new(
            system.Name, system.Kind, line, radius, Math.Round(share, 6), Math.Round(low, 6), Math.Round(high, 6), onGrid);
        IEnumerable<Point> points = system.Accuracy.Select(at => Row(at.Radius, at.Share, at.Low, at.High, onGrid: true));
        if (RightRadii(system) is { } right)
        {
            HashSet<double> grid = [.. document.Radii];
            points = points.Concat(FineRadii(right).Where(radius => !grid.Contains(radius)).Select(radius =>
            {
                int certified = right.Count(reached => reached >= radius), all = document.Images.Length;
                return Row(radius, (double)certified / all, ClopperPearson.Lower(certified, all, Tail).Value, ClopperPearson.Upper(certified, all, Tail).Value, onGrid: false);
            }));
        }
        return points.OrderBy(point => point.Radius);
    }

    private static IEnumerable<double> FineRadii(double[] right)
    {
        double end = right.Length == 0 ? 0 : right.Max();
        double step = StepOf(end);
        return Enumerable.Range(1, FineSteps).Select(k => Math.Round(k * step, 4)).Where(radius => radius <= end + step);
    }

    // A round step: at most FineSteps of them reach the end.
    private static double StepOf(double end) =>
        ((double[])[0.005, 0.01, 0.02, 0.025, 0.05, 0.1, 0.25]).FirstOrDefault(step => step * FineSteps >= end, Math.Max(end, 0.005) / FineSteps);

    // The radii of the right answers; null where images do not list what the system answered.
    private double[]? RightRadii(StudySystem system)
    {
        int index = document.Systems.IndexOf(system);
        List<double> radii = [];
        foreach (StudyImage image in document.Images)
        {
            if (image.Answers.FirstOrDefault(answer => answer.System == index) is not { } found) return null;
            if (found.Class == image.Label) radii.Add(found.Radius);
        }
        return document.Images.IsEmpty ? null : [.. radii];
    }

    private sealed record Point(string System, string Kind, string Line, double Radius, double Share, double Low, double High, bool Grid);
}
