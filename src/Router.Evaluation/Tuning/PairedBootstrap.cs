using Router.Votes.Noise;

namespace Router.Evaluation.Tuning;

/// <summary>
/// Intervals of what is computed from images, all systems on the same ones: images are drawn with replacement, as often
/// as there are, again and again, and the middle 95 % of what comes out is the interval (Efron 1979).
/// </summary>
internal sealed class PairedBootstrap
{
    /// <summary>How often images are drawn.</summary>
    public const int Resamples = 2000;

    private const double Outside = 0.05;

    private readonly int[][] _times;

    /// <param name="images">How many images there are.</param>
    /// <param name="seed">What is drawn follows from it.</param>
    public PairedBootstrap(int images, ulong seed)
    {
        NoiseStream stream = new(seed, 0);
        _times = new int[Resamples][];
        for (int resample = 0; resample < Resamples; resample++)
        {
            int[] times = _times[resample] = new int[images];
            for (int draw = 0; draw < images; draw++)
                times[(int)Math.BigMul(stream.Uniform(resample, draw), (ulong)images, out _)]++;
        }
    }

    /// <summary>The interval of a figure.</summary>
    /// <param name="figure">The figure, given how often each image counts.</param>
    public (double Low, double High) Of(Func<int[], double> figure)
    {
        double[] figures = [.. _times.Select(figure).Order()];
        int cut = (int)(Resamples * Outside / 2);
        return (figures[cut], figures[^(cut + 1)]);
    }
}
