using Router.Engine.Architectures;
using Router.Votes.Noise;

namespace Router.Engine;

/// <summary>
/// Makes a network of 8-bit integers from one of floats, without data: scales are taken on images of blocks of random
/// colours, fine and coarse ones, under the noise that the network is for.
/// </summary>
internal static class Quantization
{
    private const int Pictures = 32, DrawsOfEach = 8;

    // Pixels across; of one size alone, other images are above the largest level in some layer.
    private static readonly int[] Blocks = [2, 4, 8, 16];

    // Any number: it is a part of the function, and never another.
    private const ulong Seed = 8;

    /// <summary>The same network in 8 bits.</summary>
    /// <param name="network">In float32; owned from now on.</param>
    /// <param name="noise">What it is smoothed with.</param>
    /// <param name="levels">Its input layer.</param>
    /// <param name="imageShape">(channels, height, width) of its inputs.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="InvalidDataException">
    /// It is of an architecture that has no 8-bit form here, or would run where 8 bits are not multiplied.
    /// </exception>
    public static INetwork Of(
        INetwork network, GridNoise noise, LevelTable levels, IReadOnlyList<int> imageShape, string device)
    {
        if (device != "cpu" || !Machine.Multiplies8Bit)
            throw new InvalidDataException(
                $"dtype int8 is there for processors with avx512_vnni, avx_vnni or amx_int8, not for {device} here: "
                + "accepted are float32, bfloat16 and float16");
        if (network is not CifarResNet cifar)
            throw new InvalidDataException(
                "dtype int8 is there for CIFAR ResNets alone: accepted are float32 and bfloat16");
        using var scope = torch.NewDisposeScope();
        return new Int8CifarResNet(cifar, Images(noise, levels, imageShape[0], imageShape[1], imageShape[2]));
    }

    private static torch.Tensor Images(GridNoise noise, LevelTable levels, int channels, int height, int width)
    {
        NoiseStream colours = new(Seed, 0);
        int size = channels * height * width;
        float[] images = new float[Pictures * DrawsOfEach * size];
        byte[] picture = new byte[size];
        short[] drawn = new short[size];
        for (int image = 0; image < Pictures * DrawsOfEach; image++)
        {
            (int number, int draw) = Math.DivRem(image, DrawsOfEach);
            if (draw == 0) Paint(number);
            // An undecided draw is as good as none.
            if (!noise.Fill(new(Seed, 1), image, drawn)) Array.Clear(drawn);
            levels.Write(picture, drawn, images.AsSpan(image * size, size));
        }
        return torch.tensor(images, [Pictures * DrawsOfEach, height, width, channels]).permute(0, 3, 1, 2);

        void Paint(int number)
        {
            int side = Blocks[number % Blocks.Length], across = (width + side - 1) / side;
            for (int place = 0; place < size; place++)
            {
                (int channel, int pixel) = Math.DivRem(place, height * width);
                int block = pixel / width / side * across + pixel % width / side;
                picture[place] = (byte)colours.Uniform(number, channel * height * across + block);
            }
        }
    }
}
