using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Smoothing;

/// <summary>
/// Randomized smoothing on one page: CERTIFY and PREDICT of Cohen, Rosenfeld and Kolter 2019, section 3.2, of one
/// expert at fixed counts. The smoothed classifier is g(x) = argmax over c of P[f(x + ε) = c] with ε ~ N(0, σ²I).
/// </summary>
/// <param name="f">The base classifier, and its σ.</param>
/// <param name="noise">ε by sample, from a seed that nobody knew who chose x.</param>
public sealed class Smooth(IVoter f, NoiseStream noise)
{
    /// <summary>
    /// With probability at least 1 − α over the noise, a class that is answered is g(x') for every x' with
    /// ‖x' − x‖₂ &lt; radius; null with a radius of 0 is to abstain.
    /// </summary>
    /// <param name="x">The input.</param>
    /// <param name="n0">Samples that select the class, ≥ 1.</param>
    /// <param name="n">Samples that bound its probability, ≥ 1.</param>
    /// <param name="alpha">α in (0, ½].</param>
    /// <param name="cancellationToken">Stops the work; nothing is claimed then.</param>
    public async Task<(int? Class, double Radius)> CertifyAsync(
        GridInput x, int n0, int n, double alpha, CancellationToken cancellationToken = default)
    {
        // counts0 ← SampleUnderNoise(f, x, n0, σ)
        VoteCounts counts0 = await SampleUnderNoiseAsync(x, new(0, n0), cancellationToken);
        // ĉ_A ← top index in counts0
        int top = counts0.MostVoted;
        // counts ← SampleUnderNoise(f, x, n, σ)
        VoteCounts counts = await SampleUnderNoiseAsync(x, new(n0, n0 + (long)n), cancellationToken);
        // p_A ← LowerConfBound(counts[ĉ_A], n, 1 − α)
        Probability lower = ClopperPearson.Lower(counts.Counts[top], n, alpha);
        // if p_A > ½ return prediction ĉ_A and radius σ Φ⁻¹(p_A), else return ABSTAIN
        double radius = Cohen.Radius(f.Sigma, lower);
        return radius > 0 ? (top, radius) : (null, 0);
    }

    /// <summary>With probability at least 1 − α, what is answered is g(x); null is to abstain.</summary>
    /// <inheritdoc cref="CertifyAsync" path="/param"/>
    public async Task<int?> PredictAsync(
        GridInput x, int n, double alpha, CancellationToken cancellationToken = default)
    {
        // counts ← SampleUnderNoise(f, x, n, σ)
        VoteCounts counts = await SampleUnderNoiseAsync(x, new(0, n), cancellationToken);
        // ĉ_A, ĉ_B ← top two indices in counts; n_A, n_B ← counts[ĉ_A], counts[ĉ_B]; undecided votes are B's
        long ofTop = counts.Counts[counts.MostVoted];
        long ofNext = (counts.RunnerUp < 0 ? 0 : counts.Counts[counts.RunnerUp]) + counts.Undecided;
        // if BinomPValue(n_A, n_A + n_B, ½) ≤ α return ĉ_A, else return ABSTAIN
        return ofTop > ofNext && BinomialTest.TwoSidedAtHalf(ofTop, ofTop + ofNext) <= alpha ? counts.MostVoted : null;
    }

    private Task<VoteCounts> SampleUnderNoiseAsync(
        GridInput x, SampleRange samples, CancellationToken cancellationToken) =>
        Certifier.AskAsync(f, new(x, noise, samples), cancellationToken);
}
