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

    /// <summary>
    /// Times faster are times of the first system over those of another: by means on the images that both saw, and by
    /// means and by medians of all that each saw, with bootstrap intervals.
    /// </summary>
    public static void Write(IReadOnlyList<Decision> decisions, IReadOnlyList<string> systems, TextWriter text)
    {
        text.WriteLine("| to decide | system | images | certified | samples | ms, mean | ms, median "
            + "| times faster, same images | all, by means | by medians |");
        text.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- | --- |");
        foreach (IGrouping<double?, Decision> asked in decisions.GroupBy(decision => decision.Radius))
        {
            ILookup<string, Decision> by = asked.ToLookup(decision => decision.System);
            foreach (string system in systems.Where(by.Contains))
            {
                Decision[] own = [.. by[system]];
                double[] seconds = [.. own.Select(one => one.Seconds)];
                double[] first = [.. by[systems[0]].Select(one => one.Seconds)];
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {(asked.Key is { } radius ? $"r = {radius}" : "radius within .05 σ")} | {system} "
                    + $"| {own.Length} | {own.Average(one => one.Certified ? 1.0 : 0):0.000} "
                    + $"| {own.Average(one => one.Samples):0} | {seconds.Average() * 1000:0} "
                    + $"| {Median(seconds) * 1000:0} "
                    + $"| {OnSameImages([.. by[systems[0]]], own)} "
                    + $"| {OfAll(first, seconds, Enumerable.Average)} | {OfAll(first, seconds, Median)} |"));
            }
        }
    }

    private static string OnSameImages(Decision[] first, Decision[] other)
    {
        (double First, double Other)[] pairs =
            [.. first.Join(other, one => one.Image, one => one.Image, (a, b) => (a.Seconds, b.Seconds))];
        return Text(
            pairs.Sum(pair => pair.First) / pairs.Sum(pair => pair.Other), random =>
            {
                (double First, double Other)[] drawn = Drawn(pairs, random);
                return drawn.Sum(pair => pair.First) / drawn.Sum(pair => pair.Other);
            });
    }

    private static string OfAll(double[] first, double[] other, Func<double[], double> middle) => Text(
        middle(first) / middle(other), random => middle(Drawn(first, random)) / middle(Drawn(other, random)));

    private static T[] Drawn<T>(T[] values, Func<ulong> random) =>
        [.. values.Select(_ => values[random() % (ulong)values.Length])];

    private static string Text(double ratio, Func<Func<ulong>, double> again)
    {
        NoiseStream numbers = new(1, 0);
        int place = 0;
        double[] drawn =
            [.. Enumerable.Range(0, Resamples).Select(_ => again(() => numbers.Uniform(place++, 0))).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ratio:0.0} ({drawn[Resamples / 40]:0.0} to {drawn[Resamples - Resamples / 40]:0.0})");
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
