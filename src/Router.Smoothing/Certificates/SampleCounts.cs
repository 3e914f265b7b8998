using Router.Votes;

namespace Router.Smoothing;

/// <summary>The pre-registered numbers of samples of one smoothed classifier.</summary>
/// <param name="Selection">Cohen's n0: samples that select the outcome, ≥ 1.</param>
/// <param name="Estimation">Cohen's n: samples that bound its probability, ≥ 1.</param>
public sealed record SampleCounts(int Selection, int Estimation)
{
    /// <summary>The first index of all: 0, or 2⁴¹ in <see cref="OfFailover"/>.</summary>
    public long First { get; private init; }

    /// <summary>
    /// The same numbers for the mix that goes on when an expert cannot answer, in a block of indices of their own,
    /// [2⁴¹, …): beyond every index of any stream that may have been drawn before, so that who made the expert fail
    /// cannot have known these votes.
    /// </summary>
    public SampleCounts OfFailover => this with { First = FirstFailoverIndex };

    /// <summary>The indices that select the outcome: the n0 from <see cref="First"/> on.</summary>
    public SampleRange SelectionRange => new SampleRange(First, First).Next(Selection);

    /// <summary>The indices that bound its probability: the n after those, never reused for selection.</summary>
    public SampleRange EstimationRange => SelectionRange.Next(Estimation);

    /// <summary>
    /// The indices that bound the class of an expert that is asked as a peer, [2⁴⁰, 2⁴⁰ + n) past <see cref="First"/>:
    /// beyond every index that the same stream has where its expert is the routed one, so that no sample ever serves in
    /// two roles.
    /// </summary>
    public SampleRange PeerRange => new SampleRange(First + FirstPeerIndex, First + FirstPeerIndex).Next(Estimation);

    /// <summary>Where <see cref="PeerRange"/> begins.</summary>
    public const long FirstPeerIndex = 1L << 40;

    /// <summary>Where the indices of <see cref="OfFailover"/> begin.</summary>
    public const long FirstFailoverIndex = 1L << 41;

    /// <summary>
    /// The largest radius these counts can prove of one classifier alone, σ·Φ⁻¹(α^(1/n)), reached where every vote
    /// agrees; 0 where they can prove none. Of a cascade see <see cref="CascadeTerms.Ceiling"/>.
    /// </summary>
    public double RadiusCeiling(decimal sigma, double alpha) =>
        Cohen.Radius(sigma, Bounds.ClopperPearson.Lower(Estimation, Estimation, alpha));

    /// <summary>
    /// The fewest samples that can prove a radius at all: the least n with α^(1/n) > ½, that is 2⁻ⁿ &lt; α.
    /// </summary>
    /// <param name="alpha">The bound's share of α, above 0.</param>
    public static int FewestThatProve(double alpha)
    {
        int n = 1;
        while (Math.Pow(0.5, n) >= alpha)
            n++;
        return n;
    }
}
