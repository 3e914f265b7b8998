
namespace Router.Engine.Architectures;

/// <summary>How a network sees σ of the noise: as one more channel, of that value everywhere in an image.</summary>
public static class SigmaChannel
{
    /// <summary>The images with the channel behind their own; channels-last.</summary>
    /// <param name="images">[batch, channels, H, W].</param>
    /// <param name="sigmas">[batch, 1, 1, 1], or [1, 1, 1, 1] for the same in all.</param>
    /// <returns>[batch, channels + 1, H, W].</returns>
    public static torch.Tensor Behind(torch.Tensor images, torch.Tensor sigmas)
    {
        long[] channel = [images.shape[0], images.shape[2], images.shape[3], 1];
        return torch.cat([images.permute(0, 2, 3, 1), sigmas.expand(channel)], 3).permute(0, 3, 1, 2);
    }
}
