using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>
/// The bounds of one stage while its votes are drawn, each a function of the looks so far. Bounds of a simultaneous
/// family keep the best of all looks; those of a fixed count have one look, at the registered n.
/// </summary>
public sealed class StageBounds : IBounds
{
    private readonly List<VoteCounts> _looks = [];
    private readonly List<Asked> _asked = [];

    /// <summary>Bounds before the first vote is estimated on.</summary>
    /// <param name="family">Which bounds, decided before drawing.</param>
    /// <param name="ledger">Who may spend how much of α.</param>
    /// <param name="stream">Where the stage's noise comes from.</param>
    /// <param name="selection">The votes that the outcome was selected on; none for a peer.</param>
    /// <param name="planned">n, the estimation samples that may be drawn at most; at a fixed count, exactly.</param>
    public StageBounds(BoundFamily family, AlphaLedger ledger, NoiseStream stream, VoteCounts selection,
        long planned) =>
        (Family, Ledger, Stream, Selection, Planned) = (family, ledger, stream, selection, planned);

    /// <summary>Which bounds.</summary>
    public BoundFamily Family { get; }

    /// <summary>Who may spend how much of α.</summary>
    public AlphaLedger Ledger { get; }

    /// <summary>Where the stage's noise comes from.</summary>
    public NoiseStream Stream { get; }

    /// <summary>The votes that the outcome was selected on.</summary>
    public VoteCounts Selection { get; }

    /// <summary>n, the most estimation samples.</summary>
    public long Planned { get; private set; }

    /// <summary>How many estimation samples the last look saw; 0 before the first.</summary>
    public long Drawn => _looks.Count == 0 ? 0 : _looks[^1].Total;

    /// <summary>The votes of the last look: all estimation votes so far.</summary>
    /// <exception cref="InvalidOperationException">Nothing was looked at yet.</exception>
    public VoteCounts Estimation =>
        _looks.Count > 0 ? _looks[^1] : throw new InvalidOperationException("no estimation vote was looked at yet");

    /// <summary>All estimation votes so far, of which there may be none.</summary>
    public VoteCounts SoFar => _looks.Count > 0 ? _looks[^1] : NoneAfter(Selection);

    /// <inheritdoc/>
    public int OutcomeCount => Selection.Counts.Length;

    /// <summary>No estimation votes, where selection votes end.</summary>
    public static VoteCounts NoneAfter(VoteCounts selection) =>
        new([.. selection.Counts.Select(_ => 0L)], 0, selection.Range.Next(0), selection.FunctionId);

    /// <summary>Clopper–Pearson bounds of votes at their registered n.</summary>
    /// <param name="ledger">Who may spend how much of α.</param>
    /// <param name="estimation">The votes that bound an outcome.</param>
    /// <param name="selection">The votes that it was selected on; null where it was given.</param>
    /// <param name="stream">Where the stage's noise comes from.</param>
    public static StageBounds AtFixedCount(
        AlphaLedger ledger, VoteCounts estimation, VoteCounts? selection = null, NoiseStream stream = default) =>
            new StageBounds(
            new BoundFamily.FixedCount(), ledger, stream, selection ?? estimation.NoneBefore(), estimation.Total)
            .Look(estimation);

    /// <summary>
    /// Plans another n from now on, at least what was drawn: bounds of the mixture hold whatever it is, those of others
    /// at their own alone.
    /// </summary>
    /// <param name="planned">n, the most estimation samples.</param>
    /// <exception cref="InvalidOperationException">The bounds are of another family, and it is another n.</exception>
    public void PlanFor(long planned)
    {
        if (planned != Planned && Family is not BoundFamily.Mixture)
            throw new InvalidOperationException(
                $"bounds of family {Family} hold at {Planned} planned votes, not at {planned}: "
                + $"{nameof(BoundFamily.Mixture)} alone may go on");
        Planned = Math.Max(planned, Drawn);
    }

    /// <summary>Looks at the votes so far.</summary>
    /// <param name="soFar">All estimation votes so far; they continue those of the last look.</param>
    /// <exception cref="ArgumentException">
    /// They do not, or are more than planned, or the family may not be looked at there.
    /// </exception>
    /// <returns>These bounds.</returns>
    public StageBounds Look(VoteCounts soFar)
    {
        bool mayLook = Family is BoundFamily.Simultaneous
            ? soFar.Total <= Planned
            : soFar.Total == Planned && _looks.Count == 0;
        if (!mayLook)
            throw new ArgumentException(
                $"{soFar.Total} of {Planned} planned votes after {_looks.Count} looks: bounds at a fixed count are "
                + $"read once, there; others at most there", nameof(soFar));
        if (_looks.Count > 0
            && (soFar.Range.From != Estimation.Range.From || soFar.FunctionId != Estimation.FunctionId))
            throw new ArgumentException(
                $"votes {soFar.Range} of {soFar.FunctionId} do not continue {Estimation.Range} of "
                + Estimation.FunctionId, nameof(soFar));
        _looks.Add(soFar);
        foreach (Asked asked in _asked)
            asked.Look(soFar);
        return this;
    }

