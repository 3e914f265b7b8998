using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Router.Cluster.Telemetry;
using Router.Evaluation;
using Router.Experts.Serving;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Cluster;

/// <summary>
/// How a worker tells of itself: its log, health and metrics over HTTP where it has an address for them, and what is
/// sent to a collector. It answers nothing else: votes go between members alone.
/// </summary>
internal sealed class WorkerEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyList<ListenAddress> _addresses;
    private readonly ProcessMeter _process = new();
    private readonly PrometheusText _metrics;

    /// <summary>Prepares it; nothing is bound yet.</summary>
    /// <param name="addresses">Where health and metrics are answered; none for nowhere.</param>
    /// <param name="telemetry">Where traces and metrics are sent; null for nowhere.</param>
    /// <param name="logging">Where its lines go.</param>
    /// <param name="clock">The time.</param>
    public WorkerEndpoint(
        IReadOnlyList<ListenAddress> addresses, TelemetrySettings? telemetry, Action<ILoggingBuilder> logging,
        TimeProvider clock)
    {
        ServingLimits limits = new();
        _addresses = [.. addresses.Select(address => address with { IsHealth = true })];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new() { ApplicationName = typeof(WorkerEndpoint).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => KestrelSettings.Apply(
            server, _addresses, limits, new(), new(1, 1, limits.FirstByteTime, clock), clock, () => Log!));
        builder.Services.AddRoutingCore();
        if (telemetry is not null) OtlpExport.Add(builder.Services, telemetry, "dualrs-worker");
        logging(builder.Logging);
        _app = builder.Build();
        Log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("dualrs");
        _metrics = new(clock, _process.Meter, ExpertsMeter.Meter, ClusterMeter.Meter);
        Map(HostNames.Of(_addresses, written: null));
    }

    /// <summary>What it does, line by line.</summary>
    public ILogger Log { get; }

    /// <summary>Whether it votes: its networks are loaded, and it is a member that does not leave.</summary>
    public bool IsReady { get; set; }

    /// <summary>Where it listens, once it was started.</summary>
    public IEnumerable<Uri> Addresses => _app.Urls.Select(url => new Uri(url));

    /// <summary>Binds the addresses: from now on it is live.</summary>
    /// <exception cref="BadInputException">
    /// An address is taken, not of this machine, or not allowed to this user.
    /// </exception>
    public async Task StartAsync()
    {
        // They begin when somebody asks for them, which a web server does that is started.
        _ = _app.Services.GetService<TracerProvider>();
        _ = _app.Services.GetService<MeterProvider>();
        // A web server without an address would choose one.
        if (_addresses.Count == 0) return;
        await ListenAddress.BindAsync(_app, "--health-urls", CancellationToken.None);
        foreach (Uri address in Addresses) Log.Listening(address.GetLeftPart(UriPartial.Authority));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _metrics.Dispose();
        _process.Dispose();
    }

    private void Map(HostNames names)
    {
        _app.Use(SecurityHeaders.AddAsync);
        _app.Use((HttpContext context, RequestDelegate next) => names.CheckAsync(context, next));
        _app.UseRouting();
        _app.MapRead(
            "/v2/health/live", () => Reply.Json(new Liveness(true), ProtocolJson.Instance.Liveness));
        _app.MapRead("/v2/health/ready", () => Reply.Json(
            new Readiness(IsReady), ProtocolJson.Instance.Readiness,
            IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
        _app.MapRead("/metrics", (HttpContext context) => _metrics.Answer(context));
    }
}
