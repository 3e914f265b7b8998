using System.Diagnostics.CodeAnalysis;

namespace Router.Data;

/// <summary>What came of decoding: an image, or what is wrong with the file.</summary>
public sealed class ImageDecoding
{
    private ImageDecoding(Image8? image, string? problem) => (Image, Problem) = (image, problem);

    /// <summary>The RGB image, or null.</summary>
    public Image8? Image { get; }

    /// <summary>What is wrong and what would be right, without the file's name; null where there is an image.</summary>
    public string? Problem { get; }

    /// <summary>Whether there is an image.</summary>
    [MemberNotNullWhen(true, nameof(Image))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Image is not null;

    internal static ImageDecoding Of(Image8 image) => new(image, problem: null);

    internal static ImageDecoding Refused(string problem) => new(image: null, problem);
}
