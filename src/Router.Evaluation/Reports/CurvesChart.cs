using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Reports;

/// <summary>
/// Certified accuracy over radius. Where images list the answers a curve is read off them, finer than the grid; between
/// two radii a curve has the value of the larger one, which is never above the truth. Bounds have that of the smaller
/// one, which is never below it.
/// </summary>
internal sealed class CurvesChart(TradeoffDocument document, FeaturedSystems featured, ChartColours colours)
{
    private const double Tail = 0.025; // of each side: 95 % intervals, as the document's

    private readonly RightAnswers _right = new(document);

    public void Fill(JsonObject spec, ChartTheme theme)
    {
        StudySystem[] systems = [.. featured.All];
        Point[] points = [.. systems.SelectMany(Points)];
        // Beyond the first radius at which nothing is left there is nothing to see.
        double end = points.Where(point => point.Share > 0).Select(point => point.Radius).DefaultIfEmpty(0).Max();
        double shown = document.Radii.FirstOrDefault(radius => radius > end, document.Radii[^1]);
        spec["datasets"] = new JsonObject { ["curves"] = Chart.Data(points.Where(point => point.Radius <= shown)) };
        Chart.Set(spec, "shown", featured.Best.Name);
        Chart.KeepPresent(
            Chart.Layer(spec, "lines")["strokeDash"]!["scale"]!, points.Select(point => point.Standing));
        Chart.Colour(
            spec, systems.Select(system => system.Name), systems.Select(system => colours.OfSystem(system, theme)));
    }

    /// <summary>The points of a system's curve, ascending in radius.</summary>
    internal IEnumerable<Point> Points(StudySystem system)
    {
        Func<double, int>? fine = _right.CountOf(system);
        string standing = Words.OfStanding(system);
        bool above = !system.IsAttained;
        Point Row(double radius, double share, double low, double high, bool onGrid) => new(
            system.Name, system.Kind, standing, radius, Math.Round(share, 6), Math.Round(low, 6), Math.Round(high, 6),
            onGrid, above);
        IEnumerable<Point> points =
            system.Accuracy.Select(at => Row(at.Radius, at.Share, at.Low, at.High, onGrid: true));
        if (fine is not null)
            points = points.Concat(_right.FineRadii.Except(document.Radii).Select(radius =>
            {
                int certified = fine(radius), all = document.Images.Length;
                return Row(
                    radius, (double)certified / all, ClopperPearson.Lower(certified, all, Tail).Value,
                    ClopperPearson.Upper(certified, all, Tail).Value, onGrid: false);
            }));
        return points.OrderBy(point => point.Radius);
    }

    /// <summary>One point of a curve; "above" where it is an upper bound between two radii.</summary>
    internal sealed record Point(
        string System, string Kind, string Standing, double Radius, double Share, double Low, double High, bool Grid,
        bool Above);
}
