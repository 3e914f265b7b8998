using System.Collections.Immutable;
using Router.Data;
using Router.Engine;

namespace Router.Experts.Loading;

/// <summary>
/// What a registry needs to know of a data set: the shape of an image and what a bare <c>standardize</c> stands for.
/// </summary>
/// <param name="Name">As written in the registry.</param>
/// <param name="Channels">Colour channels of an 8-bit image.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Classes">Labels.</param>
/// <param name="Standard">The constants its networks are trained with; null where they use none.</param>
public sealed record DatasetFacts(
    string Name, int Channels, int Height, int Width, int Classes, InputLayer.Standardize? Standard)
{
    private static readonly InputLayer.Standardize CifarConstants = new(
        [.4914f, .4822f, .4465f], [.2023f, .1994f, .2010f]);

    /// <summary>
    /// The known data sets. ImageNet at 32×32 is standardized with CIFAR's constants by those who published networks
    /// for it.
    /// </summary>
    public static ValueArray<DatasetFacts> All { get; } =
    [
        Of(DataSetKind.Cifar10, CifarConstants),
        Of(DataSetKind.ImageNet, new([.485f, .456f, .406f], [.229f, .224f, .225f])),
        Of(DataSetKind.Shapes10, new([.5f, .5f, .5f], [.25f, .25f, .25f])),
        new("imagenet32", 3, 32, 32, 1000, CifarConstants),
        new("mnist", 1, 28, 28, 10, null),
    ];

    /// <summary>What a registry calls its classes: their names, or their numbers where those are not known.</summary>
    public ImmutableArray<string> ClassNames => DataSetKind.Find(Name) is { LabelNames: { Count: > 0 } names }
        ? [.. names]
        : [.. Enumerable.Range(0, Classes).Select(label => $"{label}")];

    /// <summary>The data set of that name; null where unknown.</summary>
    public static DatasetFacts? Find(string name)
    {
        foreach (DatasetFacts dataset in All)
            if (dataset.Name == name)
                return dataset;
        return null;
    }

    private static DatasetFacts Of(DataSetKind kind, InputLayer.Standardize standard) =>
        new(kind.Name, kind.Shape.Channels, kind.Shape.Height, kind.Shape.Width, kind.ClassCount, standard);
}
