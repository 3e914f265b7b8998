using Router.Host.Serving.Http;

namespace Router.Host.Serving.Wire;

/// <summary>
/// What the bodies of all requests may take together while they are needed, however many connections send how slowly.
/// The beginning of each is always taken: whoever sends large bodies keeps nobody's small ones out, nor, with half of
/// it at most, somebody else's large ones.
/// </summary>
/// <param name="most">Bytes beyond those beginnings, ≥ 0.</param>
internal sealed class BodyMemory(long most)
{
    /// <summary>The beginning of a body, which is always taken.</summary>
    public const int AlwaysBytes = 64 << 10;

    // Two parties at least have to gather to keep everybody else out.
    private const int ShareOfOne = 2;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _parties = new(StringComparer.Ordinal);
    private long _taken;

    /// <summary>Bytes that are taken now.</summary>
    public long TakenBytes
    {
        get
        {
            lock (_gate) return _taken;
        }
    }

    /// <summary>Bytes that one party may take.</summary>
    public long MostOfParty => most / ShareOfOne;

    /// <summary>Takes bytes for a party.</summary>
    /// <returns>Why there is no room; null where they are taken.</returns>
    public string? TryTake(string party, long bytes)
    {
        lock (_gate)
        {
            long own = _parties.GetValueOrDefault(party) + bytes;
            if (own > MostOfParty)
                return "your other requests take all memory there is for the bodies of one caller: ask again in a "
                    + "moment, or with fewer images";
            if (_taken + bytes > most)
                return "the bodies of other requests take all memory there is for them: ask again in a moment, or "
                    + "with fewer images";
            _taken += bytes;
            _parties[party] = own;
            return null;
        }
    }

    /// <summary>Gives bytes of a party back.</summary>
    public void GiveBack(string party, long bytes)
    {
        lock (_gate)
        {
            _taken -= bytes;
            if ((_parties[party] -= bytes) == 0) _parties.Remove(party);
        }
    }
}

/// <summary>What one body takes of the memory for all of them, until it is disposed of.</summary>
/// <param name="memory">The memory for all.</param>
/// <param name="context">Whose body it is; told when to ask again where there is no room.</param>
internal sealed class BodyRoom(BodyMemory memory, HttpContext context) : IDisposable
{
    private readonly string _party = ApiKey.PartyOf(context);
    private long _held;

    /// <summary>Takes the room of a body that grows.</summary>
    /// <param name="length">How much of it there is to be.</param>
    /// <returns>Why there is none; null where it was taken.</returns>
    public BodyReading? TryGrow(long length)
    {
        long beyond = length - BodyMemory.AlwaysBytes, more = beyond - _held;
        if (more <= 0) return null;
        if (beyond > memory.MostOfParty)
            return BodyReading.Refused(
                StatusCodes.Status413PayloadTooLarge,
                $"the request takes more than {memory.MostOfParty} bytes of memory: send fewer images in one request, "
                + "or bytes instead of numbers");
        if (memory.TryTake(_party, more) is { } none)
        {
            context.Response.Headers.RetryAfter = "1";
            return BodyReading.Refused(StatusCodes.Status429TooManyRequests, none);
        }
        _held += more;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _held, 0) is var held and > 0) memory.GiveBack(_party, held);
    }
}
