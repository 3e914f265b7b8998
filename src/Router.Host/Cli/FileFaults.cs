using System.Text.RegularExpressions;

namespace Router.Host.Cli;

/// <summary>
/// What the runtime says of a file, as it is: of a folder that was taken for a file it says that access is denied, or
/// that it exists.
/// </summary>
internal static partial class FileFaults
{
    /// <summary>Whether a folder stands where a file was meant.</summary>
    public static bool IsOfFolder(Exception fault) =>
        fault is IOException or UnauthorizedAccessException && Directory.Exists(PathIn(fault));

    /// <summary>What went wrong, in one sentence.</summary>
    public static string Sentence(Exception fault) => PathIn(fault) is not { } path ? fault.Message : fault switch
    {
        IOException or UnauthorizedAccessException when Directory.Exists(path) =>
            $"{path} is a folder: expected a file",
        FileNotFoundException => $"there is no file {path}",
        DirectoryNotFoundException => $"there is no folder {Path.GetDirectoryName(path)}, to which {path} leads",
        UnauthorizedAccessException => $"{path} cannot be opened: this user may not",
        _ => fault.Message,
    };

    private static string? PathIn(Exception fault) =>
        fault is IOException or UnauthorizedAccessException && Quoted().Match(fault.Message) is { Success: true } match
            ? match.Groups["path"].Value
            : null;

    [GeneratedRegex("'(?<path>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
