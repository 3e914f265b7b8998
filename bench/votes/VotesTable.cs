using System.Globalization;

namespace Votes.Bench;

/// <summary>Systems beside each other on one network, as Markdown.</summary>
internal static class VotesTable
{
    public static void Write(ResNetPlan plan, IReadOnlyList<Turn> turns, TextWriter text)
    {
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"### {plan.Architecture}, {plan.Side}×{plan.Side}, "
            + $"{plan.Operations / 1e6:0} million operations a vote\n"));
        text.WriteLine("| system | batch | votes/s | a processor | times eager float32 | by processor time "
            + "| times ONNX Runtime | by processor time | of the matrix product | by processor time |");
        text.WriteLine("| --- | ---: | ---: | ---: | --- | --- | --- | --- | ---: | ---: |");
        Turn[] Of(string system, string format) => [.. turns
            .Where(turn => turn.System == system && turn.Format == format).OrderBy(turn => turn.Round)];
        Turn[] eager = Of(Contestant.Eager, "float32"), onnx = Of(Contestant.Onnx, "float32");
        foreach ((string system, string format) in turns.Select(turn => (turn.System, turn.Format)).Distinct())
        {
            Turn[] own = Of(system, format);
            double rate = Timing.Median(own.Select(turn => turn.Timing.Rate));
            double processor = Timing.Median(own.Select(turn => turn.Timing.ProcessorRate));
            if (own[0].Batch == 0)
            {
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {own[0].Name} | | {rate / 1e9:0} GFLOP/s "
                    + $"| {processor / 1e9:0} GFLOP/s | | | | | | |"));
                continue;
            }
            double Share(Func<Timing, double> by) => plan.Operations
                * Timing.Median(own.Select(turn => by(turn.Timing)))
                / Timing.Median(Of("matrix product", format).Select(turn => by(turn.Timing)));
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {own[0].Name} | {own[0].Batch} | {rate:0} "
                + $"| {processor:0} | {Ratio(own, eager, one => one.Rate)} "
                + $"| {Ratio(own, eager, one => one.ProcessorRate)} | {Ratio(own, onnx, one => one.Rate)} "
                + $"| {Ratio(own, onnx, one => one.ProcessorRate)} | {Share(one => one.Rate):0 %} "
                + $"| {Share(one => one.ProcessorRate):0 %} |"));
        }
        text.WriteLine();
    }

    /// <summary>The ratio of the medians, and the smallest and largest of a round.</summary>
    public static string Ratio(IReadOnlyList<Turn> own, IReadOnlyList<Turn> other, Func<Timing, double> rate)
    {
        double[] rounds = [.. own.Zip(other, (a, b) => rate(a.Timing) / rate(b.Timing))];
        double middle = Timing.Median(own.Select(turn => rate(turn.Timing)))
            / Timing.Median(other.Select(turn => rate(turn.Timing)));
        return string.Create(
            CultureInfo.InvariantCulture, $"{middle:0.00} ({rounds.Min():0.00}–{rounds.Max():0.00})");
    }
}