    /// <summary>
    /// The same bounds if these were all estimation votes, at the planned n: what more draws could show.
    /// </summary>
    /// <param name="estimation">Projected votes; real ones are left alone.</param>
    public StageBounds Projecting(VoteCounts estimation) =>
        new StageBounds(Family, Ledger, Stream, Selection, Planned).Look(estimation);

    /// <inheritdoc/>
    public Probability Lower(string share, params ImmutableArray<int> outcomes) =>
        Ask(BoundSide.Lower, share, outcomes).Value;

    /// <inheritdoc/>
    public Probability Upper(string share, params ImmutableArray<int> outcomes) =>
        Ask(BoundSide.Upper, share, outcomes).Value;

    /// <summary>One bound with the look that decided it.</summary>
    /// <param name="side">Which way it bounds.</param>
    /// <param name="share">Whose share of the ledger it spends.</param>
    /// <param name="outcomes">The outcomes whose probability together is bounded, rising.</param>
    /// <exception cref="KeyNotFoundException">The ledger has no such share.</exception>
    public BoundEvidence Evidence(BoundSide side, string share, params ImmutableArray<int> outcomes) =>
        Ask(side, share, outcomes).Evidence;

    /// <summary>
    /// What proves <see cref="Radius"/> of an outcome: the lower bound on it, and where the ledger has shares for the
    /// other classes an upper bound on each of them.
    /// </summary>
    /// <param name="outcome">The class, not selected on these votes.</param>
    /// <param name="share">Whose share bounds the class.</param>
    public ImmutableArray<BoundEvidence> Prove(int outcome, string share)
    {
        BoundEvidence own = Evidence(BoundSide.Lower, share, outcome);
        return Ledger.OthersOf(share) is not { } others ? [own] :
        [
            own,
            .. Enumerable.Range(0, OutcomeCount).Where(other => other != outcome)
                .Select(other => Evidence(BoundSide.Upper, others, other)),
        ];
    }

    /// <summary>What a theorem makes of these bounds, with every bound that it read: its proof.</summary>
    /// <param name="theorem">Reads bounds, each as its evidence tells it.</param>
    public (T Proved, ImmutableArray<BoundEvidence> Bounds) Prove<T>(Func<IBounds, T> theorem)
    {
        ReadBounds read = new(this);
        return (theorem(read), read.Bounds);
    }

    /// <summary>
    /// The radius within which a class is constant, σ·Φ⁻¹(p), or from both sides where the ledger has shares for the
    /// other classes: whether it has was decided before drawing.
    /// </summary>
    /// <param name="sigma">The σ of the noise, in [0,1] pixels.</param>
    /// <param name="outcome">The class, not selected on these votes.</param>
    /// <param name="share">Whose share bounds the class.</param>
    public double Radius(decimal sigma, int outcome, string share) => Cohen.Radius(sigma, this, Ledger, outcome, share);

    // A bound runs on from the look that it was last asked at: that saves time, and changes no bound.
    private Asked Ask(BoundSide side, string share, ImmutableArray<int> outcomes)
    {
        if (_asked.Find(known => known.Is(side, share, outcomes)) is { } already)
            return already;
        long favourable = outcomes.Sum(outcome => Selection.Counts[outcome]);
        ConfidenceBound bound = Family.Of(Ledger[share], Planned, Stream, favourable, Selection.Total - favourable);
        Asked asked = new(share, side, outcomes, bound);
        // All looks of a bound hold together, so those before somebody asked count as well.
        foreach (VoteCounts look in _looks)
            asked.Look(look);
        _asked.Add(asked);
        return asked;
    }

    private sealed class Asked(string share, BoundSide side, ImmutableArray<int> outcomes, ConfidenceBound bound)
    {
        private readonly RunningBound? _running =
            bound is SimultaneousBound simultaneous ? new(simultaneous, side) : null;
        private long _successes, _draws;

        public bool Is(BoundSide otherSide, string otherShare, ImmutableArray<int> others) =>
            side == otherSide && share == otherShare && outcomes.AsSpan().SequenceEqual(others.AsSpan());

        public Probability Value { get; private set; } = side == BoundSide.Lower ? Probability.Zero : Probability.One;

        public BoundEvidence Evidence => new(share, side, outcomes, bound, _successes, _draws);

        public void Look(VoteCounts soFar)
        {
            long undecided = side == BoundSide.Upper ? soFar.Undecided : 0;
            long successes = outcomes.Sum(outcome => soFar.Counts[outcome]) + undecided, draws = soFar.Total;
            if (_running is null)
                Value = side == BoundSide.Lower ? bound.Lower(successes, draws) : bound.Upper(successes, draws);
            else
                Value = _running.Look(successes, draws);
            // Where no look has shown anything yet, the last one says so as well as any.
            (_successes, _draws) = _running is { DecidingDraws: > 0 }
                ? (_running.DecidingSuccesses, _running.DecidingDraws)
                : (successes, draws);
        }
    }
}
