using Microsoft.AspNetCore.Http.Features;
using Router.Cluster.Telemetry;
using Router.Experts.Serving;
using Router.Host.Cli;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Http;

/// <summary>The Open Inference Protocol v2 over HTTP, and what goes beyond it: which address answers what.</summary>
internal sealed class Gateway : IDisposable
{
    private static readonly string[] Extensions = [
        "binary_tensor_data", "logging", "model_configuration", "model_repository", "parameters", "schedule_policy",
        "statistics"];

    private readonly ServingState _state;
    private readonly Measured _measured;
    private readonly Faults _faults;
    private readonly ApiKeyMiddleware _doorkeeper;
    private readonly ServingLimits _limits;
    private readonly ServingMeter _meter;
    private readonly ProcessMeter _process = new();
    private readonly PrometheusText _metrics;
    private readonly RepositoryEndpoints _repository;
    private readonly ResidencyEndpoints _residency;
    private readonly InferEndpoint _infer;
    private readonly CertifyEndpoint _certify;
    private readonly LoggingEndpoints _logging;
    private readonly ServerMetadata _server;
    private readonly byte[]? _study;

    /// <summary>A gateway.</summary>
    /// <param name="state">What is alive.</param>
    /// <param name="limits">What a request may ask for.</param>
    /// <param name="clock">Times requests.</param>
    /// <param name="log">The daemon's log.</param>
    /// <param name="keys">Who is let in; null for everybody.</param>
    /// <param name="study">A trade-off document to show, or null.</param>
    /// <param name="gate">Lets connections in; null where another server does.</param>
    public Gateway(
        ServingState state, ServingLimits limits, TimeProvider clock, SwitchedLog log, ApiKeyFile? keys, byte[]? study,
        ConnectionGate? gate = null)
    {
        (_state, _limits, _study) = (state, limits, study);
        _meter = new(clock, () => IsReady, state, gate);
        _metrics = new(clock, _meter.Meter, _process.Meter, ExpertsMeter.Meter, ClusterMeter.Meter);
        Answering answering = new(limits, clock, _meter, log);
        (_measured, _faults, _doorkeeper) = (new(_meter, clock), new(state, limits, log), new(keys, log));
        RequestBodies bodies = new(limits, clock);
        _repository = new(state, limits, bodies, _meter);
        _residency = new(state, bodies, log);
        _infer = new(state, limits, bodies, clock, answering);
        CertifyRequestReader reader = new(limits, bodies);
        Certifying certifying = new(reader, clock, answering);
        _certify = new(state, reader, certifying);
        _logging = new(log, bodies);
        _server = new("dualrs", Versions.Program, study is null ? Extensions : [.. Extensions, "tradeoff"]);
        Calls = new(
            new(state, limits, clock, answering, _repository, _residency, _server, () => IsReady),
            new(state, limits, clock, reader, certifying),
            new(state, clock, () => IsReady, [.. GrpcGateway.Services.Select(service => service.FullName)]),
            new(state, log),
            new(state, bodies, log, GrpcGateway.Services));
    }

    /// <summary>The same over gRPC.</summary>
    public GrpcGateway Calls { get; }

    private bool IsReady => _state.Phase == ServingPhase.Ready && _state.Current?.Impediment is null;

    private int ReadyStatus => IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    /// <summary>Makes an application the daemon: it answers every address, and nothing else.</summary>
    /// <param name="app">The application.</param>
    /// <param name="transport">How it is reached.</param>
    /// <param name="withGrpc">Whether it answers gRPC too.</param>
    public void MapAll(WebApplication app, TransportSettings transport, bool withGrpc)
    {
        app.Use(_measured.MeasureAsync);
        app.Use(SecurityHeaders.AddAsync);
        app.Use(_faults.CatchAsync);
        app.Use((HttpContext context, RequestDelegate next) => transport.HostsOf(context).CheckAsync(context, next));
        app.Use(OtherOrigins.RefuseAsync);
        app.UseStatusCodePages(context => Faults.ExplainAsync(context.HttpContext));
        app.UseRouting();
        app.Use(HealthListener.CheckAsync);
        app.Use(GrpcListener.CheckAsync);
        app.Use(_doorkeeper.CheckAsync);
        app.Use(Calls.Body.ReadAsync);
        Map(app);
        if (withGrpc) GrpcGateway.Map(app);
    }

