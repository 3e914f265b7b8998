using Router.Host.Cli;
using Router.Training.Targets;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>A progress bar with the time left, on the error console.</summary>
internal static class TargetProgress
{
    /// <summary>Runs while showing how far it is.</summary>
    public static Task ShowAsync(Surroundings surroundings, TargetRun run, Func<IProgress<int>, Task> write) =>
        surroundings.Error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask("targets", maxValue: run.Terms.Images);
                await write(new Drawn(task));
            });

    private sealed class Drawn(ProgressTask task) : IProgress<int>
    {
        public void Report(int value) => task.Value = value;
    }
}
