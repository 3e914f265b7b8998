using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs.Scoring;

namespace Router.Evaluation.Tradeoffs;

/// <summary>The images that experts and router all answered, with their labels.</summary>
internal static class CommonImages
{
    private const int Named = 5;

    /// <summary>Joins by index.</summary>
    /// <param name="experts">The experts.</param>
    /// <param name="router">The router's votes; null where there is none.</param>
    /// <param name="wanted">Which images are asked for at all.</param>
    /// <param name="caveats">Told what is missing where.</param>
    /// <exception cref="BadInputException">
    /// Two sources disagree about a label, nobody knows one, or no image is common.
    /// </exception>
    public static (ImmutableArray<int> Images, ImmutableArray<int> Labels) Of(
        ImmutableArray<ExpertAnswers> experts, NetworkVotes? router, Func<int, bool> wanted, Action<string> caveats)
    {
        List<(string Id, IEnumerable<int> Images)> networks =
            [.. experts.Select(expert => (expert.Id, (IEnumerable<int>)expert.Labels.Keys))];
        if (router is not null) networks.Add((router.Id, router.Images.Keys));
        HashSet<int> any = [.. networks.SelectMany(network => network.Images).Where(wanted)], common = [.. any];
        foreach ((_, IEnumerable<int> images) in networks)
            common.IntersectWith(images);
        foreach ((string id, IEnumerable<int> images) in networks)
            if (any.Except(images).Order().ToArray() is { Length: > 0 } missing)
                caveats($"{id} lacks {missing.Length} of {any.Count} images "
                    + $"({string.Join(", ", missing.Take(Named))}{(missing.Length > Named ? ", …" : "")}): the "
                    + $"{common.Count} that all have are used.");
        if (common.Count == 0)
            throw new BadInputException($"no image is in all of "
                + $"{string.Join(", ", networks.Select(network => network.Id))}: they must be about the same images");
        ImmutableArray<int> ordered = [.. common.Order()];
        return (ordered, [.. ordered.Select(image => LabelOf(image, experts))]);
    }

    private static int LabelOf(int image, ImmutableArray<ExpertAnswers> experts)
    {
        (string Id, int Label)[] known = [.. experts.Where(expert => expert.Labels[image] is not null)
            .Select(expert => (expert.Id, expert.Labels[image]!.Value))];
        if (known.Length == 0)
            throw new BadInputException($"nothing says the class of image {image}: counts need their log beside them");
        (string Id, int Label) other = known.FirstOrDefault(one => one.Label != known[0].Label);
        return other.Id is null
            ? known[0].Label
            : throw new BadInputException($"image {image} is of class {known[0].Label} in the log of {known[0].Id} and "
                + $"of class {other.Label} in that of {other.Id}: they are not about the same data");
    }
}
