using System.CommandLine;
using Router.Host.Cli;
using Router.Host.Serving.Hosting;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Serve;

/// <summary>The options of what the daemon takes on.</summary>
internal static class LimitOptions
{
    /// <summary>Adds them.</summary>
    public static void Declare(Command command)
    {
        command.Option(
            "--max-images", "Images of one request.",
            ServingLimits.DefaultImages, Range(nameof(DaemonOptions.MaxImages)));
        command.Option(
            "--max-samples", "The largest n0 and n a request may ask for.",
            ServingLimits.DefaultSamples, Range(nameof(DaemonOptions.MaxSamples)));
        command.Option(
            "--max-in-flight",
            "Images that are worked on at once; their samples share forward passes. A caller with none has one more.",
            ServingLimits.DefaultInFlight, Range(nameof(DaemonOptions.MaxInFlight)));
        command.Option(
            "--max-waiting", "Requests that wait for their turn; the next is answered 429.",
            ServingLimits.DefaultWaiting, Range(nameof(DaemonOptions.MaxWaiting)));
        command.Option(
            "--max-body", "MiB of a request's body.",
            ServingLimits.DefaultBodyMiB, Range(nameof(DaemonOptions.MaxBody)));
        command.Option<int?>(
            "--max-pixels",
            $"Pixels of a picture file (default: {PictureReader.PixelsForEach} for each pixel "
            + $"it is scaled to, at most {PictureReader.MostPixels}).", Range(nameof(DaemonOptions.MaxPixels)));
        command.Option(
            "--cache", "MiB of answers that are kept to be given again; 0 for none.",
            ServingLimits.DefaultCacheMiB, Range(nameof(DaemonOptions.Cache)));
        command.Option(
            "--max-connections", "Connections that are open at once.",
            ServingLimits.DefaultConnections, Range(nameof(DaemonOptions.MaxConnections)));
        command.Option<int?>(
            "--max-connections-per-address",
            "Of them, those of one address, which for callers behind a proxy is the proxy's "
            + "(default: a quarter of --max-connections).", Range(nameof(DaemonOptions.MaxConnectionsPerAddress)));
        command.Option(
            "--drain-time", "Seconds that requests in flight may take after a signal to stop.",
            ServingLimits.DefaultDrainSeconds, Range(nameof(DaemonOptions.DrainTime)));
        command.Option(
            "--load-time", "Seconds that a registry may take to load; then it is a fault, and the one before goes on.",
            ServingLimits.DefaultLoadSeconds, Range(nameof(DaemonOptions.LoadTime)));
    }

    private static Accepted Range(string option) => Settings.RangeOf<DaemonOptions>(option);
}
