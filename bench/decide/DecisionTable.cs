using System.Globalization;
using Router.Data;
using Router.Votes.Noise;

namespace Decide.Bench;

/// <summary>One system's answer about one image.</summary>
/// <param name="Image">Its index.</param>
/// <param name="Radius">The radius to decide; null where the radius itself was asked for.</param>
/// <param name="System">Who answered.</param>
/// <param name="Certified">Whether the right class was certified that far; at all where none was asked for.</param>
/// <param name="Proved">The certified radius.</param>
/// <param name="Samples">Noisy images that voted.</param>
/// <param name="Seconds">Wall time.</param>
internal sealed record Decision(
    int Image, double? Radius, string System, bool Certified, double Proved, long Samples, double Seconds);

/// <summary>Decides a radius, or finds one where none is given.</summary>
internal delegate Task<(int? Class, double Radius, long Samples)> Deciding(LabelledImage image, double? radius);

/// <summary>Systems beside each other on the same images, as Markdown.</summary>
internal static class DecisionTable
{
    private const int Resamples = 2_000;

    public static void Write(IReadOnlyList<Decision> decisions, IReadOnlyList<string> systems, TextWriter text)
    {
        text.WriteLine("| to decide | system | images | certified | samples | ms, mean | ms, median | times faster |");
        text.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (IGrouping<double?, Decision> asked in decisions.GroupBy(decision => decision.Radius))
            foreach (string system in systems)
            {
                Decision[] own = [.. asked.Where(decision => decision.System == system)];
                double mean = own.Average(one => one.Seconds), median = Median(own.Select(one => one.Seconds));
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {(asked.Key is { } radius ? $"r = {radius}" : "radius within .05 σ")} | {system} "
                    + $"| {own.Length} | {own.Average(one => one.Certified ? 1.0 : 0):0.000} "
                    + $"| {own.Average(one => one.Samples):0} | {mean * 1000:0} | {median * 1000:0} "
                    + $"| {Ratio([.. asked.Where(one => one.System == systems[0])], own)} |"));
            }
    }

    // Mean time of the first system over that of another on the images that both saw, with a bootstrap interval.
    private static string Ratio(Decision[] first, Decision[] other)
    {
        (double First, double Other)[] pairs =
            [.. first.Join(other, one => one.Image, one => one.Image, (a, b) => (a.Seconds, b.Seconds))];
        NoiseStream random = new(1, 0);
        double[] drawn = [.. Enumerable.Range(0, Resamples).Select(sample =>
        {
            (double a, double b) = (0, 0);
            for (int k = 0; k < pairs.Length; k++)
            {
                (double firstSeconds, double otherSeconds) = pairs[random.Uniform(sample, k) % (ulong)pairs.Length];
                (a, b) = (a + firstSeconds, b + otherSeconds);
            }
            return a / b;
        }).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{pairs.Sum(pair => pair.First) / pairs.Sum(pair => pair.Other):0.0} "
            + $"({drawn[Resamples / 40]:0.0} to {drawn[Resamples - Resamples / 40]:0.0})");
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
