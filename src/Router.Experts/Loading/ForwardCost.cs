using Router.Engine.Architectures;
using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>
/// How much arithmetic a forward pass takes: multiplications and additions of convolutions and linear layers, two per
/// weight use; the rest is little.
/// </summary>
public static class ForwardCost
{
    private const double PerMultiplyAdd = 2;

    /// <summary>
    /// Floating-point operations of one vote of a network: one forward pass of one image through all of its members,
    /// two where it mirrors; null where the layers of one are not known.
    /// </summary>
    /// <param name="network">What the registry says of it.</param>
    /// <param name="dataset">The shape of an image, and the classes.</param>
    public static double? Flops(NetworkConfig network, DatasetFacts dataset) => network.Members
        .Select(member => Flops(member.Architecture, dataset)).Aggregate((sum, flops) => sum + flops)
        * (network.Mirror ? 2 : 1);

    /// <summary>
    /// Floating-point operations of one forward pass of one image; null where the layers are not known, as of a
    /// TorchScript archive.
    /// </summary>
    /// <param name="architecture">The name in the registry.</param>
    /// <param name="dataset">The shape of an image, and the classes.</param>
    public static double? Flops(string architecture, DatasetFacts dataset) =>
        CifarShape.Find(architecture) is { } shape ? PerMultiplyAdd * OfCifar(shape, dataset)
        : architecture == "resnet50" ? PerMultiplyAdd * OfResNet50(dataset)
        : null;

    // He et al. 2016, section 4.2, with projections where the width changes.
    private static double OfCifar(CifarShape shape, DatasetFacts dataset)
    {
        int width = shape.Width(1);
        double pixels = dataset.Height * dataset.Width, sum = Convolution(pixels, 3, shape.Inputs, width);
        for (int stage = 1; stage <= 3; stage++)
            for (int block = 0; block < shape.BlocksPerStage; block++)
            {
                int outputs = shape.Width(stage);
                if (outputs != width) pixels /= 4;
                sum += Convolution(pixels, 3, width, outputs) + Convolution(pixels, 3, outputs, outputs)
                    + (outputs != width ? Convolution(pixels, 1, width, outputs) : 0);
                width = outputs;
            }
        return sum + (shape.Hidden is { } hidden ? width * hidden + hidden * hidden
            + hidden * dataset.Classes : width * dataset.Classes);
    }

    // torchvision's: the second convolution of a bottleneck has the stride.
    private static double OfResNet50(DatasetFacts dataset)
    {
        double pixels = dataset.Height * dataset.Width / 4.0, sum = Convolution(pixels, 7, dataset.Channels, 64);
        pixels /= 4;
        int inputs = 64;
        foreach ((int stage, int blocks) in new[] { 3, 4, 6, 3 }.Index())
            for (int block = 0; block < blocks; block++)
            {
                int width = 64 << stage, outputs = 4 * width;
                double before = pixels;
                if (stage > 0 && block == 0) pixels /= 4;
                sum += Convolution(before, 1, inputs, width) + Convolution(pixels, 3, width, width)
                    + Convolution(pixels, 1, width, outputs)
                    + (block == 0 ? Convolution(pixels, 1, inputs, outputs) : 0);
                inputs = outputs;
            }
        return sum + (double)inputs * dataset.Classes;
    }

    private static double Convolution(double pixels, int size, int inputs, int outputs) =>
        pixels * size * size * inputs * outputs;
}
