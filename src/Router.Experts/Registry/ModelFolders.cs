using System.Collections.Immutable;
using Router.Experts.Files;

namespace Router.Experts.Registry;

/// <summary>
/// The folders that networks may come from where a registry is not its reader's own: files outside of them are refused,
/// however they are reached, by an absolute path, by <c>..</c> or by a symbolic link.
/// </summary>
public sealed class ModelFolders
{
    private readonly ImmutableArray<string> _folders;

    /// <summary>Some folders, and everything below them.</summary>
    /// <param name="folders">Absolute paths. One that is itself a link stands for where it leads.</param>
    /// <exception cref="IOException">One of them leads round in a circle.</exception>
    public ModelFolders(IEnumerable<string> folders) =>
        _folders = [.. folders.Select(folder => Path.TrimEndingDirectorySeparator(RealPath.Of(folder))).Distinct()];

    /// <summary>Whether a file that exists is in one of them.</summary>
    /// <param name="file">Its absolute path.</param>
    /// <exception cref="IOException">It leads round in a circle.</exception>
    public bool Hold(string file)
    {
        string real = RealPath.Of(file);
        return _folders.Any(folder => real.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder
            + Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }

    /// <summary>The folders.</summary>
    public override string ToString() => string.Join(", ", _folders);
}
