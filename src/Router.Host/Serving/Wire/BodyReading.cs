namespace Router.Host.Serving.Wire;

/// <summary>A body, or why there is none. It takes memory until it is disposed of, and is gone then.</summary>
internal sealed class BodyReading : IDisposable
{
    private readonly BodyRoom? _room;

    /// <summary>A body that was read.</summary>
    /// <param name="bytes">The body.</param>
    /// <param name="room">The memory that it takes, which is its own from now on.</param>
    public BodyReading(ReadOnlyMemory<byte> bytes, BodyRoom room) => (Bytes, _room) = (bytes, room);

    private BodyReading(int status, string fault) => (Status, Fault) = (status, fault);

    /// <summary>The body; empty once it was disposed of.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>The status to refuse with; 0 where there is a body.</summary>
    public int Status { get; }

    /// <summary>Why there is none.</summary>
    public string? Fault { get; }

    /// <summary>A body that is not taken.</summary>
    public static BodyReading Refused(int status, string fault) => new(status, fault);

    /// <summary>Takes room for what a body becomes beside itself.</summary>
    /// <param name="bytes">How much.</param>
    /// <inheritdoc cref="BodyRoom.TryGrow"/>
    public BodyReading? TryGrow(long bytes) => _room!.TryGrow((2L * Bytes.Length) + bytes);

    /// <summary>Keeps what was copied out of it, and lets the rest go.</summary>
    public void Keep(ReadOnlyMemory<byte> part) => Bytes = part;

    /// <inheritdoc/>
    public void Dispose()
    {
        Bytes = default;
        _room?.Dispose();
    }
}
