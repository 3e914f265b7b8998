
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
        Offset = offset;
    }

    /// <summary>The file, as it was named to the reader.</summary>
    public string File { get; }

    /// <summary>
    /// Where, in bytes from the start of the file, or of the entry of a zip archive that the message names.
    /// </summary>
    public long Offset { get; }

    // Messages quote names out of the file, which may be long.
    private static string Clip(string text) => text.Length <= 500 ? text : $"{text.AsSpan(0, 500)}…";
}
