using Router.Engine;
using Router.Experts.Loading;
using Router.Training.Batches;

namespace Router.Training.Dual;

/// <summary>What every round of a dual training has in common.</summary>
/// <param name="Plan">How.</param>
/// <param name="Dataset">What inputs are.</param>
/// <param name="Learned">The images that are learned.</param>
/// <param name="Test">What cards are measured on; null for nothing.</param>
/// <param name="Machine">Where votes are drawn.</param>
/// <param name="Device">Where networks are trained.</param>
/// <param name="Clock">The time.</param>
/// <param name="Progress">Told of every step.</param>
internal sealed record DualSetting(
    DualPlan Plan, DatasetFacts Dataset, TrainingImages Learned, TrainingImages? Test, Machine Machine, string Device,
    TimeProvider Clock, IProgress<DualStep>? Progress)
{
    /// <summary>The rows that experts are asked about: evenly spread.</summary>
    public int TargetSpacing => Plan.TargetImages is { } wanted ? Math.Max(1, Learned.Count / wanted) : 1;

    /// <summary>How many these are.</summary>
    public int TargetCount =>
        Math.Min(Plan.TargetImages ?? int.MaxValue, (Learned.Count + TargetSpacing - 1) / TargetSpacing);

    /// <summary>The randomness of choices.</summary>
    public TrainingSeed Seed => new(Plan.Seed);
}
