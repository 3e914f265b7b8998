using DualRS;
using Microsoft.Extensions.Options;
using Router.Engine.LibTorch;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Serving.Hosting;

/// <summary>
/// The registry that somebody's program serves. The program listens at once, as the daemon does, and is ready when the
/// networks are; told to stop, it finishes what it accepted.
/// </summary>
internal sealed class HostedDualRs : BackgroundService
{
    // For writing what is said at the end of the drain time.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly IHostApplicationLifetime _lifetime;
    private readonly SwitchedLog _log;
    private readonly RegistrySource _source;
    private readonly RegistryEpochs _served;

    /// <summary>Reads what can be read without a network.</summary>
    /// <exception cref="OptionsValidationException">An option, or the registry, has faults: all of them.</exception>
    public HostedDualRs(
        IOptions<DualRsOptions> options, IOptions<HostOptions> host, IHostApplicationLifetime lifetime,
        IHostEnvironment environment, TimeProvider clock, ILoggerFactory logs)
    {
        DualRsOptions told = options.Value;
        // What the host waits for once it was told to stop.
        if (host.Value.ShutdownTimeout < told.Limits.DrainTime + LastWords)
            host.Value.ShutdownTimeout = told.Limits.DrainTime + LastWords;
        (_lifetime, _log) = (lifetime, new(logs.CreateLogger("dualrs")));
        Surroundings surroundings = Surroundings.OfProcess() with
        {
            Clock = clock, WorkingFolder = environment.ContentRootPath, Error = LoggedConsole.Of(_log),
        };
        try
        {
            _source = new(told, surroundings, _log);
            _source.Read();
            ServingState state = new(lifetime);
            Gateway = new(
                state, told.Limits, clock, _log,
                told.Keys is null ? null : new(surroundings.Resolve(told.Keys)),
                told.Tradeoff is null ? null : ServedStudy.Read(surroundings.Resolve(told.Tradeoff)));
            _served = new(state, _source.OpenAsync, told.Limits.DrainTime, told.Limits.LoadTime, clock, _log);
        }
        catch (BadInputException fault)
        {
            _source?.Dispose();
            throw new OptionsValidationException(Options.DefaultName, typeof(DualRsOptions), [fault.Message]);
        }
        NativeTorch.CacheFolder = surroundings.CacheFolder;
    }

    /// <summary>What it answers.</summary>
    public Gateway Gateway { get; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What the host stops last: until then requests are answered.
        CancellationToken stopping = _lifetime.ApplicationStopping;
        try
        {
            _log.RunsOn(NativeTorch.Load());
            await _served.BeginAsync(stopping);
            _served.Follow(_source.Changes, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It was told to stop before it was ready.
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _served.EndAsync();
        await _served.DisposeAsync();
        // The host tells of a service that failed, and would end as if it had not.
        if (ExecuteTask is { IsFaulted: true } failed) await failed;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _source.Dispose();
        Gateway.Dispose();
    }
}
