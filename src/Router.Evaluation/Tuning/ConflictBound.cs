using System.Collections.Immutable;

namespace Router.Evaluation.Tuning;

/// <summary>
/// What no monotone rule on some votes can keep, not even one that has seen the labels (docs/tuning.md).
/// </summary>
/// <remarks>
/// If a rule certifies x with radius r and y with r', each for its true class and from bounds of its margins alone,
/// then r + r' ≤ D(x, y): nearer, there are margins at which it had to answer both. So the images that are kept at each
/// radius are an independent set of a graph. The largest fractional one is half-integral, hence a minimum cut of the
/// doubled graph, and bounds it for any weights of the radii; the least share is bounded by the weights that bound it
/// best.
/// </remarks>
internal sealed class ConflictBound
{
    // Rounding of margins must make no conflict.
    private const double Tolerance = 1e-9;

    // Capacities are weights in steps of 2⁻⁴⁰: a bound for the rounded weights, which are weights as well.
    private const double Scale = 1L << 40;
    private const int MostRounds = 60;
    private const double Settled = 0.002;
    private const double FirstStep = 6;

    private readonly double[] _radii;
    private readonly int[] _kept;
    private readonly int[] _starts;
    private readonly MinimumCut _cut;
    private readonly long[] _capacities;

    /// <param name="votes">Margins of every expert whose votes the rule may look at, on all images.</param>
    /// <param name="labels">The true class of each image.</param>
    /// <param name="images">The images that count, by their place.</param>
    /// <param name="radii">The grid, ascending.</param>
    /// <param name="alike">
    /// Whether the rule treats all pairs of classes the same way; false bounds rules with thresholds by class too.
    /// </param>
    public ConflictBound(
        IReadOnlyList<StageMargins> votes, ImmutableArray<int> labels, int[] images, double[] radii, bool alike)
    {
        _radii = radii;
        Distances distances = new(votes, labels, alike);
        _kept = [.. images.Select(image => alike ? Within(distances.Of(image, image)) : radii.Length)];
        _starts = [0, .. Sums(_kept)];
        List<(int From, int To)> edges = [];
        // Node 2 + 2j stands for "j is kept" from the one side, 3 + 2j for "j is not kept" from the other.
        for (int j = 0; j < _starts[^1]; j++)
        {
            edges.Add((0, 2 + 2 * j));
            edges.Add((3 + 2 * j, 1));
        }
        for (int i = 0; i < images.Length; i++)
            for (int j = _starts[i] + 1; j < _starts[i + 1]; j++)
            {
                edges.Add((2 + 2 * j, 2 * j));
                edges.Add((1 + 2 * j, 3 + 2 * j));
            }
        for (int one = 0; one < images.Length; one++)
            for (int other = 0; other < one; other++)
            {
                double distance = distances.Of(images[one], images[other]);
                Conflicts(edges, one, other, distance);
                Conflicts(edges, other, one, distance);
            }
        _cut = new(2 + 2 * _starts[^1], edges);
        _capacities = [.. Enumerable.Repeat(MinimumCut.Unlimited, edges.Count)];
    }

    /// <summary>The largest sum of weights times images kept, over all rules.</summary>
    /// <param name="weights">By radius, ≥ 0, not all 0.</param>
    /// <returns>An upper bound, and the images that the fractional rule behind it keeps at each radius.</returns>
    public (double Bound, double[] Held) Of(ReadOnlySpan<double> weights)
    {
        double largest = 0;
        foreach (double weight in weights) largest = Math.Max(largest, weight);
        long[] rounded = new long[_radii.Length];
        for (int r = 0; r < rounded.Length; r++)
            rounded[r] = (long)Math.Ceiling(weights[r] / largest * Scale);
        long total = 0;
        for (int i = 0; i < _kept.Length; i++)
            for (int r = 0; r < _kept[i]; r++)
            {
                int edge = 2 * (_starts[i] + r);
                _capacities[edge] = _capacities[edge + 1] = rounded[r];
                total += rounded[r];
            }
        (long cut, bool[] source) = _cut.Of(_capacities);
        double[] held = new double[_radii.Length];
        for (int i = 0; i < _kept.Length; i++)
            for (int r = 0; r < _kept[i]; r++)
            {
                int j = _starts[i] + r;
                held[r] += ((source[2 + 2 * j] ? 1 : 0) + (source[3 + 2 * j] ? 0 : 1)) / 2.0;
            }
        // Weights were rounded up: no rule has more.
        return ((total - cut / 2.0) / Scale * largest, held);
    }

