using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tuning;

/// <summary>What a cascade is tuned for.</summary>
public abstract record TuningAim
{
    private TuningAim() { }

    /// <summary>How good it is to keep so many images; larger is better.</summary>
    /// <param name="held">How many images are kept at each radius.</param>
    /// <param name="envelope">How many the best single expert of each radius keeps.</param>
    /// <param name="images">How many there are.</param>
    public abstract double Of(ReadOnlySpan<double> held, ReadOnlySpan<double> envelope, int images);

    /// <summary>Shares of the envelope at the radii where it keeps an image at all.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static (double Least, double Mean) Shares(ReadOnlySpan<double> held, ReadOnlySpan<double> envelope)
    {
        double least = double.PositiveInfinity, sum = 0;
        int radii = 0;
        for (int r = 0; r < held.Length; r++)
        {
            if (envelope[r] == 0) continue;
            double share = held[r] / envelope[r];
            least = Math.Min(least, share);
            sum += share;
            radii++;
        }
        return radii == 0 ? (0, 0) : (least, sum / radii);
    }

    /// <summary>Shares of the envelope: the least over radii, the mean, or something between.</summary>
    /// <param name="LeastPart">How much the least counts, in [0, 1]; the mean counts for the rest.</param>
    public sealed record OfShares(double LeastPart) : TuningAim
    {
        // The least alone moves at one radius, and leaves all others to chance.
        private const double NearlyAll = 0.95;

        /// <summary>The least share over radii; a twentieth is the mean's.</summary>
        public static readonly OfShares Least = new(NearlyAll);

        /// <summary>The mean share.</summary>
        public static readonly OfShares Mean = new(0);

        /// <inheritdoc/>
        public override double Of(ReadOnlySpan<double> held, ReadOnlySpan<double> envelope, int images)
        {
            (double least, double mean) = Shares(held, envelope);
            return LeastPart * least + (1 - LeastPart) * mean;
        }

        /// <inheritdoc/>
        public override string ToString() => LeastPart switch
        {
            0 => "mean share of the envelope",
            NearlyAll => "least share of the envelope",
            _ => FormattableString.Invariant($"{LeastPart} least and {1 - LeastPart} mean share of the envelope"),
        };
    }

    /// <summary>The weighted certified accuracy.</summary>
    /// <param name="Weights">By radius of the grid.</param>
    public sealed record OfAccuracy(ImmutableArray<double> Weights) : TuningAim
    {
        /// <summary>What is wanted at the radii of a grid that has them all.</summary>
        /// <param name="wishes">Weights, which sum to 1.</param>
        /// <param name="radii">The grid.</param>
        public static OfAccuracy Wanted(ImmutableArray<StudyWish> wishes, ImmutableArray<double> radii) => new(
            [.. radii.Select(radius => wishes.Where(wish => wish.Radius == radius).Sum(wish => wish.Weight))]);

        /// <inheritdoc/>
        public override double Of(ReadOnlySpan<double> held, ReadOnlySpan<double> envelope, int images)
        {
            double sum = 0;
            for (int r = 0; r < held.Length; r++)
                sum += Weights[r] * held[r];
            return sum / images;
        }

        /// <inheritdoc/>
        public override string ToString() => "weighted certified accuracy";

        /// <inheritdoc/>
        public bool Equals(OfAccuracy? other) => other is not null && Weights.SequenceEqual(other.Weights);

        /// <inheritdoc/>
        public override int GetHashCode() => Weights.Length;
    }
}
