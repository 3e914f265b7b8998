using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// A CIFAR ResNet whose convolutions are of 8-bit integers, but for the first: another function than the network that
/// it is made from, with votes and certificates of its own. Between layers are levels 0–255 of a scale; what is above
/// the largest level becomes it. Scales are the largest activations on some images, so they are a part of the function.
/// </summary>
internal sealed class Int8CifarResNet : INetwork
{
    private const int ImagesAtOnce = 32;

    private readonly List<Block> _blocks = [];
    private readonly CifarResNet _network;
    private readonly double _stemScale;

    /// <summary>Takes its weights.</summary>
    /// <param name="network">The network in float32; owned.</param>
    /// <param name="images">Such as it will see, past the input layer, [batch, channels, height, width].</param>
    public Int8CifarResNet(CifarResNet network, torch.Tensor images)
    {
        _network = network;
        using var inference = torch.inference_mode();
        (float stem, (float Middle, float After)[] largest) = Largest(network, images);
        double scale = _stemScale = ScaleOf(stem);
        foreach ((CifarResNet.BasicBlock block, (float middle, float end)) in network.Blocks.Zip(largest))
        {
            double middleScale = ScaleOf(middle), after = ScaleOf(end);
            Int8Convolution first = Int8Convolution.Relu(block.First, scale, middleScale);
            _blocks.Add(block.Projection is { } projection
                ? new(first, Int8Convolution.Plain(block.Second, middleScale),
                    Int8Convolution.Plain(projection, scale), after)
                : new(first, Int8Convolution.Sum(block.Second, middleScale, scale, after), null, after));
            scale = after;
        }
    }

    /// <inheritdoc/>
    public int ClassCount => _network.ClassCount;

    /// <inheritdoc/>
    public torch.Tensor Forward(torch.Tensor images)
    {
        torch.Tensor x = ToLevels(_network.AfterStem(images), _stemScale);
        foreach (Block block in _blocks)
        {
            torch.Tensor middle = block.First.Forward(x);
            x = block.Projection is { } projection
                ? ToLevels(block.Second.Forward(middle).Add(projection.Forward(x)), block.Scale)
                : block.Second.Forward(middle, x);
        }
        return _network.Head.Forward(x.to(torch.ScalarType.Float32).Times(_blocks[^1].Scale));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.ForEach(block => block.Dispose());
        _network.Dispose();
    }

    private static torch.Tensor ToLevels(torch.Tensor activations, double scale) =>
        activations.Times(1 / scale).round_().Clamp(0, byte.MaxValue).to(torch.ScalarType.Byte);

    // The largest activation behind the stem, and within and behind each block. A few images at a time stay in the
    // processor's cache.
    private static (float Stem, (float Middle, float After)[] Blocks) Largest(CifarResNet network, torch.Tensor images)
    {
        float stem = 0;
        (float Middle, float After)[] blocks = new (float, float)[network.Blocks.Count];
        for (long from = 0; from < images.shape[0]; from += ImagesAtOnce)
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor x = network.AfterStem(
                images.narrow(0, from, Math.Min(ImagesAtOnce, images.shape[0] - from)));
            stem = Math.Max(stem, x.max().item<float>());
            foreach ((int k, CifarResNet.BasicBlock block) in network.Blocks.Index())
            {
                torch.Tensor middle = block.First.Forward(x).relu_();
                x = block.Second.Forward(middle).Add(block.Projection?.Forward(x) ?? x).relu_();
                (float ofMiddle, float after) = blocks[k];
                blocks[k] = (
                    Math.Max(ofMiddle, middle.max().item<float>()), Math.Max(after, x.max().item<float>()));
            }
        }
        return (stem, blocks);
    }

    // Rounded up to 8 binary digits, so that the last digits of a sum do not matter.
    private static double ScaleOf(float largest)
    {
        double exact = Math.Max(largest, 1e-6f) / byte.MaxValue;
        int exponent = Math.ILogB(exact) - 7;
        return Math.ScaleB(Math.Ceiling(Math.ScaleB(exact, -exponent)), exponent);
    }

    /// <param name="First">Of it.</param>
    /// <param name="Second">Behind that.</param>
    /// <param name="Projection">Of the shortcut; null where that is the input.</param>
    /// <param name="Scale">What a level of its answer is.</param>
    private sealed record Block(
        Int8Convolution First, Int8Convolution Second, Int8Convolution? Projection, double Scale) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
            Projection?.Dispose();
        }
    }
}
