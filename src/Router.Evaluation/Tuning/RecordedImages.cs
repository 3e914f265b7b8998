using System.Collections.Immutable;
using Router.Evaluation.Runs;

namespace Router.Evaluation.Tuning;

/// <summary>Recordings of several experts' votes, and the images that all of them hold to the last draw.</summary>
/// <param name="Networks">One recording of each expert, those with the most noise first.</param>
/// <param name="Images">The images, by ascending index.</param>
internal sealed record RecordedImages(ImmutableArray<VoteRecording> Networks, ImmutableArray<RecordedImage> Images)
{
    private const int Named = 5;

    /// <summary>The true class of each image.</summary>
    public ImmutableArray<int> Labels { get; } = [.. Images.Select(image => image.Label)];

    /// <summary>The data set.</summary>
    public string Data => Networks[0].Terms.Data;

    /// <summary>Votes of each image by the network that has the fewest.</summary>
    public int Draws => Networks.Min(network => network.Terms.Draws);

    /// <summary>Opens recordings; a router's are left aside.</summary>
    /// <param name="recordings">Folder and id of each network.</param>
    /// <param name="only">Ids of the experts that count; none for all that are there.</param>
    /// <param name="wanted">Which images count.</param>
    /// <exception cref="BadInputException">
    /// One is damaged, an expert is missing or there twice, they vote over different classes, or no image is in all.
    /// </exception>
    public static RecordedImages Read(
        IEnumerable<(string Folder, string Network)> recordings, ImmutableArray<string> only, Func<int, bool> wanted)
    {
        (string Folder, VoteRecording Recording)[] all =
        [
            .. recordings.Where(recording => only.IsEmpty || only.Contains(recording.Network))
                .Select(recording => (recording.Folder, VoteRecording.Open(recording.Folder, recording.Network)))
                .Where(recording => recording.Item2.Terms.Stream != 0),
        ];
        if (all.GroupBy(recording => recording.Recording.Terms.Network).FirstOrDefault(same => same.Count() > 1) is
            { } twice)
            throw new BadInputException($"there are recordings of {twice.Key} in "
                + $"{string.Join(" and ", twice.Select(recording => recording.Folder))}: name one of them");
        VoteRecording[] networks =
        [
            .. all.Select(recording => recording.Recording).OrderByDescending(recording => recording.Terms.Sigma)
                .ThenBy(recording => recording.Terms.Network, StringComparer.Ordinal),
        ];
        string[] missing = [.. only.Except(networks.Select(network => network.Terms.Network))];
        if (networks.Length == 0 || missing.Length > 0)
            throw new BadInputException(missing.Length == 0
                ? "there is no recording of an expert in what was named: dualrs votes makes them"
                : $"there is no recording of {string.Join(", ", missing)} in what was named: found "
                    + $"{Text(networks.Select(network => network.Terms.Network))}");
        if (networks.Select(network => network.Terms.Outcomes).Distinct().Count() > 1)
            throw new BadInputException("the recorded experts vote over different numbers of classes: "
                + Text(networks.Select(network => $"{network.Terms.Network} over {network.Terms.Outcomes}")));
        return new([.. networks], ImagesOf(networks, wanted));
    }

    /// <summary>Refuses images that two sets have in common.</summary>
    /// <param name="other">Images that were used to choose something that these are to judge.</param>
    /// <exception cref="BadInputException">There is one.</exception>
    public void MustNotHave(RecordedImages other)
    {
        HashSet<string> seen = [.. other.Images.Select(image => image.Input)];
        RecordedImage[] both = [.. Images.Where(image => seen.Contains(image.Input))];
        if (both.Length > 0)
            throw new BadInputException($"{both.Length} of the {Images.Length} images to report on are among those "
                + $"that are chosen on ({Text(both.Select(image => $"{image.Index}"))}): what was chosen on an image "
                + "says nothing about it; name recordings of other images, or keep them apart with --except");
    }

    private static ImmutableArray<RecordedImage> ImagesOf(VoteRecording[] networks, Func<int, bool> wanted)
    {
        ImmutableArray<RecordedImage> images = Complete(networks[0]);
        foreach (VoteRecording network in networks[1..])
        {
            // A data set may hold an image twice, with two labels even.
            ILookup<string, RecordedImage> there = Complete(network).ToLookup(image => image.Input);
            foreach (RecordedImage image in images)
                if (there.Contains(image.Input) && there[image.Input].All(same => same.Label != image.Label))
                    throw new BadInputException($"image {image.Index} has label {image.Label} in the recording of "
                        + $"{networks[0].Terms.Network} and {there[image.Input].First().Label} in that of "
                        + network.Terms.Network);
            images = [.. images.Where(image => there.Contains(image.Input))];
        }
        images = [.. images.Where(image => wanted(image.Index)).OrderBy(image => image.Index)];
        return images.IsEmpty
            ? throw new BadInputException($"no image that is asked for is recorded whole in all of "
                + $"{Text(networks.Select(network => network.Terms.Network))}")
            : images;
    }

    private static ImmutableArray<RecordedImage> Complete(VoteRecording recording) =>
        recording.Terms.Images[..recording.CompleteImages];

    private static string Text(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length == 0 ? "none"
            : string.Join(", ", all.Take(Named)) + (all.Length > Named ? $" and {all.Length - Named} more" : "");
    }
}
