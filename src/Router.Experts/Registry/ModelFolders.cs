using System.Collections.Immutable;

namespace Router.Experts.Registry;

/// <summary>
/// The folders that networks may come from where a registry is not its reader's own: files outside of them are refused, however they are reached, by
/// an absolute path, by <c>..</c> or by a symbolic link.
/// </summary>
public sealed class ModelFolders
{
    // As Linux has it.
    private const int MostLinks = 40;

    private readonly ImmutableArray<string> _folders;

    /// <summary>Some folders, and everything below them.</summary>
    /// <param name="folders">Absolute paths. One that is itself a link stands for where it leads.</param>
    /// <exception cref="IOException">One of them leads round in a circle.</exception>
    public ModelFolders(IEnumerable<string> folders) => _folders = [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(RealPath(folder))).Distinct()];

    /// <summary>Whether a file that exists is in one of them.</summary>
    /// <param name="file">Its absolute path.</param>
    /// <exception cref="IOException">It leads round in a circle.</exception>
    public bool Hold(string file)
    {
        string real = RealPath(file);
        return _folders.Any(folder => real.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    /// <summary>The folders.</summary>
    public override string ToString() => string.Join(", ", _folders);

    // The path without links: realpath(3), which .NET does not have.
    private static string RealPath(string path)
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
            if (++links > MostLinks) throw new IOException($"{path} leads through more than {MostLinks} symbolic links");
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
            foreach (string behind in LastFirst(target[(Path.IsPathRooted(target) ? real.Length : 0)..]))
                ahead.Push(behind);
        }
        return real;

        static IEnumerable<string> LastFirst(string relative) =>
            relative.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();
    }
}
