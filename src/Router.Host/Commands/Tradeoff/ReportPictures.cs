using System.Collections.Immutable;
using Router.Data;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary>The images of a document, out of the data set it is about.</summary>
internal static class ReportPictures
{
    // A folder's pictures are only looked at: one size will do.
    private static readonly Framing Thumbnail = new(shorterSide: 96, side: 96);

    /// <summary>Reads the pixels of every image of a document.</summary>
    /// <exception cref="InputFault">The data set is not here, has no labels, lacks an image, or labels one
    /// otherwise.</exception>
    public static ReportImages Read(TradeoffDocument document, string data, string split, Surroundings surroundings)
    {
        DataSet images = DataSets.Labelled(DataSets.Open(data, split, Thumbnail, surroundings));
        ImmutableDictionary<int, string>.Builder pixels = ImmutableDictionary.CreateBuilder<int, string>();
        foreach (StudyImage image in document.Images)
        {
            if (image.Index >= images.Count)
                throw new InputFault(
                    $"{images.Name} has {images.Count} images, but the document is about an image {image.Index}: is it "
                    + "of another data set or split?");
            LabelledImage found = images.Read(image.Index);
            if (found.Label is { } label && label != image.Label)
                throw new InputFault(
                    $"image {image.Index} has the label {label} in {images.Name}, but {image.Label} in the document: "
                    + "is it of another data set or split?");
            pixels[image.Index] = Convert.ToBase64String(Interleaved(found.Image));
        }
        return new(images.Shape.Width, images.Shape.Height, [.. images.LabelNames], pixels.ToImmutable());
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
