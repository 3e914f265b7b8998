using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

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
