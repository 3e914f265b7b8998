using System.Collections.Immutable;
using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary>The images of a document, out of the data set it is about.</summary>
internal static class ReportPictures
{
    // Pictures are only looked at: beyond this size they are made smaller.
    private const int Side = 96;

    // That the labels of so many images agree with those of another data set does not happen by chance.
    private const int FewestToTell = 8;

    private static readonly Framing Thumbnail = new(Side, Side);

    /// <summary>
    /// The pictures of the data set of this machine that has the labels of a document at all of its images; null where
    /// there is none, or too few images to tell.
    /// </summary>
    public static ReportImages? Find(TradeoffDocument document, string split, Surroundings surroundings) =>
        document.Images.Length < FewestToTell ? null : DataSetKind.All
            .Select(kind => DataSets.TryRead(kind.Name, split, surroundings, images => images)).OfType<DataSet>()
            .Where(images => document.Images.All(image =>
                image.Index >= 0 && image.Index < images.Count && images.Read(image.Index).Label == image.Label))
            .Select(images => Of(document, images)).FirstOrDefault();

    /// <summary>Reads the pixels of every image of a document.</summary>
    /// <exception cref="BadInputException">The data set is not here, has no labels, lacks an image, or labels one
    /// otherwise.</exception>
    public static ReportImages Read(
        TradeoffDocument document, string data, string split, Surroundings surroundings) =>
        Of(document, DataSets.Labelled(DataSets.Open(data, split, Thumbnail, surroundings)));

    private static ReportImages Of(TradeoffDocument document, DataSet images)
    {
        bool large = Math.Max(images.Shape.Width, images.Shape.Height) > Side;
        ImmutableDictionary<int, string>.Builder pixels = ImmutableDictionary.CreateBuilder<int, string>();
        foreach (StudyImage image in document.Images)
        {
            if (image.Index < 0 || image.Index >= images.Count)
                throw new BadInputException(
                    $"{images.Name} has {images.Count} images, but the document is about an image {image.Index}: is it "
                    + "of another data set or split?");
            LabelledImage found = images.Read(image.Index);
            if (found.Label is { } label && label != image.Label)
                throw new BadInputException(
                    $"image {image.Index} has the label {label} in {images.Name}, but {image.Label} in the document: "
                    + "is it of another data set or split?");
            pixels[image.Index] = Convert.ToBase64String(
                Interleaved(large ? Thumbnail.Apply(found.Image) : found.Image));
        }
        return new(
            large ? Side : images.Shape.Width, large ? Side : images.Shape.Height, [.. images.LabelNames],
            pixels.ToImmutable());
    }

    // Planes one after the other become pixels one after the other; grey is three times the same.
    private static byte[] Interleaved(Image8 image)
    {
        int plane = image.Shape.PlaneLength;
        byte[] pixels = new byte[3 * plane];
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<byte> values = image.Plane(Math.Min(channel, image.Channels - 1));
            for (int i = 0; i < plane; i++)
                pixels[3 * i + channel] = values[i];
        }
        return pixels;
    }
}
