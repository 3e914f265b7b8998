using System.Runtime.InteropServices;
using Router.Engine;

namespace Router.Experts.Cards;

/// <summary>
/// Asks a network whether it is what a certificate speaks of, a function of one image: its logits are finite, come out
/// the same twice, and depend neither on an image's place in the batch nor on the images beside it. Two forward passes
/// of the engine's own batch show that; more are made only where these differ. It finds mistakes (a diverged training,
/// dropout, batch statistics), not an archive that is made to deceive.
/// </summary>
/// <param name="evaluator">The network; asked in a turn of its device's lane.</param>
/// <param name="levels">Its input layer.</param>
/// <param name="sigma">σ of its noise, in [0,1] pixels.</param>
internal sealed class FunctionProbe(BatchEvaluator evaluator, LevelTable levels, decimal sigma)
{
    // So many different images; each stands at several places of a batch.
    private const int Kinds = 4;

    private const int White = Kinds;

    // Float32 sums in another order: on a batch's last rows a matrix product may take another kernel.
    private const double Float32Rounding = 1e-4;

    private readonly float[] _images = new float[evaluator.BatchSize * evaluator.ImageSize];

    /// <summary>What is wrong with it; null where it is a function.</summary>
    public string? Fault()
    {
        try
        {
            return Compare();
        }
        catch (Exception fault) when (fault is ExternalException or InvalidDataException)
        {
            return $"it cannot answer a batch of {evaluator.BatchSize} images: {TorchFault.Cause(fault)}";
        }
    }

    private string? Compare()
    {
        int batch = evaluator.BatchSize, kinds = Math.Min(Kinds, batch);
        int[] places = [.. Enumerable.Range(0, batch)];
        // The second batch is the first one backwards, and every other image of it is white.
        int[] first = [.. places.Select(row => row % kinds)];
        int[] second = [.. places.Select(row => batch > 1 && row % 2 == 0 ? White : (batch - 1 - row) % kinds)];
        float[] one = Logits(first), other = Logits(second);
        if (one.Concat(other).Any(logit => !float.IsFinite(logit)))
            return "its answers are not finite";
        double byPlace = Difference(one, first), byMates = Difference(other, second);
        if (byPlace == 0 && byMates == 0) return null;
        // A script is compiled anew in its first passes: these two come after them.
        float[] again = Logits(first), onceMore = Logits(first);
        if (!again.AsSpan().SequenceEqual(onceMore))
            return "it draws at random: two passes over the same batch differ by up to "
                + $"{Largest(again.Zip(onceMore)):0.0e+0}";
        double accepted = Rounding.Of(evaluator.ElementType, Float32Rounding) * one.Max(MathF.Abs);
        return byPlace > accepted ? $"an image's place in the batch changes its logits by up to {byPlace:0.0e+0}"
            : byMates > accepted ? "the images of a batch influence each other: "
                + $"other neighbours change logits by up to {byMates:0.0e+0}"
            : null;

        // Of each image's rows from its row in the first batch.
        double Difference(float[] logits, int[] shown)
        {
            int classes = evaluator.ClassCount;
            return places.Where(row => shown[row] != White).Select(row => Largest(
                logits.AsSpan(row * classes, classes).ToArray()
                    .Zip(one.AsSpan(shown[row] * classes, classes).ToArray()))).DefaultIfEmpty().Max();
        }
    }

    private static double Largest(IEnumerable<(float, float)> pairs) =>
        pairs.Max(pair => Math.Abs((double)pair.Item1 - pair.Item2));

    // A pass over the batch that shows these kinds of image.
    private float[] Logits(int[] kinds)
    {
        int size = evaluator.ImageSize;
        foreach ((int row, int kind) in kinds.Index())
        {
            Span<float> image = _images.AsSpan(row * size, size);
            int same = Array.IndexOf(kinds, kind, 0, row);
            if (same >= 0) _images.AsSpan(same * size, size).CopyTo(image);
            else Draw(kind, image);
        }
        float[] logits = new float[evaluator.BatchSize * evaluator.ClassCount];
        evaluator.Run(_images, logits);
        return logits;
    }

    // An image of arbitrary levels under noise within 2 σ, or a white one. The same at every load.
    private void Draw(int kind, Span<float> image)
    {
        byte[] u = new byte[image.Length];
        short[] m = new short[image.Length];
        Array.Fill(u, byte.MaxValue);
        int width = (int)Math.Min(levels.LargestNoise, Math.Ceiling(2 * byte.MaxValue * sigma));
        for (int i = 0; kind != White && i < u.Length; i++)
        {
            ulong word = Mix(((ulong)kind << 32) + (ulong)i);
            (u[i], m[i]) = ((byte)word, (short)((int)((word >> 8) % (ulong)(2 * width + 1)) - width));
        }
        levels.Write(u, m, image);
    }

    // SplitMix64 (Steele, Lea, Flood 2014).
    private static ulong Mix(ulong x)
    {
        x = (x + 1) * 0x9e3779b97f4a7c15;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
        x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
        return x ^ (x >> 31);
    }
}
