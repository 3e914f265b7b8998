using System.Collections.Immutable;
using Router.Data;
using Router.Host.Cli;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Model;

/// <summary>
/// Pictures to try a classifier with: of its own data set where that is on this machine, and rendered ones, which every
/// machine has.
/// </summary>
internal static class SamplePictures
{
    private const int OfEach = 10;

    /// <summary>Those for a classifier, its own data set's first.</summary>
    /// <param name="kind">Its data set; null where that is not known.</param>
    /// <param name="surroundings">Say where data sets are.</param>
    public static ImmutableArray<SamplePicture> Of(DataSetKind? kind, Surroundings surroundings) =>
        kind is null or { IsRendered: true } ? Rendered() : [.. Installed(kind, surroundings), .. Rendered()];

    /// <summary>One picture of each class of Shapes10.</summary>
    public static ImmutableArray<SamplePicture> Rendered() =>
        [.. Read(Shapes10.Open(Shapes10Split.Test), every: 1)];

    // Who certifies a damaged data set is told what is wrong with it.
    private static SamplePicture[] Installed(DataSetKind kind, Surroundings surroundings) =>
        DataSets.TryRead(
            kind.Name, "test", surroundings, images => Read(images, Math.Max(1, images.Count / OfEach))) ?? [];

    private static SamplePicture[] Read(DataSet images, int every) =>
    [
        .. Enumerable.Range(0, Math.Min(OfEach, images.Count)).Select(i => images.Read(i * every)).Select(image =>
            new SamplePicture(
                images.Name, image.Index,
                image.Label is { } label && label < images.LabelNames.Count ? images.LabelNames[label] : null,
                [image.Image.Channels, image.Image.Height, image.Image.Width], image.Image.Pixels)),
    ];
}