    /// <summary>The largest mean share of the envelope.</summary>
    /// <param name="envelope">Images that the best single expert of each radius keeps, one at some radius.</param>
    public double MeanShare(ReadOnlySpan<double> envelope)
    {
        double[] weights = [.. envelope.ToArray().Select(held => held > 0 ? 1.0 / held : 0)];
        return Of(weights).Bound / weights.Count(weight => weight > 0);
    }

    /// <summary>
    /// The largest share of the envelope at each radius, if no other radius counted; null where the envelope keeps
    /// nothing.
    /// </summary>
    /// <inheritdoc cref="MeanShare" path="/param"/>
    public double?[] ShareAt(ReadOnlySpan<double> envelope)
    {
        double?[] shares = new double?[envelope.Length];
        for (int r = 0; r < envelope.Length; r++)
        {
            double[] weights = new double[envelope.Length];
            if (envelope[r] == 0) continue;
            weights[r] = 1.0 / envelope[r];
            shares[r] = Of(weights).Bound;
        }
        return shares;
    }

    /// <summary>The largest least share of the envelope over all radii where it keeps an image.</summary>
    /// <remarks>
    /// A rule whose shares are all at least t has a weighted sum of shares of at least t, whatever the weights: each
    /// choice of weights bounds it. They move away from the radii where the best rule for them has more than it needs.
    /// </remarks>
    /// <inheritdoc cref="MeanShare" path="/param"/>
    public double LeastShare(ReadOnlySpan<double> envelope)
    {
        double[] count = envelope.ToArray();
        double[] parts = [.. count.Select(held => held > 0 ? 1.0 / count.Count(other => other > 0) : 0)];
        double[] sums = new double[count.Length];
        double best = double.PositiveInfinity;
        for (int round = 1; round <= MostRounds; round++)
        {
            (double bound, double[] held) = Of([.. parts.Select((part, r) => part > 0 ? part / count[r] : 0)]);
            best = Math.Min(best, bound);
            double reached = double.PositiveInfinity, total = 0;
            for (int r = 0; r < count.Length; r++)
            {
                if (count[r] == 0) continue;
                double share = held[r] / count[r];
                sums[r] += share;
                reached = Math.Min(reached, sums[r] / round);
                parts[r] *= Math.Exp(-FirstStep / Math.Sqrt(round) * (share - bound));
                total += parts[r];
            }
            if (best - reached < Settled) break;
            parts = [.. parts.Select(part => part / total)];
        }
        return best;
    }

    private static IEnumerable<int> Sums(int[] values)
    {
        int sum = 0;
        foreach (int value in values)
            yield return sum += value;
    }

    // How many radii of the grid an image may have, given its distance to itself.
    private int Within(double distance) => _radii.TakeWhile(radius => !(distance < 2 * radius - Tolerance)).Count();

    // If one is kept at its k-th radius, the other is not at the least radius that conflicts with it.
    private void Conflicts(List<(int From, int To)> edges, int one, int other, double distance)
    {
        int before = int.MaxValue;
        for (int k = 0; k < _kept[one]; k++)
        {
            int least = 0;
            while (least < _kept[other] && !(distance < _radii[k] + _radii[least] - Tolerance)) least++;
            if (least < _kept[other] && least != before)
                edges.Add((2 + 2 * (_starts[one] + k), 3 + 2 * (_starts[other] + least)));
            before = least;
        }
    }

    /// <summary>D(x, y).</summary>
    private sealed class Distances(IReadOnlyList<StageMargins> votes, ImmutableArray<int> labels, bool alike)
    {
        private readonly int _classes = votes[0].Upper.Length / labels.Length;

        public double Of(int x, int y) => alike ? Math.Max(Nearest(x, y), Nearest(y, x))
            : labels[x] == labels[y] ? double.PositiveInfinity
            : Math.Max(Ahead(x, y, labels[x]), Ahead(y, x, labels[y]));

        // From x's class down to the wrong class of y that is nearest to it under all experts at once.
        private double Nearest(int x, int y)
        {
            double nearest = double.PositiveInfinity;
            for (int wrong = 0; wrong < _classes; wrong++)
                if (wrong != labels[y]) nearest = Math.Min(nearest, Ahead(x, y, wrong));
            return nearest;
        }

        private double Ahead(int x, int y, int wrong)
        {
            double most = double.NegativeInfinity;
            foreach (StageMargins margins in votes)
                most = Math.Max(most, margins.Lower[x] - margins.Upper[y * _classes + wrong]);
            return most;
        }
    }
}
