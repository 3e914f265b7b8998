using System.Runtime.CompilerServices;

namespace Router.Engine;

/// <summary>
/// The input layer as a table: for each channel and each noisy level v = u + m the float the network sees, ((v/255) −
/// mean)/sd in float32 as PyTorch computes it. Levels are integers, so nothing is left to rounding order.
/// </summary>
internal sealed class LevelTable
{
    private readonly float[][] _values;
    private readonly int _lowest;

    /// <summary>A table for noise of magnitude up to <paramref name="largestNoise"/> levels either way.</summary>
    public LevelTable(InputLayer input, int channels, int largestNoise)
    {
        _lowest = -largestNoise;
        _values = new float[channels][];
        for (int channel = 0; channel < channels; channel++)
        {
            (float mean, float deviation) = OfChannel(input, channel);
            _values[channel] = new float[2 * largestNoise + 256];
            for (int i = 0; i < _values[channel].Length; i++)
                _values[channel][i] = ((float)((_lowest + i) / 255.0) - mean) / deviation;
        }
    }

    /// <summary>The largest magnitude of noise it covers.</summary>
    public int LargestNoise => -_lowest;

    // x − 0 and x / 1 are exact: "none" and "center" need no case of their own.
    private static (float Mean, float Deviation) OfChannel(InputLayer input, int channel) => input switch
    {
        InputLayer.Standardize standardize => (standardize.Mean[channel], standardize.Sd[channel]),
        InputLayer.Center center => (center.Mean[channel], 1),
        _ => (0, 1),
    };

    /// <summary>Writes one noisy image channels-last.</summary>
    /// <param name="levels">u, planar [channels, pixels].</param>
    /// <param name="noise">m, planar like the levels; empty for none.</param>
    /// <param name="image">The network's input, [pixels, channels].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<byte> levels, ReadOnlySpan<short> noise, Span<float> image)
    {
        int channels = _values.Length;
        int pixels = levels.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            float[] values = _values[channel];
            ReadOnlySpan<byte> u = levels.Slice(channel * pixels, pixels);
            ReadOnlySpan<short> m = noise.IsEmpty ? [] : noise.Slice(channel * pixels, pixels);
            for (int pixel = 0; pixel < u.Length; pixel++)
                image[pixel * channels + channel] = values[u[pixel] + (m.IsEmpty ? 0 : m[pixel]) - _lowest];
        }
    }
}
