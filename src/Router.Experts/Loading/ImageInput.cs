using Router.Data;
using Router.Votes;

namespace Router.Experts.Loading;

/// <summary>Where an image becomes an input: images know nothing of smoothing, inputs nothing of files.</summary>
public static class ImageInput
{
    /// <summary>
    /// The image as what a certificate is about, (channels, height, width). Its pixels are not copied.
    /// </summary>
    public static GridInput ToInput(this Image8 image) => new(image.Pixels, image.Channels, image.Height, image.Width);
}
