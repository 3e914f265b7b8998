using System.Collections.Immutable;
using Router.Smoothing.Bounds;

namespace Router.Smoothing;

/// <summary>
/// Bounds on the vote probabilities of one stage: fresh ones from its votes, or the recorded ones of its evidence.
/// </summary>
public interface IBounds
{
    /// <summary>How many outcomes are voted on.</summary>
    int OutcomeCount { get; }

    /// <summary>A lower bound on the probability that a vote falls on one of the outcomes.</summary>
    /// <param name="share">Whose share of the ledger it spends; each bound of that name spends one part.</param>
    /// <param name="outcomes">Rising.</param>
    /// <exception cref="KeyNotFoundException">The ledger has no such share, or the evidence no such bound.</exception>
    Probability Lower(string share, params ImmutableArray<int> outcomes);

    /// <summary>An upper bound on the probability that a vote falls on one of the outcomes.</summary>
    /// <inheritdoc cref="Lower" path="/param|/exception"/>
    Probability Upper(string share, params ImmutableArray<int> outcomes);
}
