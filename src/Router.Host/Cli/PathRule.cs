using Router.Evaluation;
using Router.Experts.Files;

namespace Router.Host.Cli;

/// <summary>
/// What a path on a command line has to lead to. It is looked at before anything is loaded, so that no work is lost to
/// a name that could not be written in the end.
/// </summary>
/// <param name="Objection">
/// What is wrong with a path, as it was written and as it is resolved; null where nothing is.
/// </param>
internal sealed record PathRule(Func<string, string, string?> Objection)
{
    /// <summary>Standard input, or standard output.</summary>
    public const string Standard = "-";

    /// <summary>Anything; what it is shows later.</summary>
    public static readonly PathRule Any = new((_, _) => null);

    /// <summary>A file that is written, over one that is there; its folder is.</summary>
    public static readonly PathRule Write = OfOutput((written, path) => ToWrite(written, path, makesFolder: false));

    /// <summary>A file that is not there yet; its folder is.</summary>
    public static readonly PathRule WriteNew = OfOutput((written, path) =>
        Write.Objection(written, path) ?? OfNew(written, path));

    /// <summary>A file that is written, and its folder where there is none.</summary>
    public static readonly PathRule WriteAndFolder =
        OfOutput((written, path) => ToWrite(written, path, makesFolder: true));

    /// <summary>
    /// A folder that is filled, and made where there is none; others may fill it at the same time.
    /// </summary>
    public static readonly PathRule Fill = new((written, path) => File.Exists(path)
        ? $"{written} is a file: expected a folder to write into"
        : ToWriteInto(written, Path.Combine(path, Path.GetRandomFileName()), makesFolder: true));

    /// <summary>Whether it leads to a file that is written: nothing else on the line may be that file.</summary>
    public bool IsOutput { get; private init; }

    /// <summary>A rule for a file that is written.</summary>
    public static PathRule OfOutput(Func<string, string, string?> objection) => new(objection) { IsOutput = true };

    /// <summary>A file that is read.</summary>
    /// <param name="what">What it is, for messages.</param>
    public static PathRule Read(string what) => new((written, path) =>
        Directory.Exists(path) ? $"{written} is a folder: expected {("aeiou".Contains(what[0]) ? "an" : "a")} {what}"
        : File.Exists(path) ? null
        : $"there is no {what} {written}");

    /// <summary>Why a file cannot be begun; null where none of that name is there.</summary>
    /// <param name="written">The path as it was written.</param>
    /// <param name="path">The path.</param>
    public static string? OfNew(string written, string path) =>
        File.Exists(path) ? $"{written} exists: choose another file, or remove it" : null;

    /// <summary>Refuses a path that a rule objects to.</summary>
    /// <param name="written">The path as it was written.</param>
    /// <param name="surroundings">The outside.</param>
    /// <returns>The path, resolved.</returns>
    /// <exception cref="BadInputException">There is an objection.</exception>
    public string Resolve(string written, Surroundings surroundings)
    {
        string path = surroundings.Resolve(written);
        return Objection(written, path) is { } objection ? throw new BadInputException(objection) : path;
    }

    private static string? ToWrite(string written, string path, bool makesFolder) =>
        Directory.Exists(path) ? $"{written} is a folder: expected a file to write"
        : ToWriteInto(written, path, makesFolder) ?? (File.Exists(path) && !CanWrite(path)
            ? $"{written} cannot be written: this user may not" : null);

    // Whether a folder takes files is only known once it took one: its lock, which goes again.
    private static string? ToWriteInto(string written, string path, bool makesFolder)
    {
        string folder = Path.GetDirectoryName(path)!;
        while (makesFolder && !Path.Exists(folder))
            folder = Path.GetDirectoryName(folder)!;
        if (File.Exists(folder))
            return $"{written} cannot be written: {folder} is a file, not a folder";
        if (!Directory.Exists(folder))
            return $"{written} cannot be written: there is no folder {folder}";
        try
        {
            using FileLock tried = FileLock.Take(Path.Combine(folder, Path.GetFileName(path)));
            return null;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            return $"{written} cannot be written: the folder {folder} takes no file of this user";
        }
    }

    private static bool CanWrite(string path)
    {
        try
        {
            using FileStream opened = new(
                path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
