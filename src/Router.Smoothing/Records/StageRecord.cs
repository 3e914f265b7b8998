using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Records;

/// <summary>What one smoothed classifier contributed.</summary>
/// <param name="Stage">One of <see cref="RecordStages"/>.</param>
/// <param name="Id">The id of the router or expert in the registry.</param>
/// <param name="Sigma">The σ of its noise in [0,1] pixels, as exact decimal text.</param>
/// <param name="Stream">Which noise stream of the seed it drew from.</param>
/// <param name="Outcome">
/// The outcome that matters: the route that the rule, or the class that most votes of its selection choose; for a peer
/// and another stage of a cascade the expert's class.
/// </param>
/// <param name="Estimation">The votes that the bounds count.</param>
/// <param name="Bounds">What was bounded from them.</param>
/// <param name="Selection">
/// The votes on which the outcome was selected; absent for a peer and a later stage, which select nothing.
/// </param>
public sealed record StageRecord(
    string Stage, string Id, string Sigma, uint Stream, int Outcome, VotesRecord Estimation,
    ImmutableArray<BoundRecord> Bounds,
    VotesRecord? Selection = null);

/// <summary>The stages of a record.</summary>
public static class RecordStages
{
    /// <summary>The smoothed variance estimator.</summary>
    public const string Router = "router";

    /// <summary>The routed expert.</summary>
    public const string Expert = "expert";

    /// <summary>The expert of another route, asked whether it certifies the same class.</summary>
    public const string Peer = "peer";

    /// <summary>A stage of a cascade before the one that answers, which is <see cref="Expert"/>.</summary>
    public const string Earlier = "earlier";

    /// <summary>A stage of a cascade after the one that answers, asked about the same class.</summary>
    public const string Later = "later";

    /// <summary>A stage as records, logs and answers write it.</summary>
    public static string NameOf(Stage stage) => stage switch
    {
        Smoothing.Stage.Router => Router,
        Smoothing.Stage.Expert => Expert,
        Smoothing.Stage.Peer => Peer,
        Smoothing.Stage.Earlier => Earlier,
        Smoothing.Stage.Later => Later,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "there is no such stage"),
    };
}

/// <summary>Votes on the samples [From, To) of a stream.</summary>
/// <param name="From">First sample index.</param>
/// <param name="To">One past the last.</param>
/// <param name="Counts">Votes per outcome.</param>
/// <param name="Undecided">Votes that nothing decided; with the counts and the passes they are To − From.</param>
/// <param name="Function">The function that voted: lower-case hex of a SHA-256.</param>
public sealed record VotesRecord(long From, long To, ImmutableArray<long> Counts, long Undecided, string Function)
{
    /// <summary>Votes that the function kept back: at least one; absent where there is none.</summary>
    public long? Passed { get; init; }

    internal long Total => To - From;

    internal VoteCounts ToVotes() => new(Counts, Undecided, new(From, To), new(Function), Passed ?? 0);

    internal static VotesRecord Of(VoteCounts votes) =>
        new(votes.Range.From, votes.Range.To, votes.Counts, votes.Undecided, votes.FunctionId.Value)
        {
            Passed = votes.Passed > 0 ? votes.Passed : null,
        };
}

/// <summary>A bound on the probability that a vote falls on one of some outcomes.</summary>
/// <param name="Kind">One of <see cref="BoundKinds"/>.</param>
/// <param name="Side">"lower" or "upper".</param>
/// <param name="Outcomes">
/// The outcomes, rising; one, but for the cumulative probabilities of an order of routes.
/// </param>
/// <param name="Share">Whose part of the α ledger it spends.</param>
/// <param name="Alpha">How much of it.</param>
/// <param name="Successes">
/// S*: successes at the look that decided; undecided votes are failures below and successes above.
/// </param>
/// <param name="Draws">t*: draws at the look that decided, the first that many of the estimation range.</param>
/// <param name="Value">The bound.</param>
/// <param name="Complement">1 minus the bound, to full accuracy.</param>
public sealed record BoundRecord(
    string Kind, string Side, ImmutableArray<int> Outcomes, string Share, double Alpha, long Successes, long Draws,
    double Value, double Complement)
{
    /// <summary>The registered looks of a <see cref="BoundKinds.Schedule"/>.</summary>
    public ImmutableArray<long>? Looks { get; init; }

    /// <summary>a of a <see cref="BoundKinds.BetaMixture"/>: ½ plus the selection votes on the outcomes.</summary>
    public double? A { get; init; }

    /// <summary>b of a <see cref="BoundKinds.BetaMixture"/>: ½ plus the other selection votes.</summary>
    public double? B { get; init; }

    /// <summary>
    /// W of a <see cref="BoundKinds.RandomisedClopperPearson"/>, which the seed and the stream decide.
    /// </summary>
    public double? W { get; init; }

    internal static BoundRecord Of(BoundEvidence evidence)
    {
        Probability value = evidence.Value;
        return new(
            KindOf(evidence.Bound), evidence.Side == BoundSide.Lower ? BoundKinds.Lower : BoundKinds.Upper,
            evidence.Outcomes, evidence.Share,
            evidence.Alpha, evidence.Successes, evidence.Draws, value.Value, value.Complement)
        {
            Looks = (evidence.Bound as LookSchedule)?.Looks,
            A = (evidence.Bound as BetaMixture)?.A,
            B = (evidence.Bound as BetaMixture)?.B,
            W = (evidence.Bound as RandomisedClopperPearson)?.W,
        };
    }

    private static string KindOf(ConfidenceBound bound) => bound switch
    {
        RandomisedClopperPearson => BoundKinds.RandomisedClopperPearson,
        FixedCountBound => BoundKinds.ClopperPearson,
        LookSchedule => BoundKinds.Schedule,
        BetaMixture => BoundKinds.BetaMixture,
        _ => throw new ArgumentException($"records do not know the bound {bound.GetType().Name}", nameof(bound)),
    };
}

/// <summary>The kinds of bounds (docs/certificates.md, section 4).</summary>
public static class BoundKinds
{
    /// <summary>At the registered n, which is all of the estimation range.</summary>
    public const string ClopperPearson = "clopperPearson";

    /// <summary>The same with W from the stream.</summary>
    public const string RandomisedClopperPearson = "randomisedClopperPearson";

    /// <summary>At registered looks, α/m each.</summary>
    public const string Schedule = "schedule";

    /// <summary>At any number of draws.</summary>
    public const string BetaMixture = "betaMixture";

    /// <summary>The side of a lower bound.</summary>
    public const string Lower = "lower";

    /// <summary>The side of an upper bound.</summary>
    public const string Upper = "upper";
}
