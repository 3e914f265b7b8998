using Microsoft.Extensions.Logging.Console;

namespace Router.Host.Commands.Serve;

/// <summary>How lines are logged.</summary>
internal enum LogFormat
{
    /// <summary>For people: a line each.</summary>
    Text,

    /// <summary>For machines: an object each, with event id, values and the trace of the request.</summary>
    Json,
}

/// <summary>The daemon's log, on the error stream.</summary>
internal static class ConsoleLog
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Sets it up.</summary>
    /// <param name="logging">The host's.</param>
    /// <param name="format">How lines are written.</param>
    /// <param name="levels">Which levels of which categories are: the section <c>Logging</c> of the settings.</param>
    public static void Add(ILoggingBuilder logging, LogFormat format, IConfiguration levels)
    {
        logging
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Grpc", LogLevel.Warning)
            // What these two say of a failed start is told once, as the command's error.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.", LogLevel.Warning)
            .AddConfiguration(levels)
            .Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (format == LogFormat.Json)
            logging
                .Configure(factory => factory.ActivityTrackingOptions =
                    ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId)
                .AddJsonConsole(
                    line => (line.IncludeScopes, line.UseUtcTimestamp, line.TimestampFormat) = (true, true, Timestamp));
        else
            logging.AddSimpleConsole(
                line => (line.SingleLine, line.UseUtcTimestamp, line.TimestampFormat) = (true, true, Timestamp + " "));
    }
}
