using Microsoft.Extensions.Caching.Memory;
using Router.Votes;

namespace Router.Cluster.Silos;

/// <summary>
/// Inputs that this member was asked about, by their hash: the ranges of a certificate come one by one, and the input
/// with the first of them. What does not fit is asked for again.
/// </summary>
internal sealed class KnownInputs : IDisposable
{
    /// <summary>Bytes of inputs that are kept unless told: some 1 700 of 224 × 224 pixels.</summary>
    public const long DefaultBytes = 256 << 20;

    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _inputs;

    /// <summary>None yet.</summary>
    /// <param name="bytes">So many at most.</param>
    public KnownInputs(long bytes = DefaultBytes) => _inputs = new(new MemoryCacheOptions { SizeLimit = bytes });

    /// <summary>
    /// The input of an ask, which is kept for as long as it is asked about; null where only its hash came, and it is
    /// not known, or not any more.
    /// </summary>
    /// <exception cref="ArgumentException">Its shape is none, or does not hold its levels.</exception>
    public GridInput? Of(VoteAsk ask)
    {
        if (ask.InputHash is { } hash) return _inputs.Get<GridInput>(hash);
        GridInput input = new(ask.Levels, [.. ask.Shape]);
        return _inputs.Set(
            input.Hash, input,
            new MemoryCacheEntryOptions { Size = input.Levels.Length, SlidingExpiration = Unasked });
    }

    /// <inheritdoc/>
    public void Dispose() => _inputs.Dispose();
}
