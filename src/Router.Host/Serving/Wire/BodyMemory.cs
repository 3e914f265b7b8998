
namespace Router.Host.Serving.Wire;

/// <summary>
/// What the bodies of all requests may take together while they are read, however many connections send how slowly. The beginning of each is always
/// taken: whoever sends large bodies keeps nobody's small ones out.
/// </summary>
/// <param name="most">Bytes beyond those beginnings, ≥ 0.</param>
internal sealed class BodyMemory(long most)
{
    /// <summary>The beginning of a body, which is always taken.</summary>
    public const int AlwaysBytes = 64 << 10;

    private long _taken;

    /// <summary>Bytes that are taken now.</summary>
    public long TakenBytes => Interlocked.Read(ref _taken);

    /// <summary>Takes the memory of a body that grows.</summary>
    /// <param name="held">What the body has already; afterwards what it has.</param>
    /// <param name="length">How long it is to be.</param>
    /// <returns>Whether there is room.</returns>
    public bool TryGrow(ref long held, long length)
    {
        long more = Math.Max(0, length - AlwaysBytes) - held;
        if (more <= 0) return true;
        if (Interlocked.Add(ref _taken, more) > most)
        {
            Interlocked.Add(ref _taken, -more);
            return false;
        }
        held += more;
        return true;
    }

    /// <summary>Gives a body's memory back.</summary>
    public void GiveBack(long held) => Interlocked.Add(ref _taken, -held);
}
