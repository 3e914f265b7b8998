
namespace Router.Engine;

/// <summary>What libtorch says went wrong.</summary>
internal static class TorchFault
{
    /// <summary>
    /// The one line that names the cause: a script's traceback ends with it, any other message begins with it.
    /// </summary>
    public static string Cause(Exception fault) =>
        fault.Message.Split('\n', StringSplitOptions.TrimEntries)
            .LastOrDefault(line => line.Contains("Error: ", StringComparison.Ordinal))
        ?? fault.Message.Split('\n')[0];
}
