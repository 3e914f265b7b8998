using System.Collections.Immutable;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

public sealed class StageBoundsTests
{
    private static readonly AlphaLedger Ledger = new RoutingRule.MostVoted().Split(CertificateKind.Exclusion, 3, 0.01);
    private static readonly FunctionId Function = new("toy");
    private static readonly NoiseStream Stream = new(3, 1);
    private static readonly VoteCounts Selection = new([10, 70, 15], 5, new(0, 100), Function);

    private static VoteCounts After(params long[] counts) =>
        new([.. counts], 0, new(100, 100 + counts.Sum()), Function);

    private static StageBounds Of(BoundFamily family, long planned = 1000) =>
        new(family, Ledger, Stream, Selection, planned);

    [Fact]
    public void A_fixed_count_is_read_once_at_the_registered_n_and_nowhere_else()
    {
        foreach (BoundFamily family in (
            BoundFamily[])[new BoundFamily.FixedCount(), new BoundFamily.RandomisedFixedCount()])
        {
            Assert.Throws<ArgumentException>(() => Of(family).Look(After(50, 400, 50)));
            StageBounds bounds = Of(family).Look(After(100, 800, 100));
            Assert.Throws<ArgumentException>(() => bounds.Look(After(100, 800, 100)));
        }
    }

    [Fact]
    public void Each_family_computes_its_own_bound_at_the_share_of_the_ledger()
    {
        double alpha = Ledger[AlphaLedger.Router];
        VoteCounts votes = After(100, 800, 100);
        Probability Lower(BoundFamily family) => Of(family).Look(votes).Lower(AlphaLedger.Router, 1);
        Assert.Equal(ClopperPearson.Lower(800, 1000, alpha), Lower(new BoundFamily.FixedCount()));
        Assert.Equal(new RandomisedClopperPearson(1000, alpha, Stream).Lower(800, 1000),
            Lower(new BoundFamily.RandomisedFixedCount()));
        Assert.Equal(ClopperPearson.Lower(800, 1000, alpha / 2), Lower(new BoundFamily.Schedule(100, 1000)));
        Assert.Equal(new BetaMixture(alpha, 70.5, 30.5).Lower(800, 1000), Lower(new BoundFamily.Mixture()));
    }

    [Fact]
    public void An_undecided_vote_is_a_failure_below_and_a_success_above()
    {
        VoteCounts votes = new([100, 800, 90], 10, new(100, 1100), Function);
        StageBounds bounds = Of(new BoundFamily.FixedCount()).Look(votes);
        Assert.Equal(ClopperPearson.Lower(800, 1000, Ledger[AlphaLedger.Router]), bounds.Lower(AlphaLedger.Router, 1));
        Assert.Equal(ClopperPearson.Upper(100, 1000, Ledger[AlphaLedger.OtherRoute]),
            bounds.Upper(AlphaLedger.OtherRoute, 2));
        BoundEvidence below = bounds.Evidence(BoundSide.Lower, AlphaLedger.Router, 1);
        BoundEvidence above = bounds.Evidence(BoundSide.Upper, AlphaLedger.OtherRoute, 2);
        Assert.Equal((800, 1000, 100, 1000), (below.Successes, below.Draws, above.Successes, above.Draws));
    }

    [Fact]
    public void A_simultaneous_bound_keeps_its_best_look_whenever_it_was_first_asked_for()
    {
        StageBounds early = Of(new BoundFamily.Mixture());
        early.Lower(AlphaLedger.Router, 1);
        early.Look(After(0, 100, 0)).Look(After(150, 150, 0));
        StageBounds late = Of(new BoundFamily.Mixture()).Look(After(0, 100, 0)).Look(After(150, 150, 0));
        Assert.Equal(early.Lower(AlphaLedger.Router, 1), late.Lower(AlphaLedger.Router, 1));
        BoundEvidence evidence = Assert.Single(late.Prove(1, AlphaLedger.Router));
        Assert.Equal((100L, 100L, late.Lower(AlphaLedger.Router, 1)),
            (evidence.Successes, evidence.Draws, evidence.Value));
    }

    [Fact]
    public void A_proof_holds_each_bound_that_its_radii_follow_from_once_whoever_asked_for_others_before()
    {
        RoutingRule[] rules = [new RoutingRule.MostVoted(), new RoutingRule.Quantile(0.3m),
            new RoutingRule.Biased(0, 0.1, 0.2)];
        foreach (RoutingRule rule in rules)
            foreach (CertificateKind kind in Enum.GetValues<CertificateKind>())
            {
                StageBounds bounds = new(new BoundFamily.Mixture(), rule.Split(kind, 3, 0.01), Stream, Selection, 1000);
                bounds.Look(After(10, 80, 10)).Look(After(90, 810, 100));
                bounds.Lower(bounds.Ledger.Shares[0].Bound, 0, 2);
                RouteBounds fresh = rule.Bound(kind, 1, 1, bounds);
                (RouteBounds proved, ImmutableArray<BoundEvidence> proof) =
                    bounds.Prove(read => rule.Bound(kind, 1, 1, read));
                Assert.Equal(fresh.Radii, proved.Radii);
                Told told = new(proof);
                Assert.Equal(fresh.Radii, rule.Bound(kind, 1, 1, told).Radii);
                Assert.Equal(proof, told.Read);
                Assert.True(fresh.Radius > 0);
            }
    }

    /// <summary>The bounds of a proof, and no others.</summary>
    private sealed class Told(ImmutableArray<BoundEvidence> proof) : IBounds
    {
        private readonly List<BoundEvidence> _read = [];

        public int OutcomeCount => 3;

        public IEnumerable<BoundEvidence> Read => _read.Distinct();

        public Probability Lower(string share, params ImmutableArray<int> outcomes) =>
            Find(BoundSide.Lower, share, outcomes);

        public Probability Upper(string share, params ImmutableArray<int> outcomes) =>
            Find(BoundSide.Upper, share, outcomes);

        private Probability Find(BoundSide side, string share, ImmutableArray<int> outcomes)
        {
            _read.Add(proof.Single(bound => bound.Share == share && bound.IsOn(side, outcomes.AsSpan())));
            return _read[^1].Value;
        }
    }

    [Fact]
    public void Votes_that_do_not_continue_or_exceed_the_plan_are_refused()
    {
        StageBounds bounds = Of(new BoundFamily.Mixture()).Look(After(10, 80, 10));
        bounds.Lower(AlphaLedger.Router, 1);
        Assert.Throws<ArgumentException>(() => bounds.Look(After(0, 70, 40)));
        Assert.Throws<ArgumentException>(() => bounds.Look(new([10, 80, 20], 0, new(101, 211), Function)));
        Assert.Throws<ArgumentException>(() => bounds.Look(new([10, 80, 20], 0, new(100, 210), new("other"))));
        Assert.Throws<ArgumentException>(() => bounds.Look(After(100, 801, 100)));
        Assert.Throws<InvalidOperationException>(() => Of(new BoundFamily.Mixture()).Estimation);
    }

    [Fact]
    public void A_bound_without_a_share_is_refused() =>
        Assert.Throws<KeyNotFoundException>(() => Of(new BoundFamily.Mixture()).Lower("failover", 1));
}
