using Router.Evaluation.Runs;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>A progress bar with the time left, on the error console so that results can be piped.</summary>
internal static class CertifyProgress
{
    /// <summary>Drains the run while showing how far it is.</summary>
    /// <param name="surroundings">The outside.</param>
    /// <param name="images">The run.</param>
    /// <param name="total">Images in all.</param>
    /// <param name="done">Images of an earlier run.</param>
    /// <param name="each">Told of each image as it is certified.</param>
    public static Task ShowAsync(
        Surroundings surroundings, IAsyncEnumerable<CertifiedImage> images, int total, int done,
        Action<CertifiedImage> each) =>
        surroundings.Bars().StartAsync(async context =>
            {
                ProgressTask task = context.AddTask("certifying", maxValue: total);
                task.Increment(done);
                await foreach (CertifiedImage image in images)
                {
                    each(image);
                    task.Increment(1);
                    task.Description = $"image {image.Image.Index}";
                }
            });
}
