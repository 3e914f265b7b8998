using System.CommandLine;
using Router.Host.Cli;
using Router.Host.Serving.Tracing;

namespace Router.Host.Commands.Serve;

/// <summary>What the daemon tells of itself, and to whom.</summary>
internal sealed class TelemetryOptions
{
    private readonly Option<string?> _collector = new("--otlp")
    {
        Description = $"Send traces and metrics to this OTLP collector over HTTP, http://127.0.0.1:4318 for example (default: {TelemetrySettings.CollectorVariable}, else nowhere).",
    };

    private readonly Option<double> _share = new("--trace-share")
    {
        Description = "The share of traces to keep where a caller has not decided.", DefaultValueFactory = _ => 1,
    };

    private readonly Option<LogFormat> _log = new("--log") { Description = "How lines are logged: text, or json with trace ids.", DefaultValueFactory = _ => LogFormat.Text };

    public TelemetryOptions(Command command)
    {
        _share.Validators.Add(Cli.Range.Share());
        command.Options.Add(_collector);
        command.Options.Add(_share);
        command.Options.Add(_log);
    }

    /// <exception cref="InputFault">The address is none of a collector.</exception>
    public (TelemetrySettings? Settings, LogFormat Log) Read(ParseResult parsed, Surroundings surroundings) =>
        (TelemetrySettings.Of(parsed.GetValue(_collector), parsed.GetValue(_share), surroundings), parsed.GetValue(_log));
}
