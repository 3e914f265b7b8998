using Router.Evaluation.Recordings;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Votes;

/// <summary>A progress bar with the time left, on the error console.</summary>
internal static class RecordingProgress
{
    /// <summary>Runs a recording while showing how far it is.</summary>
    public static Task ShowAsync(Surroundings surroundings, VoteRecorder recorder, Func<IProgress<long>, Task> record) =>
        surroundings.Error.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                ProgressTask task = context.AddTask(recorder.Terms.Network, maxValue: recorder.Planned);
                task.Value = recorder.Recorded;
                await record(new Drawn(task));
            });

    private sealed class Drawn(ProgressTask task) : IProgress<long>
    {
        public void Report(long value) => task.Value = value;
    }
}
