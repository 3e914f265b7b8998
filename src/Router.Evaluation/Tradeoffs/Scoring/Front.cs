
namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>The systems that no other beats everywhere: in certified accuracy at two radii and in cost.</summary>
internal static class Front
{
    /// <summary>
    /// Names of the systems on the Pareto front over (accuracy at r₁, accuracy at r₂, samples per image), the most
    /// accurate at r₁ first.
    /// </summary>
    /// <param name="systems">Figures of all; those that nothing attains are left out.</param>
    /// <param name="first">r₁, of the grid.</param>
    /// <param name="second">r₂, of the grid.</param>
    public static StudyFront Of(IEnumerable<StudySystem> systems, double first, double second)
    {
        (string Name, double First, double Second, double Cost)[] points =
        [
            .. systems.Where(system => system.IsAttained)
                .Select(system => (system.Name, At(system, first), At(system, second), system.Cost.Samples ?? 0)),
        ];
        return new(first, second, [.. points.Where(point => !points.Any(other => Beats(other, point)))
            .OrderByDescending(point => point.First).Select(point => point.Name)]);
    }

    private static double At(StudySystem system, double radius) =>
        system.Accuracy.First(accuracy => accuracy.Radius == radius).Share;

    private static bool Beats(
        (string Name, double First, double Second, double Cost) one,
        (string Name, double First, double Second, double Cost) other) =>
        one.First >= other.First && one.Second >= other.Second && one.Cost <= other.Cost
        && (one.First > other.First || one.Second > other.Second || one.Cost < other.Cost);
}
