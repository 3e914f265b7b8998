namespace Router.Engine;

/// <summary>What libtorch says went wrong.</summary>
public static class TorchFault
{
    private static readonly string[] InWords = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>
    /// The one line that names the cause: a script's traceback ends with it, any other message begins with it.
    /// </summary>
    public static string Cause(Exception fault) =>
        fault.Message.Split('\n', StringSplitOptions.TrimEntries)
            .LastOrDefault(line => line.Contains("Error: ", StringComparison.Ordinal))
        ?? fault.Message.Split('\n')[0];

    /// <summary>Whether something did not fit the memory: libtorch says so in words.</summary>
    public static bool IsOutOfMemory(Exception fault) => fault is OutOfMemoryException
        || fault.InnerException is OutOfMemoryException
        || InWords.Any(words => fault.Message.Contains(words, StringComparison.OrdinalIgnoreCase));
}
