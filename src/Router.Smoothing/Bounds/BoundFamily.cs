using System.Collections.Immutable;
using Router.Votes.Noise;

namespace Router.Smoothing.Bounds;

/// <summary>
/// Which bounds the votes of a certificate are turned into (docs/certificates.md, section 4): decided before drawing.
/// Closed: the families are the nested records, and only a <see cref="Simultaneous"/> one may be looked at more than
/// once.
/// </summary>
public abstract record BoundFamily
{
    private BoundFamily() { }

    /// <summary>The bound of one share of α on one stage.</summary>
    /// <param name="alpha">The share, in (0, ½].</param>
    /// <param name="draws">n, the estimation samples that the stage may draw at most.</param>
    /// <param name="stream">Where the stage's noise comes from.</param>
    /// <param name="favourable">
    /// How many selection votes fell on the outcomes that are bounded; 0 where nothing was selected.
    /// </param>
    /// <param name="others">How many did not.</param>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public abstract ConfidenceBound Of(double alpha, long draws, NoiseStream stream, long favourable, long others);

    /// <summary>Clopper–Pearson at the registered n.</summary>
    public sealed record FixedCount : BoundFamily
    {
        /// <inheritdoc/>
        public override FixedCountBound Of(
            double alpha, long draws, NoiseStream stream, long favourable, long others) => new(draws, alpha);

        /// <inheritdoc/>
        public override string ToString() => "fixed";
    }

    /// <summary>Randomised Clopper–Pearson at the registered n, its W from the stream.</summary>
    public sealed record RandomisedFixedCount : BoundFamily
    {
        /// <inheritdoc/>
        public override RandomisedClopperPearson Of(
            double alpha, long draws, NoiseStream stream, long favourable, long others) => new(draws, alpha, stream);

        /// <inheritdoc/>
        public override string ToString() => "randomised";
    }

    /// <summary>
    /// Families whose bounds hold at all of their looks at once: sampling may stop on what they show, and go on later.
    /// </summary>
    public abstract record Simultaneous : BoundFamily
    {
        private protected Simultaneous() { }

        /// <inheritdoc/>
        public abstract override SimultaneousBound Of(
            double alpha, long draws, NoiseStream stream, long favourable, long others);
    }

    /// <summary>Clopper–Pearson at listed looks, α/m each (Horváth et al. 2022).</summary>
    public sealed record Schedule : Simultaneous
    {
        /// <summary>A schedule of looks.</summary>
        /// <param name="looks">Numbers of estimation samples, rising, each ≥ 1; of every stage alike.</param>
        /// <exception cref="ArgumentException">There are no looks, or they do not rise.</exception>
        public Schedule(params ImmutableArray<long> looks) => Looks = new LookSchedule(looks, alpha: 0.5).Looks;

        /// <summary>The looks.</summary>
        public ImmutableArray<long> Looks { get; }

        /// <inheritdoc/>
        public override LookSchedule Of(double alpha, long draws, NoiseStream stream, long favourable, long others) =>
            new(Looks, alpha);

        /// <inheritdoc/>
        public override string ToString() => $"looks {string.Join(' ', Looks)}";

        /// <inheritdoc/>
        public bool Equals(Schedule? other) => other is not null && Looks.SequenceEqual(other.Looks);

        /// <inheritdoc/>
        public override int GetHashCode() => Looks[^1].GetHashCode();
    }

    /// <summary>
    /// The one-sided Beta mixture, at any number of draws: a = ½ + the favourable selection votes, b = ½ + the others.
    /// </summary>
    public sealed record Mixture : Simultaneous
    {
        /// <inheritdoc/>
        public override BetaMixture Of(double alpha, long draws, NoiseStream stream, long favourable, long others) =>
            Math.Max(favourable, others) < BetaMixture.MaxShape
                ? new(alpha, 0.5 + favourable, 0.5 + others)
                : new(alpha);

        /// <inheritdoc/>
        public override string ToString() => "mixture";
    }
}
