
namespace Router.Experts.Checkpoints;

/// <summary>
/// Reads forward through a file or an entry of known length. Every count is compared with what is left before memory is
/// taken for it.
/// </summary>
internal sealed class ByteCursor(Stream stream, long length, string file, string? entry = null)
{
    private readonly byte[] buffer = new byte[4096];
    private int next;
    private int filled;

    public long Length => length;

    public long Offset { get; private set; }

    public long Remaining => length - Offset;

    public byte Next(string expected)
    {
        Require(1, expected);
        if (next == filled)
            Refill(expected);
        Offset++;
        return buffer[next++];
    }

    public void Read(Span<byte> destination, string expected)
    {
        Require(destination.Length, expected);
        int buffered = Math.Min(destination.Length, filled - next);
        buffer.AsSpan(next, buffered).CopyTo(destination);
        next += buffered;
        Offset += buffered;
        Span<byte> rest = destination[buffered..];
        int read = stream.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        Offset += read;
        if (read < rest.Length)
            throw Fault($"the data ends here, expected {expected}");
    }

    public byte[] Read(long count, string expected)
    {
        Require(count, expected);
        if (count > Array.MaxLength)
            throw Fault($"{expected} of {count} bytes is longer than the {Array.MaxLength} that are handled");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)count);
        Read(bytes, expected);
        return bytes;
    }

    public void Skip(long count, string expected)
    {
        Require(count, expected);
        long buffered = Math.Min(count, filled - next);
        next += (int)buffered;
        Offset += buffered;
        count -= buffered;
        if (count > 0 && stream.CanSeek)
        {
            stream.Seek(count, SeekOrigin.Current);
            Offset += count;
            return;
        }
        // An entry of an archive is read on and forgotten.
        for (; count > 0; count -= filled, Offset += filled)
        {
            next = filled = 0;
            filled = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            next = filled;
            if (filled == 0)
                throw Fault($"the data ends here, expected {expected}");
        }
    }

    public CheckpointException Fault(string message) => Fault(Offset, message);

    public CheckpointException Fault(long offset, string message, Exception? inner = null) =>
        new(file, entry, offset, message, inner);

    private void Require(long count, string expected)
    {
        if (count < 0)
            throw Fault($"a negative length ({count}) for {expected}");
        if (count > Remaining)
            throw Fault($"expected {expected} ({count} bytes), but only {Remaining} bytes are left");
    }

    private void Refill(string expected)
    {
        next = 0;
        filled = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, Remaining));
        if (filled == 0)
            throw Fault($"the data ends here, expected {expected}");
    }
}
