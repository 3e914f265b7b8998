
namespace Router.Experts.Checkpoints;

/// <summary>
/// A checkpoint that cannot be read: broken, forged, or of a kind that is refused. The message names file and offset.
/// </summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string file, string? entry, long offset, string message, Exception? inner = null)
        : base($"{file}{(entry is null ? "" : $", entry {Clip(entry)}")}, byte {offset}: {Clip(message)}", inner)
    {
        File = file;
        Entry = entry;
        Offset = offset;
    }

    /// <summary>The file, as it was named to the reader.</summary>
    public string File { get; }

    /// <summary>
    /// The entry of the zip archive that <see cref="Offset"/> counts in; null where it counts in the file itself.
    /// </summary>
    public string? Entry { get; }

    /// <summary>Where, in bytes from the start of the file or entry.</summary>
    public long Offset { get; }

    // Messages quote names out of the file, which may be long.
    private static string Clip(string text) => text.Length <= 500 ? text : $"{text.AsSpan(0, 500)}…";
}
