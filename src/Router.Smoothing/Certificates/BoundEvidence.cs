using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>One bound that a certificate rests on, at the look that decided it.</summary>
/// <param name="Share">Whose share of the ledger it spends.</param>
/// <param name="Side">Which way it bounds.</param>
/// <param name="Outcomes">The outcomes whose probability together is bounded, rising.</param>
/// <param name="Bound">How: the family, with its α.</param>
/// <param name="Successes">
/// S*, the successes at the look that decided; an undecided vote is a failure below and a success above.
/// </param>
/// <param name="Draws">t*, the draws at that look: the first that many of the estimation range.</param>
public sealed record BoundEvidence(
    string Share, BoundSide Side, ImmutableArray<int> Outcomes, ConfidenceBound Bound, long Successes, long Draws)
{
    /// <summary>How much of the share it spends.</summary>
    public double Alpha => Bound.Alpha;

    /// <summary>The bound, computed from the counts.</summary>
    public Probability Value => Side == BoundSide.Lower ? Bound.Lower(Successes, Draws) : Bound.Upper(Successes, Draws);

    /// <summary>"lower 3: 950/1000" or "upper 0+1: 20/1000": side, outcomes, and S*/t*.</summary>
    public override string ToString() =>
        $"{(Side == BoundSide.Lower ? "lower" : "upper")} {string.Join('+', Outcomes)}: {Successes}/{Draws}";

    /// <summary>Whether it bounds these outcomes on this side.</summary>
    public bool IsOn(BoundSide side, params ReadOnlySpan<int> outcomes) =>
        Side == side && Outcomes.AsSpan().SequenceEqual(outcomes);
}

/// <summary>The bounds of a stage as a theorem reads them: what it read, once each, in the order of reading.</summary>
/// <param name="bounds">The bounds of the stage.</param>
internal sealed class ReadBounds(StageBounds bounds) : IBounds
{
    private readonly List<BoundEvidence> _read = [];

    /// <inheritdoc/>
    public int OutcomeCount => bounds.OutcomeCount;

    /// <summary>What was read.</summary>
    public ImmutableArray<BoundEvidence> Bounds => [.. _read];

    /// <inheritdoc/>
    public Probability Lower(string share, params ImmutableArray<int> outcomes) =>
        Read(BoundSide.Lower, share, outcomes);

    /// <inheritdoc/>
    public Probability Upper(string share, params ImmutableArray<int> outcomes) =>
        Read(BoundSide.Upper, share, outcomes);

    private Probability Read(BoundSide side, string share, ImmutableArray<int> outcomes)
    {
        BoundEvidence evidence = bounds.Evidence(side, share, outcomes);
        if (!_read.Exists(read => read.Share == share && read.IsOn(side, outcomes.AsSpan())))
            _read.Add(evidence);
        return evidence.Value;
    }
}
