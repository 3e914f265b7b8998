using System.Globalization;
using Router.Host.Cli;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>A progress bar with the time left on the error console, and a line per epoch.</summary>
internal static class TrainingProgress
{
    /// <summary>Trains while showing how far it is.</summary>
    /// <param name="surroundings">The outside.</param>
    /// <param name="run">The training.</param>
    /// <param name="what">What is trained.</param>
    /// <param name="measured">What its objective calls right: a classifier's accuracy, or what a router keeps.</param>
    /// <param name="cancellationToken">Stops after the step it is in; epochs that are done stay.</param>
    public static Task ShowAsync(Surroundings surroundings, TrainingRun run, string what, string measured,
        CancellationToken cancellationToken) =>
        surroundings.ShowAsync<int>(
            what, run.Recipe.Epochs * run.StepsPerEpoch, run.EpochsDone * run.StepsPerEpoch, steps =>
        {
            run.Train(new Lines(surroundings, measured), steps, cancellationToken);
            return Task.CompletedTask;
        });

    private sealed class Lines(Surroundings surroundings, string measured) : IProgress<EpochMetrics>
    {
        public void Report(EpochMetrics value) => surroundings.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {value.Epoch}: loss {value.Loss:0.000}, {measured} "
            + $"{value.Accuracy:0.000}{(value.Validation is { } held ? $", held out {held:0.000}" : "")}, "
            + $"{value.Elapsed.TotalSeconds:0} s"));
    }
}
