using Router.Evaluation;
using Router.Host.Cli;

namespace Router.Host.Serving.Operations;

/// <summary>Where traces and metrics are sent, and how many traces.</summary>
/// <param name="Collector">
/// An OTLP collector's base address; it is sent protobuf over HTTP at v1/traces and v1/metrics below it.
/// </param>
internal sealed record TelemetrySettings(Uri Collector)
{
    /// <summary>The collector, where <c>--otlp</c> does not name one: OpenTelemetry's own name.</summary>
    public const string CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Headers that it wants, such as a key: name=value, separated by commas. OpenTelemetry's own name.
    /// </summary>
    public const string HeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>The share of traces that are kept where the caller has not decided, in [0, 1].</summary>
    public double Share { get; init; } = 1;

    /// <summary>Headers for the collector; none where null.</summary>
    public string? Headers { get; init; }

    /// <summary>What was asked for; null where nothing was.</summary>
    /// <param name="collector">The address, or null for the environment's.</param>
    /// <param name="share">The share of traces that are kept.</param>
    /// <param name="surroundings">The environment.</param>
    /// <exception cref="BadInputException">The address is none of a collector.</exception>
    public static TelemetrySettings? Of(string? collector, double share, Surroundings surroundings)
    {
        string? environment = surroundings.Variable(CollectorVariable) is { Length: > 0 } named ? named : null;
        if ((collector ?? environment) is not { } asked)
            return null;
        if (!Uri.TryCreate(asked, UriKind.Absolute, out Uri? address) || (
            address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.Query.Length > 0)
            throw new BadInputException(
                $"cannot send traces to '{asked}' ({(collector is null ? CollectorVariable : "--otlp")}): accepted is "
                + $"the base address of an OTLP collector over HTTP, for example http://127.0.0.1:4318");
        return new(address) { Share = share, Headers = surroundings.Variable(HeadersVariable) };
    }

    /// <summary>Where one signal is sent.</summary>
    /// <param name="signal">"traces" or "metrics".</param>
    public Uri AddressOf(string signal) => new($"{Collector.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
}
