using System.Text.RegularExpressions;

namespace Router.Host.Serving.Wire;

/// <summary>
/// What callers are told of a fault of this machine. Its folders and native stacks are for whoever reads the log.
/// </summary>
internal static partial class LocalFault
{
    /// <summary>The first line, and of each path the last name.</summary>
    /// <param name="fault">All of it.</param>
    /// <param name="files">Paths that it may name, whatever stands in them.</param>
    public static string Outwards(string fault, IEnumerable<string> files)
    {
        string line = fault.Split('\n')[0].TrimEnd();
        foreach (string file in files)
            line = line.Replace(file, Path.GetFileName(file), StringComparison.Ordinal);
        return Folders().Replace(line, "");
    }

    [GeneratedRegex("""(?<![\w.\\/-])([A-Za-z]:)?[\\/]([^\s'"\\/]+[\\/])+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Folders();
}
