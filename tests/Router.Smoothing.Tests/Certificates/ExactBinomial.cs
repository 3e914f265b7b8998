using Router.Votes.Noise;

namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// Bin(n, p) by inversion of its distribution function: probabilities by the ratio P(k+1)/P(k) = (n−k)/(k+1)·p/(1−p)
/// outward from the mode, then normalized. A simulation of votes whose probability is known in closed form.
/// </summary>
internal sealed class ExactBinomial
{
    private readonly double[] _cumulative;

    public ExactBinomial(int n, double p)
    {
        double[] mass = new double[n + 1];
        int mode = Math.Min(n, (int)((n + 1) * p));
        mass[mode] = 1;
        for (int k = mode; k < n; k++) mass[k + 1] = mass[k] * (n - k) / (k + 1) * (p / (1 - p));
        for (int k = mode; k > 0; k--) mass[k - 1] = mass[k] * k / (n - k + 1) * ((1 - p) / p);
        double total = mass.Sum(), sum = 0;
        _cumulative = [.. mass.Select(share => (sum += share) / total)];
    }

    /// <summary>One draw, from the word of one sample and coordinate of a stream.</summary>
    public int Draw(NoiseStream stream, long sample, int coordinate = 0)
    {
        double u = Uniform(stream, sample, coordinate);
        int index = Array.BinarySearch(_cumulative, u);
        return Math.Min(_cumulative.Length - 1, index < 0 ? ~index : index);
    }

    /// <summary>A number in (0, 1).</summary>
    public static double Uniform(NoiseStream stream, long sample, int coordinate) =>
        ((stream.Uniform(sample, coordinate) >> 12) + 0.5) * Math.ScaleB(1, -52);
}
