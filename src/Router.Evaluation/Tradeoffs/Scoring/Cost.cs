
namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// What an answer took; NaN where it is not known, and unknown together with anything is unknown. Single precision:
/// there are millions of them.
/// </summary>
/// <param name="Samples">Forward passes.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Seconds">Measured seconds.</param>
internal readonly record struct Cost(float Samples, float Flops, float Seconds)
{
    public static Cost Of(double? samples, double? flops, double? seconds) =>
        new(Known(samples), Known(flops), Known(seconds));

    public static Cost operator +(Cost one, Cost other) =>
        new(one.Samples + other.Samples, one.Flops + other.Flops, one.Seconds + other.Seconds);

    /// <summary>The mean cost of several answers; null where one of them is not known.</summary>
    public static StudyCost Mean(IReadOnlyCollection<Cost> costs) => new(
        Mean(costs, cost => cost.Samples), Mean(costs, cost => cost.Flops), Mean(costs, cost => cost.Seconds));

    private static double? Mean(IReadOnlyCollection<Cost> costs, Func<Cost, float> part) =>
        costs.Sum(cost => (double)part(cost)) is var sum && double.IsNaN(sum) ? null : sum / costs.Count;

    private static float Known(double? value) => (float)(value ?? double.NaN);
}
