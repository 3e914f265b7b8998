using System.CommandLine;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>The options of what the daemon tells of itself, and to whom.</summary>
internal static class TelemetryOptions
{
    /// <summary>Adds them.</summary>
    public static void Declare(Command command)
    {
        Collector(command);
        command.Option(
            "--trace-share", "The share of traces to keep where a caller has not decided.", 1.0, Accepted.Share);
        Log(command);
    }

    /// <summary>Where traces and metrics are sent.</summary>
    public static Option<string?> Collector(Command command) => command.Option<string?>(
        "--otlp",
        "Send traces and metrics to this OTLP collector over HTTP, http://127.0.0.1:4318 for example "
        + $"(default: {TelemetrySettings.CollectorVariable}, else nowhere).");

    /// <summary>How lines are logged.</summary>
    public static Option<LogFormat> Log(Command command) =>
        command.Option("--log", "How lines are logged: text, or json with trace ids.", LogFormat.Text);
}
