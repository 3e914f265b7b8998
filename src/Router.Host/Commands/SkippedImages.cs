using Router.Evaluation.Runs;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands;

/// <summary>What is said of images that a run went on without.</summary>
internal static class SkippedImages
{
    /// <summary>Where they are noted, each told as it is found.</summary>
    public static PassedOver Noted(Surroundings surroundings) =>
        new((index, fault) => surroundings.Warn($"skipped image {index}: {fault}"));

    /// <summary>Names all of them at the end.</summary>
    /// <param name="skipped">The images.</param>
    /// <param name="of">How many there were to do.</param>
    /// <param name="surroundings">The outside.</param>
    /// <returns>The command's exit code.</returns>
    public static int Tell(PassedOver skipped, int of, Surroundings surroundings)
    {
        if (skipped.Reasons.Count == 0) return ExitCode.Done;
        surroundings.Error.MarkupLine(
            $"[red]dualrs:[/] {skipped.Reasons.Count} of {of} images were skipped and are in no file; --resume tries "
            + $"them again: {Markup.Escape(string.Join("; ", skipped.Reasons.OrderBy(image => image.Key)
                .Select(image => $"{image.Key} ({image.Value})")))}");
        return ExitCode.BadInput;
    }
}
