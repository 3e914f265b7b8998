
namespace Router.Experts.Files;

/// <summary>Paths without symbolic links: realpath(3), which .NET does not have.</summary>
internal static class RealPath
{
    // As Linux has it.
    private const int MostLinks = 40;

    /// <summary>Where a path leads; what does not exist yet keeps its name.</summary>
    /// <exception cref="IOException">It leads round in a circle.</exception>
    public static string Of(string path)
    {
        int links = 0;
        string full = Path.GetFullPath(path), real = Path.GetPathRoot(full)!;
        Stack<string> ahead = new(LastFirst(full[real.Length..]));
        while (ahead.TryPop(out string? part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"{path} leads through more than {MostLinks} symbolic links");
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
            foreach (string behind in LastFirst(target[(Path.IsPathRooted(target) ? real.Length : 0)..]))
                ahead.Push(behind);
        }
        return real;
    }

    private static IEnumerable<string> LastFirst(string relative) =>
        relative.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".").Reverse();
}
