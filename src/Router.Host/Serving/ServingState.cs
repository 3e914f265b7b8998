using System.Diagnostics.CodeAnalysis;

namespace Router.Host.Serving;

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
    private volatile ServedModel? _model;

    /// <summary>Where the daemon is.</summary>
    public ServingPhase Phase => lifetime.ApplicationStopping.IsCancellationRequested ? ServingPhase.Draining
        : _model is null ? ServingPhase.Loading
        : ServingPhase.Ready;

    /// <summary>From now on this model is served.</summary>
    public void Serve(ServedModel model) => _model = model;

    /// <summary>The model, for a request that arrives now.</summary>
    public bool TryServe([NotNullWhen(true)] out ServedModel? model)
    {
        model = Phase == ServingPhase.Ready ? _model : null;
        return model is not null;
    }
}
