using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

/// <summary>A daemon on a free port of this machine, with a client that talks to it.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    public const string Infer = "/v2/models/dualrs/infer";

    /// <summary>After so long something is broken; nothing is measured by it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Daemon _daemon;
    private readonly CancellationTokenSource _stop = new();

    private RunningDaemon(Daemon daemon, Func<int, CancellationToken, Task<ServedModel>> open, LoggedLines log,
        RegistryChanges? changes)
    {
        (_daemon, Log) = (daemon, log);
        Serving = daemon.ServeAsync(open, _stop.Token, changes);
        Client = new() { BaseAddress = daemon.Addresses.First(), Timeout = Patience };
    }

    public HttpClient Client { get; }

    /// <summary>Where it answers gRPC, if it was told to.</summary>
    public Uri GrpcAddress => _daemon.Addresses.Last();

    /// <summary>Every address it answers: method and pattern.</summary>
    public IEnumerable<(string Method, string Pattern)> Answered => _daemon.Answered;

    public LoggedLines Log { get; }

    /// <summary>Ends when the daemon has stopped.</summary>
    public Task Serving { get; }

    /// <summary>Starts to listen, and to load in the background.</summary>
    public static Task<RunningDaemon> StartAsync(
        ServingLimits limits, Func<CancellationToken, Task<ServedModel>> open, ApiKeyFile? keys = null,
        TelemetrySettings? telemetry = null) =>
        StartAsync(limits, (_, stopping) => open(stopping), keys, telemetry: telemetry);

    /// <summary>
    /// Starts to listen, to load an epoch in the background, and another one whenever the registry changes.
    /// </summary>
    public static async Task<RunningDaemon> StartAsync(
        ServingLimits limits, Func<int, CancellationToken, Task<ServedModel>> open, ApiKeyFile? keys = null,
        RegistryChanges? changes = null,
        TelemetrySettings? telemetry = null, byte[]? study = null, TimeProvider? clock = null, bool grpc = false)
    {
        LoggedLines log = new();
        ListenAddress http = new(IPAddress.Loopback, 0);
        Daemon daemon = new(
            grpc ? [http, http with { IsGrpc = true }] : [http], limits, clock ?? TimeProvider.System,
            logging => logging.AddProvider(log)
                .AddFilter("Microsoft", LogLevel.None).AddFilter("Grpc", LogLevel.None),
            keys,
            telemetry: telemetry, study: study);
        await daemon.StartAsync(CancellationToken.None);
        return new(daemon, open, log, changes);
    }

    /// <summary>Starts and waits until it is ready.</summary>
    public static async Task<RunningDaemon> ReadyAsync(
        ServingLimits limits, ServedModel model, ApiKeyFile? keys = null, TelemetrySettings? telemetry = null,
        byte[]? study = null, bool grpc = false)
    {
        RunningDaemon daemon = await StartAsync(
            limits, (_, _) => Task.FromResult(model), keys, telemetry: telemetry, study: study, grpc: grpc);
        await daemon.Log.Of(2);
        return daemon;
    }

    /// <summary>Tells the daemon to stop, as a signal does.</summary>
    public void TellToStop() => _stop.Cancel();

    public async Task<(HttpStatusCode Status, JsonNode Body)> GetAsync(string path) =>
        await ReadAsync(await Client.GetAsync(path));

    public async Task<(HttpStatusCode Status, JsonNode Body)> PostAsync(string body, string path = Infer) =>
        await ReadAsync(await Client.PostAsync(path, Text(body)));

    public static StringContent Text(string body) => new(body, Encoding.UTF8, "application/json");

    public static async Task<(HttpStatusCode Status, JsonNode Body)> ReadAsync(HttpResponseMessage response) =>
        (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)Serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _daemon.DisposeAsync();
        Client.Dispose();
        _stop.Dispose();
    }
}
