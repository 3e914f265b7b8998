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

/// <summary>What a system answers.</summary>
/// <param name="Class">The certified class; null for none.</param>
/// <param name="Radius">Its radius.</param>
/// <param name="Samples">Noisy images that voted.</param>
/// <param name="Expert">Who answered, of several experts; null where nobody was chosen.</param>
internal sealed record Answered(int? Class, double Radius, long Samples, string? Expert = null);

/// <summary>Decides a radius, or finds one where none is given.</summary>
internal delegate Task<Answered> Deciding(LabelledImage image, double? radius);

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
                    $"| {Asked(asked.Key)} | {system} "
                    + $"| {own.Length} | {own.Average(one => one.Certified ? 1.0 : 0):0.000} "
                    + $"| {own.Average(one => one.Samples):0} | {seconds.Average() * 1000:0} "
                    + $"| {Median(seconds) * 1000:0} "
                    + $"| {OnSameImages([.. by[systems[0]]], own)} "
                    + $"| {OfAll(first, seconds, Enumerable.Average)} | {OfAll(first, seconds, Median)} |"));
            }
        }
    }

    /// <summary>The name of a system's expert, asked alone.</summary>
    public static string Alone(string system) => $"{system}: its expert alone";

    /// <summary>
    /// What routing costs: samples and times of a system over those of the expert that answered, asked alone with the
    /// same α, on the images where one answered; of times by means, with bootstrap intervals, and the median image's.
    /// </summary>
    public static void WriteRouting(IReadOnlyList<Decision> decisions, IReadOnlyList<string> systems, TextWriter text)
    {
        text.WriteLine();
        text.WriteLine("| asked for | system | images | samples | its expert's | times as many | ms | its expert's "
            + "| times as long | median image |");
        text.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |");
        foreach (IGrouping<double?, Decision> asked in decisions.GroupBy(decision => decision.Radius))
            foreach (string system in systems)
            {
                Dictionary<int, Decision> experts =
                    asked.Where(one => one.System == Alone(system)).ToDictionary(one => one.Image);
                Decision[] own = [.. asked.Where(one => one.System == system && experts.ContainsKey(one.Image))],
                    alone = [.. own.Select(one => experts[one.Image])];
                double samples = own.Average(one => one.Samples), its = alone.Average(one => one.Samples);
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Asked(asked.Key)} | {system} | {own.Length} | {samples:0} | {its:0} | {samples / its:0.00} "
                    + $"| {own.Average(one => one.Seconds) * 1000:0} | {alone.Average(one => one.Seconds) * 1000:0} "
                    + $"| {OnSameImages(own, alone, "0.00")} "
                    + $"| {Median([.. own.Zip(alone, (one, expert) => one.Seconds / expert.Seconds)]):0.00} |"));
            }
    }

    private static string Asked(double? radius) => string.Create(
        CultureInfo.InvariantCulture, $"{(radius is { } one ? $"r = {one}" : "radius within .05 σ")}");

    private static string OnSameImages(Decision[] first, Decision[] other, string format = "0.0")
    {
        (double First, double Other)[] pairs =
            [.. first.Join(other, one => one.Image, one => one.Image, (a, b) => (a.Seconds, b.Seconds))];
        return Text(
            pairs.Sum(pair => pair.First) / pairs.Sum(pair => pair.Other), random =>
            {
                (double First, double Other)[] drawn = Drawn(pairs, random);
                return drawn.Sum(pair => pair.First) / drawn.Sum(pair => pair.Other);
            }, format);
    }

    private static string OfAll(double[] first, double[] other, Func<double[], double> middle) => Text(
        middle(first) / middle(other), random => middle(Drawn(first, random)) / middle(Drawn(other, random)));

    private static T[] Drawn<T>(T[] values, Func<ulong> random) =>
        [.. values.Select(_ => values[random() % (ulong)values.Length])];

    private static string Text(double ratio, Func<Func<ulong>, double> again, string format = "0.0")
    {
        NoiseStream numbers = new(1, 0);
        int place = 0;
        double[] drawn =
            [.. Enumerable.Range(0, Resamples).Select(_ => again(() => numbers.Uniform(place++, 0))).Order()];
        return $"{Number(ratio)} ({Number(drawn[Resamples / 40])} to {Number(drawn[Resamples - Resamples / 40])})";

        string Number(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
