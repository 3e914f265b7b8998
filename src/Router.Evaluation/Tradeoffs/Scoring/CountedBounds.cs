using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>Bounds from counts, at the shares of a ledger.</summary>
/// <param name="table">Bounds that are known.</param>
/// <param name="family">The family that the votes were drawn for.</param>
/// <param name="ledger">Who may spend how much of α.</param>
/// <param name="votes">Selection and estimation votes.</param>
internal sealed class CountedBounds(BoundTable table, BoundFamily family, AlphaLedger ledger, ImageVotes votes)
    : IBounds
{
    /// <inheritdoc/>
    public int OutcomeCount => votes.Selection.Counts.Length;

    /// <inheritdoc/>
    public Probability Lower(string share, params ImmutableArray<int> outcomes) =>
        Bound(BoundSide.Lower, share, outcomes.AsSpan());

    /// <inheritdoc/>
    public Probability Upper(string share, params ImmutableArray<int> outcomes) =>
        Bound(BoundSide.Upper, share, outcomes.AsSpan());

    private Probability Bound(BoundSide side, string share, ReadOnlySpan<int> outcomes)
    {
        long selected = 0, successes = side == BoundSide.Upper ? votes.Estimation.Undecided : 0;
        foreach (int outcome in outcomes)
        {
            selected += votes.Selection.Counts[outcome];
            successes += votes.Estimation.Counts[outcome];
        }
        return table.Of(
            family, ledger[share], side, successes, votes.Estimation.Total, selected, votes.Selection.Total,
            votes.Stream);
    }
}
