using System.CommandLine;
using Router.Host.Cli;
using Router.Host.Serving.Operations;

namespace Router.Host.Commands.Serve;

/// <summary>What the daemon tells of itself, and to whom.</summary>
internal sealed class TelemetryOptions(Command command)
{
    private readonly Option<string?> _collector = command.Option<string?>(
        "--otlp",
        "Send traces and metrics to this OTLP collector over HTTP, http://127.0.0.1:4318 for example "
        + $"(default: {TelemetrySettings.CollectorVariable}, else nowhere).");
    private readonly Option<double> _share = command.Option(
        "--trace-share", "The share of traces to keep where a caller has not decided.", 1.0, Accepted.Share);
    private readonly Option<LogFormat> _log = command.Option(
        "--log", "How lines are logged: text, or json with trace ids.", LogFormat.Text);

    /// <exception cref="InputFault">The address is none of a collector.</exception>
    public (TelemetrySettings? Settings, LogFormat Log) Read(ParseResult parsed, Surroundings surroundings) =>
        (TelemetrySettings.Of(parsed.GetValue(_collector), parsed.GetValue(_share), surroundings),
            parsed.GetValue(_log));
}
