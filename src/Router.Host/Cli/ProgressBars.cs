using Spectre.Console;

namespace Router.Host.Cli;

/// <summary>
/// Progress as every long command shows it: bars with the time left, on the error console so that results can be piped.
/// </summary>
internal static class ProgressBars
{
    /// <summary>The bars, none yet.</summary>
    public static Progress Bars(this Surroundings surroundings) => surroundings.Error.Progress().Columns(
        new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(),
        new SpinnerColumn());

    /// <summary>Runs something of a known length under one bar.</summary>
    /// <param name="surroundings">The outside.</param>
    /// <param name="what">What the bar says.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="done">How much of it is done already.</param>
    /// <param name="run">Told where to report how much is done, from the beginning.</param>
    public static Task ShowAsync<T>(
        this Surroundings surroundings, string what, long total, long done, Func<IProgress<T>, Task> run)
        where T : struct, IConvertible =>
        surroundings.Bars().StartAsync(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(what), maxValue: total);
            task.Value = done;
            return run(new Drawn<T>(task));
        });

    private sealed class Drawn<T>(ProgressTask task) : IProgress<T>
        where T : struct, IConvertible
    {
        public void Report(T value) => task.Value = value.ToDouble(provider: null);
    }
}
