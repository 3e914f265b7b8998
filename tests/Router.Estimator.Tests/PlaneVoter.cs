using Router.Smoothing.Tests.Certificates;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>
/// Strip classifiers of the plane as voters: an input of two levels (i, j) is the point of a lattice.
/// </summary>
internal static class PlaneVoter
{
    /// <summary>A lattice of inputs that resonates with none of the lines.</summary>
    public static IEnumerable<GridInput> Lattice =>
        from i in Enumerable.Range(0, 16)
        from j in Enumerable.Range(0, 16)
        select new GridInput(new[] { (byte)i, (byte)j }, 2);

    public static (double X, double Y) PointOf(GridInput input) =>
        (-2.5 + input.Levels.Span[0] * 0.337, -2.5 + input.Levels.Span[1] * 0.341);

    public static ScriptedVoter Of(string name, StripClassifier strips) =>
        new(name, strips.Sigma, strips.Probabilities(0, 0).Length, request =>
        {
            (double x, double y) = PointOf(request.Input);
            return strips.Draw(x, y, request.Stream, request.Range).Counts;
        });

    /// <summary>The first of some 1200 points of the open ball around an input whose class is another.</summary>
    public static (double X, double Y)? OtherClass(
        GridInput input, double radius, int expected, Func<double, double, int> classOf)
    {
        const int Steps = 20;
        (double x, double y) = PointOf(input);
        for (int i = -Steps; i <= Steps; i++)
            for (int j = -Steps; j <= Steps; j++)
            {
                double dx = radius * i / (Steps + 0.01), dy = radius * j / (Steps + 0.01);
                if (dx * dx + dy * dy < radius * radius && classOf(x + dx, y + dy) != expected)
                    return (x + dx, y + dy);
            }
        return null;
    }
}
