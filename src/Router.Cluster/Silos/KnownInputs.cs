using Microsoft.Extensions.Caching.Memory;
using Router.Votes;

namespace Router.Cluster.Silos;

/// <summary>
/// Inputs that this member was asked about, by their hash: the ranges of a certificate come one by one, and the input
/// with the first of them. What does not fit is asked for again.
/// </summary>
internal sealed class KnownInputs : IDisposable
{
    /// <summary>Bytes of inputs that are kept unless told: some 400 of 224 × 224 pixels.</summary>
    public const long DefaultBytes = 64 << 20;

    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _inputs;

    /// <summary>None yet.</summary>
    /// <param name="bytes">So many at most.</param>
    public KnownInputs(long bytes = DefaultBytes) => _inputs = new(new MemoryCacheOptions { SizeLimit = bytes });

    /// <summary>The input of a hash; null where it is not known, or not any more.</summary>
    public GridInput? Find(string hash) => _inputs.Get<GridInput>(hash);

    /// <summary>Keeps an input for as long as it is asked about.</summary>
    public void Add(GridInput input) => _inputs.Set(
        input.Hash, input,
        new MemoryCacheEntryOptions { Size = input.Levels.Length, SlidingExpiration = Unasked });

    /// <inheritdoc/>
    public void Dispose() => _inputs.Dispose();
}
