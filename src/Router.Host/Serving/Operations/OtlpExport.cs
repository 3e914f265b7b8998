using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Router.Cluster.Telemetry;
using Router.Experts.Serving;
using Router.Host.Cli;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Sends traces and metrics to an OTLP collector. A collector that is away costs what it would have got, and no
/// request.
/// </summary>
internal static class OtlpExport
{
    // A collector that hangs must not hold up a daemon that stops.
    private const int PatienceMilliseconds = 5000;

    /// <summary>Adds the export to a daemon's services.</summary>
    /// <param name="services">The services.</param>
    /// <param name="settings">Where it is sent.</param>
    /// <param name="service">Who sends it.</param>
    public static void Add(IServiceCollection services, TelemetrySettings settings, string service = "dualrs")
    {
        void Send(OtlpExporterOptions exporter, string signal)
        {
            exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = settings.AddressOf(signal);
            exporter.Headers = settings.Headers;
            exporter.TimeoutMilliseconds = PatienceMilliseconds;
        }

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.Clear().AddService(service, serviceVersion: Versions.Program)
                .AddTelemetrySdk())
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(
                    settings.Share < 1 ? new TraceIdRatioBasedSampler(settings.Share) : new AlwaysOnSampler()))
                .AddAspNetCoreInstrumentation(server => server.Filter = IsWorthATrace)
                .AddSource(Spans.SourceName, ClusterSpans.SourceName)
                .AddOtlpExporter(exporter => Send(exporter, "traces")))
            .WithMetrics(metrics => metrics
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddMeter(ServingMeter.Name, ExpertsMeter.Name, ClusterMeter.Name, ProcessMeter.Name)
                .AddOtlpExporter(exporter => Send(exporter, "metrics")));
    }

    // Probes and scrapes come every few seconds and say nothing.
    private static bool IsWorthATrace(HttpContext context) =>
        context.Request.Path != "/metrics"
            && !context.Request.Path.StartsWithSegments("/v2/health", StringComparison.Ordinal);
}
