using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Tracing;

/// <summary>A span as it arrives: fields of opentelemetry/proto/trace/v1/trace.proto.</summary>
internal sealed record SentSpan(
    string Trace, string Id, string Parent, string State, string Name, ulong Kind, ulong Status,
    IReadOnlyDictionary<string, string> Attributes, IReadOnlyDictionary<string, string> Resource);

/// <summary>
/// A collector on this machine: keeps the spans and the names of the metrics that it is sent as OTLP over HTTP.
/// </summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SentSpan> _spans = new();

    private Collector(WebApplication app) => _app = app;

    /// <summary>Every span so far.</summary>
    public IReadOnlyCollection<SentSpan> Spans => _spans;

    /// <summary>Names of the metrics so far.</summary>
    public ConcurrentDictionary<string, byte> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>The headers of each request.</summary>
    public ConcurrentQueue<IHeaderDictionary> Headers { get; } = new();

    public TelemetrySettings Settings => new(new Uri(_app.Urls.Single()));

    public static async Task<Collector> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        Collector collector = new(builder.Build());
        collector._app.UseRouting();
        collector._app.MapPost("/v1/traces",
            (HttpContext context) => collector.ReceiveAsync(context, collector.KeepSpans));
        collector._app.MapPost("/v1/metrics",
            (HttpContext context) => collector.ReceiveAsync(context, collector.KeepMetrics));
        await collector._app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, Action<WireMessage> keep)
    {
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        Headers.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary()));
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        keep(new(body.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    // ExportTraceServiceRequest { 1: ResourceSpans { 1: Resource, 2: ScopeSpans { 2: Span } } }
    private void KeepSpans(WireMessage request)
    {
        foreach (WireMessage resource in request.Messages(1))
            foreach (WireMessage span in resource.Messages(2).SelectMany(scope => scope.Messages(2)))
                _spans.Enqueue(new(
                    span.Hex(1), span.Hex(2), span.Hex(4), span.Text(3), span.Text(5), span.Number(6),
                    span.Messages(15).FirstOrDefault()?.Number(3) ?? 0,
                    Attributes(span.Messages(9)), Attributes(resource.Messages(1).Single().Messages(1))));
    }

    // ExportMetricsServiceRequest { 1: ResourceMetrics { 2: ScopeMetrics { 2: Metric { 1: name } } } }
    private void KeepMetrics(WireMessage request)
    {
        foreach (WireMessage metric in request.Messages(1).SelectMany(resource => resource.Messages(2))
            .SelectMany(scope => scope.Messages(2)))
            Metrics.TryAdd(metric.Text(1), 0);
    }

    // KeyValue { 1: key, 2: AnyValue { 1: string, 2: bool, 3: int, 4: double } }
    private static Dictionary<string, string> Attributes(IEnumerable<WireMessage> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair =>
    {
        WireMessage value = pair.Messages(2).Single();
        return value.Has(4) ? BitConverter.UInt64BitsToDouble(value.Number(4)).ToString(CultureInfo.InvariantCulture)
            : value.Has(3) ? ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture)
            : value.Has(2) ? (value.Number(2) != 0).ToString()
            : value.Text(1);
    }, StringComparer.Ordinal);
}
