using System.Globalization;
using Router.Host.Cli;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>A progress bar with the time left on the error console, and a line per epoch.</summary>
internal static class TrainingProgress
{
    /// <summary>Trains while showing how far it is.</summary>
    public static void Show(Surroundings surroundings, TrainingRun run, string what, CancellationToken cancellationToken) =>
        surroundings.Error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: run.Recipe.Epochs * run.StepsPerEpoch);
                task.Value = run.EpochsDone * run.StepsPerEpoch;
                run.Train(new Lines(surroundings), new Drawn(task), cancellationToken);
            });

    private sealed class Drawn(ProgressTask task) : IProgress<int>
    {
        public void Report(int value) => task.Value = value;
    }

    private sealed class Lines(Surroundings surroundings) : IProgress<EpochMetrics>
    {
        public void Report(EpochMetrics value) => surroundings.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}: loss {value.Loss:0.000}, accuracy under noise {value.Accuracy:0.000}{(value.Validation is { } held ? $", held out {held:0.000}" : "")}, {value.Elapsed.TotalSeconds:0} s"));
    }
}
