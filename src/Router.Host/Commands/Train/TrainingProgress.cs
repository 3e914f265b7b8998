using System.Globalization;
using Router.Host.Cli;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>A progress bar with the time left on the error console, and a line per epoch.</summary>
internal static class TrainingProgress
{
    /// <summary>Trains while showing how far it is.</summary>
    public static Task ShowAsync(Surroundings surroundings, TrainingRun run, string what, CancellationToken cancellationToken) =>
        surroundings.ShowAsync<int>(what, run.Recipe.Epochs * run.StepsPerEpoch, run.EpochsDone * run.StepsPerEpoch, steps =>
        {
            run.Train(new Lines(surroundings), steps, cancellationToken);
            return Task.CompletedTask;
        });

    private sealed class Lines(Surroundings surroundings) : IProgress<EpochMetrics>
    {
        public void Report(EpochMetrics value) => surroundings.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}: loss {value.Loss:0.000}, accuracy under noise {value.Accuracy:0.000}{(value.Validation is { } held ? $", held out {held:0.000}" : "")}, {value.Elapsed.TotalSeconds:0} s"));
    }
}
