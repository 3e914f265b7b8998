using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>The bounds that evidence holds, and no others.</summary>
/// <param name="outcomeCount">How many outcomes were voted on.</param>
/// <param name="bounds">What was bounded.</param>
public sealed class RecordedBounds(int outcomeCount, ImmutableArray<BoundEvidence> bounds) : IBounds
{
    /// <inheritdoc/>
    public int OutcomeCount => outcomeCount;

    /// <inheritdoc/>
    public Probability Lower(string share, params ImmutableArray<int> outcomes) => Find(BoundSide.Lower, share, outcomes);

    /// <inheritdoc/>
    public Probability Upper(string share, params ImmutableArray<int> outcomes) => Find(BoundSide.Upper, share, outcomes);

    private Probability Find(BoundSide side, string share, ImmutableArray<int> outcomes) =>
        bounds.FirstOrDefault(bound => bound.Share == share && bound.IsOn(side, outcomes.AsSpan()))?.Value
        ?? throw new KeyNotFoundException($"there is no {side} bound of '{share}' on outcome {string.Join('+', outcomes)}");
}
