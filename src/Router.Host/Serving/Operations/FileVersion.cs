

namespace Router.Host.Serving.Operations;

/// <summary>
/// Tells whether a file changed: by the file that is read in the end, because mounted secrets are changed by turning a
/// link on their way.
/// </summary>
internal static class FileVersion
{
    /// <summary>When what is read was written, and its length; the default where there is nothing.</summary>
    public static (DateTime Written, long Length) Of(string path)
    {
        try
        {
            FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return file is FileInfo { Exists: true } found ? (found.LastWriteTimeUtc, found.Length) : default;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
