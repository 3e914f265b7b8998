using Router.Evaluation.Logs;
using Router.Votes;

namespace Exclusion.Bench;

/// <summary>Published certificates of four experts, and recorded votes of a router over them.</summary>
internal sealed class RecordedExperts
{
    /// <summary>The experts' σ, as their folders are named.</summary>
    public static readonly string[] Sigmas = ["0.12", "0.25", "0.50", "1.00"];

    private readonly Dictionary<int, LogRow>[] _logs;
    private readonly RouterVotes _router;

    public RecordedExperts(string shared, RouterVotes router)
    {
        _logs =
        [
            .. Sigmas.Select(sigma => CertificationLogReader.Read(
                Path.Combine(shared, "logs/cohen/cifar10/resnet110", $"noise_{sigma}", $"sigma_{sigma}"))
                    .Rows.ToDictionary(row => row.Index)),
        ];
        _router = router;
    }

    public decimal RouterSigma => _router.Sigma;

    /// <summary>The test images that the router voted on.</summary>
    public IEnumerable<int> Images => _router.Counts.Keys;

    /// <summary>The router's votes, as if each had been cast <paramref name="times"/> times.</summary>
    public VoteCounts VotesOn(int image, int times)
    {
        long[] counts = [.. _router.Counts[image].Select(count => count * times)];
        return new([.. counts], 0, new(0, counts.Sum()), new("recorded"));
    }

    public int LabelOf(int image) => _logs[0][image].Label;

    /// <summary>Expert k's certified class, or null.</summary>
    public int? ClassBy(int k, int image) => _logs[k][image].Predicted;

    /// <summary>
    /// Expert k's radius for a class, less what printing may have added to it; 0 where it certifies another or none.
    /// </summary>
    public double RadiusBy(int k, int image, int? label)
    {
        LogRow row = _logs[k][image];
        return label is null || row.Predicted != label ? 0 : row.SoundRadius;
    }
}
