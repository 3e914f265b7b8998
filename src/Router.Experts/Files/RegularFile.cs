
namespace Router.Experts.Files;

/// <summary>
/// Files that are read whole: checkpoints, cards, registries, keys. A pipe, a socket, a device or a folder under such a
/// name is refused before it is opened, because that, or the reading, may never come back. A symbolic link is what it
/// leads to.
/// </summary>
public static class RegularFile
{
    /// <summary>Opens a file to be read; others may read it too.</summary>
    /// <exception cref="InvalidDataException">There is something else than a file.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        Check(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Refuses what is there and no file; what is not there is for whoever opens it.</summary>
    /// <exception cref="InvalidDataException">There is something else than a file.</exception>
    public static void Check(string path)
    {
        if (Objection(path) is { } objection) throw new InvalidDataException(objection);
    }

    /// <summary>
    /// Why a path is not read from: there is something else than a file. Null where there is one, or nothing.
    /// </summary>
    public static string? Objection(string path) =>
        OtherKind(path) is { } kind ? $"{path} is {kind}: expected a regular file, or a link to one" : null;

    /// <summary>Whether there is a file that can be read whole, or a link to one.</summary>
    public static bool IsThere(string path) => OtherKind(path) is null && File.Exists(path);

    /// <summary>What is there instead of a file, in words; null where there is one, or nothing.</summary>
    public static string? OtherKind(string path) =>
        FileStatus.Of(path) is { IsRegular: false } other ? other.Kind : null;
}