    /// <summary>Adds every address to somebody's program, whose other addresses know nothing of it.</summary>
    /// <returns>What holds for all of them.</returns>
    public IEndpointConventionBuilder MapBeside(IEndpointRouteBuilder program)
    {
        Func<HttpContext, RequestDelegate, Task>[] passed =
        [
            _measured.MeasureAsync, SecurityHeaders.AddAsync, LimitBodyAsync, _faults.CatchAsync,
            OtherOrigins.RefuseAsync, _doorkeeper.CheckAsync,
        ];
        RouteGroupBuilder own = program.MapGroup("");
        ((IEndpointConventionBuilder)own).Add(endpoint => endpoint.RequestDelegate = passed.Reverse().Aggregate(
            endpoint.RequestDelegate!, (next, pass) => context => pass(context, next)));
        Map(own);
        return own;
    }

    private Task LimitBodyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = _limits.BodyBytes;
        return next(context);
    }

    private void Map(IEndpointRouteBuilder app)
    {
        NeedsScopeAttribute nothing = new(Scope.None), admin = new(Scope.Admin);
        HealthListener health = HealthListener.Answers;
        app.MapRead("/v2/health/live", () => Reply.Json(new Liveness(true), ProtocolJson.Instance.Liveness))
            .WithMetadata(nothing, health);
        app.MapRead(
                "/v2/health/ready", () =>
                    Reply.Json(new Readiness(IsReady), ProtocolJson.Instance.Readiness, ReadyStatus))
            .WithMetadata(nothing, health);
        app.MapRead("/v2", () => Reply.Json(_server, ProtocolJson.Instance.ServerMetadata));
        foreach (string model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            app.MapRead(model, (string model, string? version) => _repository.Metadata(model, version));
            app.MapRead(model + "/ready", (string model, string? version) => _repository.Ready(model, version));
            app.MapRead(model + "/config",
                (string model, string? version) => _repository.Configuration(model, version));
            app.MapRead(model + "/stats", (string model, string? version) => _repository.Statistics(model, version));
            app.MapPost(model + "/infer",
                (string model, string? version, HttpContext context) => _infer.AnswerAsync(model, version, context));
        }
        app.MapRead("/v2/models/stats", () => _repository.Statistics(name: null, version: null));
        app.MapPost("/v2/repository/index", (Delegate)_repository.IndexAsync);
        app.MapPost("/v2/repository/models/{model}/load",
            (string model, HttpContext context) => _residency.LoadAsync(model, context)).WithMetadata(admin);
        app.MapPost("/v2/repository/models/{model}/unload",
            (string model, HttpContext context) => _residency.UnloadAsync(model, context)).WithMetadata(admin);
        app.MapRead("/v2/logging", () => _logging.Now());
        app.MapPost("/v2/logging", (Delegate)_logging.ChangeAsync).WithMetadata(admin);
        app.MapPost("/v1/certify", (Delegate)_certify.AnswerAsync);
        app.MapRead("/v1/samples", _repository.Samples);
        app.MapRead("/v1/tradeoff", Study);
        DashboardPage.Map(app);
        app.MapRead("/metrics", (HttpContext context) => _metrics.Answer(context)).WithMetadata(health);
        app.MapRead("/openapi/v1.json", () => TypedResults.Bytes(OpenApiDocument.Bytes, "application/json"));
    }

    private IResult Study() => _study is { } study
        ? TypedResults.Bytes(study, "application/json")
        : Refusal.Of(StatusCodes.Status404NotFound, "no trade-off document is served: dualrs tradeoff … --json FILE "
            + "makes one, dualrs serve --tradeoff FILE shows it");

    /// <inheritdoc/>
    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
        _process.Dispose();
    }
}

/// <summary>
/// Addresses that are read: GET, and HEAD for the same status and headers without the body (RFC 9110, section 9.1:
/// whoever answers one answers the other).
/// </summary>
internal static class ReadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder app, string pattern, Delegate handler) =>
        app.MapMethods(pattern, Methods, handler);
}

/// <summary>
/// What every answer tells a browser: take it for what it says it is, keep nothing, show it in no frame, run nothing.
/// </summary>
internal static class SecurityHeaders
{
    /// <summary>Of answers that are no pages. A page sets its own before it starts.</summary>
    public const string Policy = "default-src 'none'; frame-ancestors 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        // Where an answer starts, because a fault clears what was set before.
        context.Response.OnStarting(() =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = Policy;
            return Task.CompletedTask;
        });
        return next(context);
    }
}
