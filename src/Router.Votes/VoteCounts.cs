using System.Collections.Immutable;

namespace Router.Votes;

/// <summary>
/// What a base classifier answered on a contiguous range of noise samples. Counts, passes and undecided votes together
/// are the range's size, so a bound can never be computed over fewer draws than were planned.
/// </summary>
public sealed class VoteCounts
{
    /// <summary>Votes over the samples of <paramref name="range"/>.</summary>
    /// <param name="counts">Per outcome (class, or route for a router), each ≥ 0.</param>
    /// <param name="undecided">
    /// Votes that fell on no outcome: a draw the noise could not decide, or a logit that is not finite.
    /// </param>
    /// <param name="range">The samples that were evaluated.</param>
    /// <param name="functionId">The function that voted.</param>
    /// <param name="passed">Votes below the function's threshold (<see cref="PassThreshold"/>).</param>
    /// <exception cref="ArgumentException">
    /// A count is negative, or counts, passes and undecided votes do not add up to the range.
    /// </exception>
    public VoteCounts(
        ImmutableArray<long> counts, long undecided, SampleRange range, FunctionId functionId, long passed = 0)
    {
        if (counts.IsDefaultOrEmpty || undecided < 0 || passed < 0 || counts.Any(count => count < 0))
            throw new ArgumentException(
                $"vote counts must be ≥ 0 and not empty, got [{string.Join(", ", counts)}], {undecided} undecided and "
                + $"{passed} passed", nameof(counts));
        if (counts.Sum() + undecided + passed != range.Count)
            throw new ArgumentException(
                $"{counts.Sum()} counted and {undecided} undecided votes{(passed > 0 ? $" and {passed} passes" : "")} "
                + $"are not the {range.Count} samples of {range}", nameof(counts));
        (Counts, Undecided, Passed, Range, FunctionId) = (counts, undecided, passed, range, functionId);
    }

    /// <summary>Votes per outcome.</summary>
    public ImmutableArray<long> Counts { get; }

    /// <summary>
    /// Votes on no outcome: a failure in a lower bound, a success for every outcome in an upper bound.
    /// </summary>
    public long Undecided { get; }

    /// <summary>
    /// Votes that the function kept back, ⊥: decided, and for no outcome. A failure in a lower bound and, unlike an
    /// undecided vote, in an upper bound of every outcome too; 0 of a function without a threshold.
    /// </summary>
    public long Passed { get; }

    /// <summary>The samples these votes were drawn on.</summary>
    public SampleRange Range { get; }

    /// <summary>The function that voted.</summary>
    public FunctionId FunctionId { get; }

    /// <summary>How many samples were drawn: the n of every bound.</summary>
    public long Total => Range.Count;

    /// <summary>The outcome with the most votes; ties go to the lowest index.</summary>
    public int MostVoted => IndexOfMost(except: -1);

    /// <summary>
    /// The outcome with the most votes after <see cref="MostVoted"/>, or −1 where there is only one outcome.
    /// </summary>
    public int RunnerUp => IndexOfMost(except: MostVoted);

    /// <summary>These votes and the ones on the samples right after them.</summary>
    /// <exception cref="ArgumentException">
    /// The ranges are not contiguous, or the votes are of different functions.
    /// </exception>
    public VoteCounts Then(VoteCounts next)
    {
        if (next.FunctionId != FunctionId)
            throw new ArgumentException(
                $"votes of function {next.FunctionId} cannot be added to votes of function {FunctionId}", nameof(next));
        if (next.Range.From != Range.To || next.Counts.Length != Counts.Length)
            throw new ArgumentException($"votes over {next.Range} with {next.Counts.Length} outcomes do not continue "
                + $"{Range} with {Counts.Length}", nameof(next));
        return new([.. Counts.Zip(next.Counts, (a, b) => a + b)], Undecided + next.Undecided,
            new(Range.From, next.Range.To), FunctionId, Passed + next.Passed);
    }

    /// <summary>No votes, on the empty range before these.</summary>
    public VoteCounts NoneBefore() => new([.. Counts.Select(_ => 0L)], 0, new(Range.From, Range.From), FunctionId);

    private int IndexOfMost(int except)
    {
        int most = -1;
        for (int outcome = 0; outcome < Counts.Length; outcome++)
            if (outcome != except && (most < 0 || Counts[outcome] > Counts[most]))
                most = outcome;
        return most;
    }
}

/// <summary>
/// The contiguous sample indices [<paramref name="From"/>, <paramref name="To"/>) of one noise stream.
/// </summary>
/// <param name="From">First index, ≥ 0.</param>
/// <param name="To">One past the last index, ≥ <paramref name="From"/>.</param>
public readonly record struct SampleRange(long From, long To)
{
    /// <summary>How many samples the range holds.</summary>
    public long Count => To - From;

    /// <summary>The <paramref name="count"/> indices that follow this range.</summary>
    public SampleRange Next(long count) => new(To, To + count);

    /// <inheritdoc/>
    public override string ToString() => $"[{From}, {To})";
}
