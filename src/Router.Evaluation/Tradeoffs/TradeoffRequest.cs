using System.Collections.Immutable;
using Router.Evaluation.Attacks;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs;

/// <summary>A cascade that a study is to score.</summary>
/// <param name="Order">The ids of its experts in the order they are asked.</param>
/// <param name="Cascade">Their thresholds.</param>
public sealed record NamedCascade(ImmutableArray<string> Order, Cascade Cascade);

/// <summary>What a study is asked for.</summary>
/// <param name="Material">Where answers are read from.</param>
/// <param name="Title">What the study is about.</param>
public sealed record TradeoffRequest(MaterialRequest Material, string Title)
{
    /// <summary>Which images count.</summary>
    public Func<int, bool> Wanted { get; init; } = _ => true;

    /// <summary>α of each certificate.</summary>
    public double FailureProbability { get; init; } = 0.001;

    /// <summary>The grid of radii, ascending.</summary>
    public ImmutableArray<double> Radii { get; init; } = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5];

    /// <summary>Mixes by the ids of their experts; none for every subset.</summary>
    public ImmutableArray<ImmutableArray<string>> Mixes { get; init; } = [];

    /// <summary>τ of quantile routing.</summary>
    public ImmutableArray<decimal> Quantiles { get; init; } = Scoring.MixPlan.UsualQuantiles;

    /// <summary>τ of cascades.</summary>
    public ImmutableArray<decimal> Thresholds { get; init; } = Scoring.MixPlan.UsualThresholds;

    /// <summary>Cascades beside those of <see cref="Thresholds"/>, such as with thresholds by class.</summary>
    public ImmutableArray<NamedCascade> Cascades { get; init; } = [];

    /// <summary>What is wanted; none where nothing is to be chosen.</summary>
    public ImmutableArray<StudyWish> Wishes { get; init; } = [];

    /// <summary>The largest mean number of samples per image of what is chosen; null for any.</summary>
    public double? MaxCost { get; init; }

    /// <summary>Which images are chosen on, and which are reported.</summary>
    public ulong Seed { get; init; }

    /// <summary>The two radii of the Pareto front; both join the grid.</summary>
    public (double First, double Second) Front { get; init; } = (0.25, 1);

    /// <summary>Logs of attacks on routed systems.</summary>
    public ImmutableArray<string> Attacks { get; init; } = [];

    /// <summary>Whether a file is read, or lies beside one that is and belongs to it.</summary>
    /// <param name="path">Its full path.</param>
    public bool Reads(string path) => Material.Reads(path)
        || Attacks.Any(log => path == log || path == AttackTerms.FileOf(log).Path);

    /// <summary>
    /// Floating-point operations of one forward pass of a network, by id; null where they are not known.
    /// </summary>
    public Func<string, double?> Flops { get; init; } = _ => null;
}
