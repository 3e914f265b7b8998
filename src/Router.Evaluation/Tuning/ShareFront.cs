using System.Collections.Immutable;

namespace Router.Evaluation.Tuning;

/// <summary>The cascades that no other one beats in both the least and the mean share of the envelope.</summary>
internal sealed class ShareFront
{
    private readonly List<Point> _points = [];

    /// <summary>One of them.</summary>
    /// <param name="Least">Its least share over radii.</param>
    /// <param name="Mean">Its mean share.</param>
    /// <param name="Cascade">What it is.</param>
    public sealed record Point(double Least, double Mean, TunedCascade Cascade);

    /// <summary>Takes up a cascade, unless one that is there is as good.</summary>
    /// <param name="least">Its least share.</param>
    /// <param name="mean">Its mean share.</param>
    /// <param name="cascade">What it is; asked where it is taken up.</param>
    public void Offer(double least, double mean, Func<TunedCascade> cascade)
    {
        foreach (Point point in _points)
            if (point.Least >= least && point.Mean >= mean) return;
        _points.RemoveAll(point => point.Least <= least && point.Mean <= mean);
        _points.Add(new(least, mean, cascade()));
    }

    /// <summary>From the largest mean share to the largest least share, each further on by a step at least.</summary>
    /// <param name="step">How much the least share rises from one to the next.</param>
    public ImmutableArray<Point> Spaced(double step)
    {
        List<Point> spaced = [];
        foreach (Point point in _points.OrderBy(point => point.Least))
        {
            // The last one is the best in its way, however near the one before is.
            bool ends = point.Least == _points.Max(other => other.Least);
            if (spaced.Count == 0 || point.Least >= spaced[^1].Least + step) spaced.Add(point);
            else if (ends && spaced.Count > 1) spaced[^1] = point;
            else if (ends) spaced.Add(point);
        }
        return [.. spaced];
    }
}
