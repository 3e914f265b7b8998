using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Router.Engine.Architectures;
using Router.Engine.LibTorch;

namespace Router.Engine;

/// <summary>
/// Evaluates a network on batches of one fixed shape, so that every forward pass runs the same kernels: a short batch
/// is padded with zeros. On a CPU each thread takes a part of the batch, and one that has made its part may take one of
/// the next pass. Not for concurrent use: its device gives turns.
/// </summary>
internal sealed class BatchEvaluator : IDisposable
{
    // Of (image, channel, row, column).
    private const int WidthOfImages = 3;

    private readonly INetwork _network;
    private readonly EngineSettings _settings;
    private readonly bool _mirrors;
    private readonly int _parts;
    private readonly Batch[] _batches;
    private int _next;

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
        ImageSize = channels * height * width;
        _parts = Math.Min(settings.Threads, BatchSize);
        _batches = [.. Enumerable.Range(0, _parts > 1 ? 2 : 1).Select(_ =>
        {
            using var scope = torch.NewDisposeScope();
            torch.Tensor images = torch.zeros([BatchSize, height, width, channels], dtype: torch.ScalarType.Float32);
            return new Batch(images.DetachFromDisposeScope(), new float[BatchSize * ClassCount]);
        })];
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
    public void Run(ReadOnlyMemory<float> images, Span<float> logits, bool asTrained = false) =>
        Start(images.Length / ImageSize,
            (place, image) => images.Span.Slice(place * ImageSize, ImageSize).CopyTo(image), asTrained).End(logits);

    /// <summary>
    /// Begins a forward pass. Where it <see cref="BatchInProgress.HasThreads"/> another one may begin before it has
    /// ended, a third one not.
    /// </summary>
    /// <param name="count">How many images, up to <see cref="BatchSize"/>.</param>
    /// <param name="write">Writes them, on any thread.</param>
    /// <param name="asTrained">Asks the layers about the images alone, as a model card has their answers.</param>
    /// <exception cref="InvalidOperationException">Its room is another pass's that has not ended.</exception>
    public BatchInProgress Start(int count, ImageWriter write, bool asTrained = false)
    {
        Batch batch = _batches[_next];
        if (batch.IsTaken) throw new InvalidOperationException("a pass began before the last but one had ended");
        bool mirrors = _mirrors && !asTrained;
        Task[] parts = _parts == 1 ? [new(Whole)] : PassThreads.Of(_parts, part =>
        {
            int from = BatchSize * part / _parts, to = BatchSize * (part + 1) / _parts;
            Fill(batch, from, to, count, write);
            Run(batch, from, to, mirrors);
        });
        // From here on nothing fails: who cannot wait for its end would not know when the room is free.
        BatchInProgress pass = new(batch, parts);
        batch.IsTaken = true;
        _next = (_next + 1) % _batches.Length;
        if (pass.HasThreads) PassThreads.Make(parts);
        else parts[0].RunSynchronously(TaskScheduler.Default);
        return pass;

        void Whole()
        {
            Parallel.ForEach(Partitioner.Create(0, BatchSize), places =>
                Fill(batch, places.Item1, places.Item2, count, write));
            Run(batch, 0, BatchSize, mirrors);
        }
    }

    // The places of a part: with images, then empty.
    private void Fill(Batch batch, int from, int to, int count, ImageWriter write)
    {
        Span<float> images = MemoryMarshal.Cast<byte, float>(batch.Images.bytes);
        for (int place = from; place < Math.Min(to, count); place++)
            write(place, images.Slice(place * ImageSize, ImageSize));
        int empty = Math.Max(from, count);
        if (empty < to) images[(empty * ImageSize)..(to * ImageSize)].Clear();
    }

    private void Run(Batch batch, int from, int to, bool mirrors)
    {
        using var scope = torch.NewDisposeScope();
        using var inference = torch.inference_mode();
        // To a GPU as it lies in memory: to turn and to shorten numbers is for the device.
        torch.Tensor images = batch.Images.narrow(0, from, to - from).to(_settings.TorchDevice).permute(0, 3, 1, 2)
            .to(_settings.FloatType);
        // Turned round before anybody sees them: a script may write into what it is given.
        torch.Tensor? mirrored = mirrors ? images.flip(WidthOfImages) : null;
        torch.Tensor logits = Logits(images);
        if (mirrored is not null) logits = logits.Plus(Logits(mirrored)).Times(0.5);
        torch.Tensor output = logits.cpu().contiguous();
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(batch.Logits.AsSpan(from * ClassCount));
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
        foreach (Batch batch in _batches) batch.Images.Dispose();
        _network.Dispose();
    }

    /// <summary>Room for a pass.</summary>
    /// <param name="images">[batch, height, width, channels], in the host's memory.</param>
    /// <param name="logits">[batch, classes].</param>
    internal sealed class Batch(torch.Tensor images, float[] logits)
    {
        /// <summary>What is asked about.</summary>
        public torch.Tensor Images => images;

        /// <summary>What is answered.</summary>
        public float[] Logits => logits;

        /// <summary>Whether a pass is in it.</summary>
        public bool IsTaken { get; set; }
    }
}

/// <summary>Writes the image at a place of a batch, channels-last, past the input layer.</summary>
internal delegate void ImageWriter(int place, Span<float> image);

/// <summary>A forward pass that has begun.</summary>
/// <param name="batch">Its images and logits.</param>
/// <param name="parts">What makes them.</param>
internal sealed class BatchInProgress(BatchEvaluator.Batch batch, Task[] parts)
{
    /// <summary>Whether threads of their own make it; otherwise it has been made.</summary>
    public bool HasThreads => parts.Length > 1;

    /// <summary>Waits until one of its threads has nothing to do any more.</summary>
    public void WaitForThread() => Task.WaitAny(parts);

    /// <summary>Waits for its end; once.</summary>
    /// <param name="logits">Receives a row per image.</param>
    /// <exception cref="Exception">What the first part that failed failed with.</exception>
    public void End(Span<float> logits)
    {
        try
        {
            Task.WhenAll(parts).GetAwaiter().GetResult();
            batch.Logits.AsSpan(0, logits.Length).CopyTo(logits);
        }
        finally
        {
            // Whatever failed, memory for instance: nobody else has the room, or the network, while a part runs.
            SpinWait wait = default;
            foreach (Task part in parts)
                while (!part.IsCompleted)
                    wait.SpinOnce();
            batch.IsTaken = false;
        }
    }
}
