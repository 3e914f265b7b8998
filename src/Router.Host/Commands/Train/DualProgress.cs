using System.Globalization;
using Router.Host.Cli;
using Router.Smoothing;
using Router.Training.Dual;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>A bar per step with the time left, and a line per system that was scored, on the error console.</summary>
internal static class DualProgress
{
    public static Task<DualOutcome> ShowAsync(
        Surroundings surroundings, Func<IProgress<DualStep>, IProgress<DualScore>, Task<DualOutcome>> run) =>
        surroundings.Bars().StartAsync(context => run(new Bars(context), new Lines(surroundings)));

    /// <summary>Prints certified accuracy of every system.</summary>
    public static void Write(IAnsiConsole console, DualOutcome outcome)
    {
        TextTable table = new([
            TextColumn.Number("round"), TextColumn.Words("after"), TextColumn.Number("score"),
            .. outcome.Best.Radii.Select(RadiiOption.Column)]);
        foreach (DualScore score in outcome.Scores)
            table.Add(
                [Text(score.Round, "0"), score.Step
                    + (score == outcome.Best ? " *" : ""), Text(score.Mean, "0.0000"),
                    .. score.Accuracy.Select(share => TowardZero.Text(share, 3))]);
        table.Write(console);
        console.PrintProse("certified accuracy at r on held-out images; * is the system that was written");
    }

    private static string Text(IFormattable value, string format) =>
        value.ToString(format, CultureInfo.InvariantCulture);

    private sealed class Bars(ProgressContext context) : IProgress<DualStep>
    {
        private readonly Dictionary<string, ProgressTask> _tasks = [];

        public void Report(DualStep value)
        {
            string name = $"round {Text(value.Round, "0")}: {value.Name}";
            if (!_tasks.TryGetValue(name, out ProgressTask? task))
                _tasks[name] = task = context.AddTask(Markup.Escape(name), maxValue: value.Of);
            task.Value = value.Done;
        }
    }

    private sealed class Lines(Surroundings surroundings) : IProgress<DualScore>
    {
        public void Report(DualScore value) => surroundings.Error.WriteLine(
            $"round {Text(value.Round, "0")}, after its {value.Step}: {Text(value.Mean, "0.0000")}, routes "
            + $"{string.Join(' ', value.Shares.Select(share => Text(share, "0.00")))}");
    }
}
