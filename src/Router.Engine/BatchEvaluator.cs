using System.Runtime.InteropServices;
using Router.Engine.Architectures;
using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>
/// Evaluates a network on batches of one fixed shape, so that every forward pass runs the same kernels: a short batch
/// is padded with zeros. On a CPU each thread takes a part of the batch. Not for concurrent use: its device gives
/// turns.
/// </summary>
internal sealed class BatchEvaluator : IDisposable
{
    // Of (image, channel, row, column).
    private const int WidthOfImages = 3;

    private readonly INetwork _network;
    private readonly EngineSettings _settings;
    private readonly bool _mirrors;
    private readonly torch.Tensor _batch;
    private readonly float[] _logits;
    private readonly int _parts;

    /// <param name="network">The layers after the input layer; owned.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="settings">Where and how it runs.</param>
    /// <param name="mirrors">Whether its logits are the mean of those of an image and of its mirror image.</param>
    public BatchEvaluator(
        INetwork network, int channels, int height, int width, EngineSettings settings, bool mirrors = false)
    {
        (_network, _settings, _mirrors) = (network, settings, mirrors);
        using var scope = torch.NewDisposeScope();
        _batch = torch.zeros([settings.BatchSize, height, width, channels], dtype: torch.ScalarType.Float32)
            .DetachFromDisposeScope();
        ImageSize = channels * height * width;
        _logits = new float[BatchSize * ClassCount];
        _parts = Math.Min(settings.Threads, BatchSize);
    }

    /// <summary>Images per forward pass.</summary>
    public int BatchSize => _settings.BatchSize;

    /// <summary>The number format of weights and activations.</summary>
    public torch.ScalarType ElementType => _settings.ElementType;

    /// <summary>Values of one image.</summary>
    public int ImageSize { get; }

    /// <summary>Logits per image.</summary>
    public int ClassCount => _network.ClassCount;

    /// <summary>One forward pass.</summary>
    /// <param name="images">Up to <see cref="BatchSize"/> images, channels-last, past the input layer.</param>
    /// <param name="logits">Receives a row of <see cref="ClassCount"/> per image.</param>
    /// <param name="asTrained">Asks the layers about the images alone, as a model card has their answers.</param>
    /// <exception cref="InvalidDataException">The network answers with something else than a row per image.</exception>
    public void Run(ReadOnlySpan<float> images, Span<float> logits, bool asTrained = false)
    {
        Span<float> batch = MemoryMarshal.Cast<byte, float>(_batch.bytes);
        images.CopyTo(batch);
        batch[images.Length..].Clear();
        bool mirrors = _mirrors && !asTrained;
        if (_parts == 1) Run(0, BatchSize, mirrors);
        else PassThreads.Run(_parts, part => Run(BatchSize * part / _parts, BatchSize * (part + 1) / _parts, mirrors));
        _logits.AsSpan(0, logits.Length).CopyTo(logits);
    }

    private void Run(int from, int to, bool mirrors)
    {
        using var scope = torch.NewDisposeScope();
        using var inference = torch.inference_mode();
        // To a GPU as it lies in memory: to turn and to shorten numbers is for the device.
        torch.Tensor images = _batch.narrow(0, from, to - from).to(_settings.TorchDevice).permute(0, 3, 1, 2)
            .to(_settings.FloatType);
        // Turned round before anybody sees them: a script may write into what it is given.
        torch.Tensor? mirrored = mirrors ? images.flip(WidthOfImages) : null;
        torch.Tensor logits = Logits(images);
        if (mirrored is not null) logits = logits.Plus(Logits(mirrored)).Times(0.5);
        torch.Tensor output = logits.cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(_logits.AsSpan(from * ClassCount));
    }

    private torch.Tensor Logits(torch.Tensor images)
    {
        torch.Tensor answer = _network.Logits(images);
        return answer.shape.SequenceEqual([images.shape[0], ClassCount])
            ? answer
            : throw new InvalidDataException(
                $"{images.shape[0]} images were answered with ({string.Join(", ", answer.shape)}), "
                + $"not ({images.shape[0]}, {ClassCount}) logits");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _network.Dispose();
    }
}
