using System.Collections.Immutable;
using System.Globalization;

namespace Router.Training.Targets;

/// <summary>Which images of a data set get targets: of a fold, every so-many-th, the first so many.</summary>
public sealed record ImageSelection
{
    /// <summary>Only images of this fold; null for all.</summary>
    public Fold? Fold { get; init; }

    /// <summary>Of those, one in so many, ≥ 1: counted within the fold, so that the two never meet in a common divisor.</summary>
    public int Skip { get; init; } = 1;

    /// <summary>Of those, at most so many; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Their indices.</summary>
    /// <param name="images">The indices of the images there are, ascending.</param>
    public ImmutableArray<int> Of(IEnumerable<int> images) =>
    [
        .. images
            .Where(image => Fold is not { } fold || fold.Contains(image))
            .Where((_, position) => position % Skip == 0)
            .Take(Limit ?? int.MaxValue),
    ];

    /// <summary>As a table's terms say it: <c>fold 0/2, 1 in 5, the first 2000</c>.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Fold is { } fold) parts.Add($"fold {fold}");
        if (Skip > 1) parts.Add(string.Create(CultureInfo.InvariantCulture, $"1 in {Skip}"));
        if (Limit is { } limit) parts.Add(string.Create(CultureInfo.InvariantCulture, $"the first {limit}"));
        return parts.Count == 0 ? "all" : string.Join(", ", parts);
    }
}
