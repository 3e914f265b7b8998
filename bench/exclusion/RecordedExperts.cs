using System.Text.Json;
using Router.Evaluation.Logs;
using Router.Smoothing;

namespace Exclusion.Bench;

/// <summary>Published certificates of four experts, and recorded votes of a router over them, on the 500 images of the protocol.</summary>
internal sealed class RecordedExperts
{
    /// <summary>The experts' σ, as their folders are named.</summary>
    public static readonly string[] Sigmas = ["0.12", "0.25", "0.50", "1.00"];

    private readonly Dictionary<int, LogRow>[] _logs;
    private readonly long[][] _votes;

    public RecordedExperts(string shared)
    {
        _logs =
        [
            .. Sigmas.Select(sigma => CertificationLogReader.Read(
                Path.Combine(shared, "logs/cohen/cifar10/resnet110", $"noise_{sigma}", $"sigma_{sigma}")).Rows.ToDictionary(row => row.Index)),
        ];
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(shared, "models/router/reference.json")));
        JsonElement votes = reference.RootElement.GetProperty("votes");
        RouterSigma = votes.GetProperty("sigma").GetDecimal();
        _votes = [.. votes.GetProperty("counts").EnumerateArray().Select(image => image.EnumerateArray().Select(count => count.GetInt64()).ToArray())];
    }

    public decimal RouterSigma { get; }

    /// <summary>Every 20th test image.</summary>
    public IEnumerable<int> Images => Enumerable.Range(0, _votes.Length).Select(i => 20 * i);

    /// <summary>The router's votes, as if each had been cast <paramref name="times"/> times.</summary>
    public Votes VotesOn(int image, int times)
    {
        long[] counts = [.. _votes[image / 20].Select(count => count * times)];
        return new([.. counts], 0, new(0, counts.Sum()), new("recorded"));
    }

    public int LabelOf(int image) => _logs[0][image].Label;

    /// <summary>Expert k's certified class, or null.</summary>
    public int? ClassBy(int k, int image) => _logs[k][image].Predicted;

    /// <summary>Expert k's radius for a class, less what printing may have added to it; 0 where it certifies another or none.</summary>
    public double RadiusBy(int k, int image, int? label)
    {
        LogRow row = _logs[k][image];
        return label is null || row.Predicted != label ? 0 : row.SoundRadius;
    }
}
