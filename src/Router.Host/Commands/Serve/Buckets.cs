using System.Globalization;

namespace Router.Host.Commands.Serve;

/// <summary>A histogram of a daemon, over some of its series together.</summary>
internal sealed class Buckets
{
    private readonly (double Bound, double Below)[] _buckets;

    /// <param name="samples">All samples.</param>
    /// <param name="histogram">The histogram's name.</param>
    /// <param name="which">Which of its series.</param>
    public Buckets(IEnumerable<MetricSample> samples, string histogram, Func<MetricSample, bool> which) => _buckets =
    [
        .. samples.Where(sample => sample.Name == histogram + "_bucket" && which(sample))
            .GroupBy(sample => sample["le"] == "+Inf" ? double.PositiveInfinity
                : double.Parse(sample["le"], CultureInfo.InvariantCulture))
            .Select(bucket => (bucket.Key, bucket.Sum(sample => sample.Value))).OrderBy(bucket => bucket.Key),
    ];

    /// <summary>How many were measured.</summary>
    public double Count => _buckets.Length == 0 ? 0 : _buckets[^1].Below;

    /// <summary>Within how much a share of what was measured lay: the upper bound of the bucket that holds the
    /// quantile, so never less than it; +∞ beyond the
    /// last bound. Null of nothing.</summary>
    /// <param name="share">In (0, 1).</param>
    public double? Within(double share) =>
        Count == 0 ? null : _buckets.First(bucket => bucket.Below >= share * Count).Bound;
}
