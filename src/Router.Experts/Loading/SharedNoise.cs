using System.Collections.Concurrent;
using Router.Votes.Noise;

namespace Router.Experts.Loading;

/// <summary>The noise of each σ, whose tables take a while to compute: networks of one σ have the same.</summary>
internal sealed class SharedNoise
{
    private readonly ConcurrentDictionary<decimal, Lazy<GridNoise>> _made = [];

    /// <summary>The noise of a σ, in (0, <see cref="GridThresholds.MaxSigma"/>].</summary>
    public GridNoise Of(decimal sigma) =>
        _made.GetOrAdd(sigma, _ => new(() => new GridNoise(sigma))).Value;
}
