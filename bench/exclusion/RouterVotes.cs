using System.Text.Json;
using Router.Evaluation.Runs;
using Router.Votes;

namespace Exclusion.Bench;

/// <summary>Recorded votes of a router on test images of CIFAR-10.</summary>
/// <param name="Sigma">σ it is smoothed with.</param>
/// <param name="Counts">Per image index, the votes for each route.</param>
internal sealed record RouterVotes(decimal Sigma, IReadOnlyDictionary<int, long[]> Counts)
{
    /// <summary>Those published beside <c>../shared/models/router</c>: 1000 on every 20th image.</summary>
    public static RouterVotes Published(string shared)
    {
        using JsonDocument reference = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(shared, "models/router/reference.json")));
        JsonElement votes = reference.RootElement.GetProperty("votes");
        return new(
            votes.GetProperty("sigma").GetDecimal(),
            votes.GetProperty("counts").EnumerateArray().Index()
                .ToDictionary(image => 20 * image.Index,
                    image => image.Item.EnumerateArray().Select(count => count.GetInt64()).ToArray()));
    }

    /// <summary>
    /// Those of a recording (<c>dualrs votes</c>), of the images whose index is <paramref name="parity"/> modulo 2;
    /// null for all.
    /// </summary>
    public static RouterVotes Recorded(string folder, string router, int? parity)
    {
        VoteRecording recording = VoteRecording.Open(folder, router);
        return new(
            recording.Terms.Sigma,
            recording.Terms.Images.Take(recording.CompleteImages)
                .Where(image => parity is null || image.Index % 2 == parity)
                .ToDictionary(image => image.Index, image => Count(recording, image)));
    }

    /// <summary>Two routers, each asked about its own images: the two halves of a cross-fit.</summary>
    /// <exception cref="ArgumentException">They are smoothed with different σ.</exception>
    public RouterVotes And(RouterVotes other) => Sigma == other.Sigma
        ? new(Sigma, Counts.Concat(other.Counts).OrderBy(image => image.Key)
            .ToDictionary(image => image.Key, image => image.Value))
        : throw new ArgumentException($"routers at σ = {Sigma} and {other.Sigma} make no cross-fit", nameof(other));

    private static long[] Count(VoteRecording recording, RecordedImage image) =>
        [.. recording.Counts(image.Input, new SampleRange(0, recording.Terms.Draws)).Counts];
}
