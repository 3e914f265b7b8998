using System.Diagnostics.CodeAnalysis;
using Router.Host.Serving.Model;

namespace Router.Host.Serving.Operations;

/// <summary>Where a daemon is in its life.</summary>
internal enum ServingPhase
{
    /// <summary>Answers health, but its networks are still being loaded and probed.</summary>
    Loading,

    /// <summary>Serves.</summary>
    Ready,

    /// <summary>Finishes what it accepted and takes nothing new.</summary>
    Draining,
}

/// <summary>What is alive: the model that is served, once it is loaded and until the daemon is told to stop.</summary>
/// <param name="lifetime">Tells when the daemon is to stop.</param>
internal sealed class ServingState(IHostApplicationLifetime lifetime)
{
    private readonly Lock _gate = new();
    private volatile ServedModel? _current;

    /// <summary>Where the daemon is.</summary>
    public ServingPhase Phase => lifetime.ApplicationStopping.IsCancellationRequested ? ServingPhase.Draining
        : _current is null ? ServingPhase.Loading
        : ServingPhase.Ready;

    /// <summary>Cancelled when the daemon is told to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>What was served last; null before the first.</summary>
    public ServedModel? Current => _current;

    /// <summary>The number of the registry that is served; 0 before the first.</summary>
    public int Epoch => _current?.Epoch ?? 0;

    /// <summary>
    /// Whether the registry that was to come next did not, because of its faults; the log names them.
    /// </summary>
    public bool NextHasFaults { get; private set; }

    /// <summary>How many loads of registries were given up and have not come back.</summary>
    public Func<int> HangingLoads { get; set; } = () => 0;

    /// <summary>From now on this model is served.</summary>
    /// <returns>The one before it, which requests that began with it still use.</returns>
    public ServedModel? Serve(ServedModel model)
    {
        lock (_gate)
        {
            ServedModel? before = _current;
            (_current, NextHasFaults) = (model, false);
            return before;
        }
    }

    /// <summary>The next registry has a fault: what is served stays.</summary>
    public void Keep() => NextHasFaults = true;

    /// <summary>The model as it is now, to tell about it.</summary>
    public bool TryServe([NotNullWhen(true)] out ServedModel? model)
    {
        model = Phase == ServingPhase.Ready ? _current : null;
        return model is not null;
    }

    /// <summary>
    /// The model, for a request that arrives now: its networks stay until the request is over, whatever is served then.
    /// </summary>
    public bool TryServe(HttpContext request, [NotNullWhen(true)] out ServedModel? model)
    {
        lock (_gate)
        {
            if (TryServe(out model)) request.Response.RegisterForDispose(model.Uses.Take());
            return model is not null;
        }
    }
}
