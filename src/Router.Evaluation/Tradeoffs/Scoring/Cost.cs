namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>What an answer took; null where it is not known, and unknown together with anything is unknown.</summary>
/// <param name="Samples">Forward passes.</param>
/// <param name="Flops">Floating-point operations.</param>
/// <param name="Seconds">Measured seconds.</param>
internal readonly record struct Cost(double? Samples, double? Flops, double? Seconds)
{
    public static Cost None => new(0, 0, 0);

    public static Cost operator +(Cost one, Cost other) => new(one.Samples + other.Samples, one.Flops + other.Flops, one.Seconds + other.Seconds);
}
