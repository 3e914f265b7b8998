using System.Collections.Immutable;
using System.Globalization;

namespace Router.Data;

/// <summary>
/// Which images of a data set are meant: of a fold, one in so many, between two indices, so many at most.
/// </summary>
public sealed record ImageSelection
{
    /// <summary>Only images of this fold; null for all.</summary>
    public Fold? Fold { get; init; }

    /// <summary>
    /// Of those, one in so many, ≥ 1: counted within the fold, so that the two never meet in a common divisor.
    /// </summary>
    public int Skip { get; init; } = 1;

    /// <summary>Of those, none of a smaller index.</summary>
    public int From { get; init; }

    /// <summary>Of those, none of a larger index; null for all.</summary>
    public int? Max { get; init; }

    /// <summary>Of those, at most so many; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// The indices meant among those of a part of a data set: one in so many of the images there are.
    /// </summary>
    /// <param name="images">The indices of the images there are, ascending.</param>
    public ImmutableArray<int> Of(IEnumerable<int> images) =>
    [
        .. images
            .Where(image => Fold is not { } fold || fold.Contains(image))
            .Where((_, position) => position % Skip == 0)
            .Where(IsBetween)
            .Take(Limit ?? int.MaxValue),
    ];

    /// <summary>The indices meant in a whole data set.</summary>
    /// <param name="images">How many images it has.</param>
    public ImmutableArray<int> Of(int images) =>
        [.. Enumerable.Range(0, images).Where(Contains).Take(Limit ?? int.MaxValue)];

    /// <summary>Whether an image of a whole data set is meant, whatever the limit.</summary>
    /// <param name="image">Its index.</param>
    public bool Contains(int image) =>
        (Fold is not { } fold || fold.Contains(image)) && image / (Fold?.Count ?? 1) % Skip == 0 && IsBetween(image);

    /// <summary>As a table's terms say it: <c>fold 0/2, 1 in 5, the first 2000</c>.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Fold is { } fold) parts.Add($"fold {fold}");
        if (Skip > 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"1 in {Skip}"));
        if (From > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"from {From}"));
        if (Max is { } max) parts.Add(string.Create(CultureInfo.InvariantCulture, $"up to {max}"));
        if (Limit is { } limit) parts.Add(string.Create(CultureInfo.InvariantCulture, $"the first {limit}"));
        return parts.Count == 0 ? "all" : string.Join(", ", parts);
    }

    private bool IsBetween(int image) => image >= From && image <= (Max ?? int.MaxValue);
}
