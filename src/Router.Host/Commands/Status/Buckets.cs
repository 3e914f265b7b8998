using System.Globalization;

namespace Router.Host.Commands.Status;

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
            .GroupBy(sample => sample["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(sample["le"], CultureInfo.InvariantCulture))
            .Select(bucket => (bucket.Key, bucket.Sum(sample => sample.Value))).OrderBy(bucket => bucket.Key),
    ];

    /// <summary>How many were measured.</summary>
    public double Count => _buckets.Length == 0 ? 0 : _buckets[^1].Below;

    /// <summary>A quantile as histogram_quantile of PromQL tells it: on a straight line within its bucket, the last bound where it is above that. Null of nothing.</summary>
    /// <param name="share">In (0, 1).</param>
    public double? Quantile(double share)
    {
        if (Count == 0) return null;
        double rank = share * Count;
        int bucket = Array.FindIndex(_buckets, one => one.Below >= rank);
        (double lower, double before) = bucket == 0 ? (0, 0) : _buckets[bucket - 1];
        (double upper, double below) = _buckets[bucket];
        return double.IsInfinity(upper) ? lower : lower + (upper - lower) * (rank - before) / (below - before);
    }
}
