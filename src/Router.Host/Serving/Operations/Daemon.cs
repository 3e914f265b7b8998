using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Grpc;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>
/// The serving process on the generic host: listens first and loads then, so that health can be asked from the start;
/// told to stop, it takes nothing new and finishes what it accepted.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    // For writing what is said at the end of the drain time; and for a forward pass that is under way then.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2), LastPass = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly IReadOnlyList<ListenAddress> _asked;
    private readonly ServingState _state;
    private readonly TimeSpan _drainTime, _loadTime;
    private readonly TimeProvider _clock;
    private readonly ILoggerProvider[] _loggers;
    private readonly SwitchedLog _log;
    private readonly Gateway _gateway;
    private readonly ServiceNotice? _service;
    private ITimer? _end;

    /// <summary>Prepares a daemon; nothing is bound yet.</summary>
    /// <param name="addresses">Where to listen; port 0 takes a free one.</param>
    /// <param name="limits">What it takes on.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logging">Where its lines go.</param>
    /// <param name="keys">Who is let in; everybody unless told.</param>
    /// <param name="transport">How it is reached; without TLS and under any name unless told.</param>
    /// <param name="service">Whoever manages the process; nobody unless told.</param>
    /// <param name="telemetry">Where traces and metrics are sent; nowhere unless told.</param>
    /// <param name="study">A trade-off document to show; none unless told.</param>
    /// <param name="end">Ends the process, told the exit code, where something hangs after the drain time.</param>
    public Daemon(
        IReadOnlyList<ListenAddress> addresses, ServingLimits limits, TimeProvider clock,
        Action<ILoggingBuilder> logging, ApiKeyFile? keys = null,
        TransportSettings? transport = null, ServiceNotice? service = null, TelemetrySettings? telemetry = null,
        byte[]? study = null, Action<int>? end = null)
    {
        transport ??= new();
        _asked = addresses;
        (_drainTime, _loadTime, _clock, _service) = (limits.DrainTime, limits.LoadTime, clock, service);
        ConnectionGate gate = new(limits.Connections, limits.MostOfAddress, limits.FirstByteTime, clock);
        // Nothing from the environment, the working folder or the command line but what this command was told.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new() { ApplicationName = typeof(Daemon).Assembly.GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            server => KestrelSettings.Apply(server, addresses, limits, transport, gate, clock, () => _log!));
        builder.Services.AddRoutingCore();
        bool withGrpc = addresses.Any(address => address.IsGrpc);
        if (withGrpc) GrpcGateway.AddTo(builder.Services, limits, () => _gateway!.Calls);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.DrainTime + LastWords);
        if (telemetry is not null) OtlpExport.Add(builder.Services, telemetry);
        logging(builder.Logging);
        _app = builder.Build();
        _loggers = [.. _app.Services.GetServices<ILoggerProvider>()];
        _log = new(_app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("dualrs"));
        _state = new(_app.Lifetime);
        _gateway = new(_state, limits, clock, _log, keys, study, gate);
        _gateway.MapAll(_app, transport, withGrpc);
        _app.Lifetime.ApplicationStopping.Register(() =>
        {
            _log.Draining(limits.DrainTime.TotalSeconds);
            service?.Stopping(limits.DrainTime);
            // Nobody disposes of it: the end of the process can hang too.
            if (end is not null)
                _end = clock.CreateTimer(_ => EndAt(end), null, limits.DrainTime + LastPass, Timeout.InfiniteTimeSpan);
        });
    }

    /// <summary>Every address it answers: method and pattern.</summary>
    public IEnumerable<(string Method, string Pattern)> Answered =>
        from endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        select (method, endpoint.RoutePattern.RawText!);

    /// <summary>What it does, line by line.</summary>
    public ILogger Log => _log;

    /// <summary>Where it listens, once it was started, in the order in which it was told.</summary>
    public IEnumerable<Uri> Addresses => _app.Urls.Select(url => new Uri(url));

    /// <summary>Binds the addresses; from now on health answers.</summary>
    /// <exception cref="BadInputException">
    /// An address is taken, not of this machine, or not allowed to this user.
    /// </exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ListenAddress.BindAsync(_app, "--urls", cancellationToken);
        foreach ((Uri address, ListenAddress asked) in Addresses.Zip(_asked))
            _log.Listening(address.GetLeftPart(UriPartial.Authority) + (asked.IsGrpc ? " for gRPC" : ""));
    }

    /// <summary>
    /// Serves a registry, and the next whenever it changes, until told to stop (a signal, or the token); drains, and
    /// disposes of them.
    /// </summary>
    /// <param name="open">
    /// Loads and probes the networks of an epoch by its number; a fault of the first ends the daemon and is thrown.
    /// </param>
    /// <param name="cancellationToken">Tells it to stop, like a signal.</param>
    /// <param name="changes">When the registry is loaded again; never unless told.</param>
    /// <param name="first">What has to be there before anything is loaded, however long that takes.</param>
    public async Task ServeAsync(Func<int, CancellationToken, Task<ServedModel>> open,
        CancellationToken cancellationToken, RegistryChanges? changes = null,
        Func<CancellationToken, Task>? first = null)
    {
        await using CancellationTokenRegistration told = cancellationToken.Register(_app.Lifetime.StopApplication);
        CancellationToken stopping = _app.Lifetime.ApplicationStopping;
        await using RegistryEpochs registry = new(_state, open, _drainTime, _loadTime, _clock, _log, _service);
        try
        {
            if (first is not null) await first(stopping);
            await registry.BeginAsync(stopping);
            _service?.Ready(
                $"serving {string.Join(", ", Addresses.Select(address => address.GetLeftPart(UriPartial.Authority)))}");
            if (changes is not null) registry.Follow(changes, stopping);
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
            await registry.EndAsync();
        }
        _log.Stopped();
    }

    private void EndAt(Action<int> end)
    {
        _log.Hangs(LastPass.TotalSeconds, ExitCode.Hung);
        // The last lines are written on threads of the loggers, which are waited for.
        foreach (ILoggerProvider logger in _loggers)
            logger.Dispose();
        end(ExitCode.Hung);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _gateway.Dispose();
    }
}
