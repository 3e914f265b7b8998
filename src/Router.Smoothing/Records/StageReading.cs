using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing.Records;

/// <summary>The bounds of a record's stage as probabilities: those that it states, or those that its counts give. One
/// that is not there says nothing.</summary>
/// <param name="stage">A stage whose bounds <see cref="BoundRole"/> found in order.</param>
/// <param name="read">The probability of a bound.</param>
internal sealed class StageReading(StageRecord stage, Func<StageRecord, BoundRecord, Probability> read) : IBounds
{
    // A bound is on one outcome, or on 0+…+k: the last names it.
    private readonly Dictionary<(string Side, int Last), Probability> _bounds =
        stage.Bounds.ToDictionary(bound => (bound.Side, bound.Outcomes[^1]), bound => read(stage, bound));

    /// <inheritdoc/>
    public int OutcomeCount => stage.Estimation.Counts.Length;

    /// <inheritdoc/>
    public Probability Lower(string share, params ImmutableArray<int> outcomes) =>
        Find(BoundKinds.Lower, outcomes[^1]) ?? Probability.Zero;

    /// <inheritdoc/>
    public Probability Upper(string share, params ImmutableArray<int> outcomes) =>
        Find(BoundKinds.Upper, outcomes[^1]) ?? Probability.One;

    /// <summary>The lower bound on what was selected; 0 where there is none.</summary>
    public Probability Chosen => Find(BoundKinds.Lower, stage.Outcome) ?? Probability.Zero;

    /// <summary>
    /// The upper bound on the class that a cascade's stage could answer instead, and which; null where there is none.
    /// </summary>
    /// <param name="cascade">The order and its thresholds.</param>
    /// <param name="place">The stage's place in it.</param>
    public RivalBound? Rival(Cascade cascade, int place) => cascade.NearestOf(
        place, Chosen,
        _bounds.Where(bound => bound.Key.Side == BoundKinds.Upper)
            .Select(bound => new RivalBound(bound.Key.Last, bound.Value)));

    /// <summary>R_j(c), from both sides where every other class was bounded.</summary>
    public double Radius => Cohen.RadiusOfKnown(
        RecordMembers.Sigma(stage)!.Value, Chosen,
        [
            .. Enumerable.Range(0, OutcomeCount).Where(outcome => outcome != stage.Outcome)
                .Select(outcome => Find(BoundKinds.Upper, outcome)),
        ]);

    private Probability? Find(string side, int last) =>
        _bounds.TryGetValue((side, last), out Probability value) ? value : null;
}
