using Router.Host.Cli;
using Router.Host.Serving.Access;
using Router.Host.Serving.Endpoints;
using Router.Host.Serving.Service;
using Router.Host.Serving.Tracing;
using Router.Host.Serving.Transport;

namespace Router.Host.Serving;

/// <summary>
/// The serving process on the generic host: listens first and loads then, so that health can be asked from the start; told to stop, it takes
/// nothing new and finishes what it accepted.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServingState _state;
    private readonly ServingLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Gateway _gateway;
    private readonly ServiceNotice? _service;

    /// <summary>Prepares a daemon; nothing is bound yet.</summary>
    /// <param name="addresses">Where to listen; port 0 takes a free one.</param>
    /// <param name="limits">What it takes on.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logging">Where its lines go.</param>
    /// <param name="keys">Who is let in; everybody unless told.</param>
    /// <param name="transport">How it is reached; without TLS and under any name unless told.</param>
    /// <param name="service">Whoever manages the process; nobody unless told.</param>
    /// <param name="telemetry">Where traces and metrics are sent; nowhere unless told.</param>
    public Daemon(
        IReadOnlyList<ListenAddress> addresses, ServingLimits limits, TimeProvider clock, Action<ILoggingBuilder> logging, ApiKeyFile? keys = null,
        TransportSettings? transport = null, ServiceNotice? service = null, TelemetrySettings? telemetry = null)
    {
        transport ??= new();
        (_limits, _clock, _service) = (limits, clock, service);
        // Nothing from the environment, the working folder or the command line but what this command was told.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(Daemon).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => KestrelSettings.Apply(server, addresses, limits, transport, () => _log!));
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.DrainTime);
        if (telemetry is not null) OtlpExport.Add(builder.Services, telemetry);
        logging(builder.Logging);
        _app = builder.Build();
        _log = _app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("dualrs");
        _state = new(_app.Lifetime);
        _gateway = new(_state, limits, clock, _log, keys, transport.Hosts);
        _gateway.Map(_app);
        _app.Lifetime.ApplicationStopping.Register(() =>
        {
            _log.Draining(limits.DrainTime.TotalSeconds);
            service?.Stopping(limits.DrainTime);
        });
    }

    /// <summary>Every address it answers: method and pattern.</summary>
    public IEnumerable<(string Method, string Pattern)> Answered =>
        from endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, endpoint.RoutePattern.RawText!);

    /// <summary>Where it listens, once it was started.</summary>
    public IEnumerable<Uri> Addresses => _app.Urls.Select(url => new Uri(url));

    /// <summary>Binds the addresses; from now on health answers.</summary>
    /// <exception cref="InputFault">An address is taken, not of this machine, or not allowed to this user.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
        {
            throw new InputFault($"cannot listen: {fault.Message.TrimEnd('.')}; choose another address with --urls");
        }
        foreach (Uri address in Addresses) _log.Listening(address.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Opens the model, serves it until told to stop (a signal, or the token), drains, and disposes of the model.</summary>
    /// <param name="open">Loads and probes the networks; a fault ends the daemon and is thrown.</param>
    /// <param name="cancellationToken">Tells it to stop, like a signal.</param>
    public async Task ServeAsync(Func<CancellationToken, Task<ServedModel>> open, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration told = cancellationToken.Register(_app.Lifetime.StopApplication);
        CancellationToken stopping = _app.Lifetime.ApplicationStopping;
        ServedModel? model = null;
        try
        {
            long started = _clock.GetTimestamp();
            model = await Task.Run(() => open(stopping), stopping);
            _state.Serve(model);
            _log.Ready(
                _clock.GetElapsedTime(started).TotalSeconds, string.Join(',', model.Classifier.Routes.Select(route => route.Id)),
                model.Defaults.Selection, model.Defaults.Estimation, model.Defaults.FailureProbability);
            _service?.Ready($"serving {string.Join(", ", Addresses.Select(address => address.GetLeftPart(UriPartial.Authority)))}");
            await _app.WaitForShutdownAsync(CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await _app.WaitForShutdownAsync(CancellationToken.None);
        }
        catch
        {
            await _app.StopAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            if (model is not null) await model.DisposeAsync();
        }
        _log.Stopped();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _gateway.Dispose();
    }
}
