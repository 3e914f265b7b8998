using System.Globalization;

namespace Router.Experts.Files;

/// <summary>
/// A run's right to be the only one that writes a file, and those that belong to it, from before it looks at what they
/// hold until it has ended. The operating system keeps it (flock(2)), so that it goes with the process however that
/// ends. It lies beside the file, FILE.lock, because files are replaced while they are held, and because a file may be
/// read while it grows: readers take no lock. A file system without locks grants every one.
/// </summary>
public sealed class FileLock : IDisposable
{
    private const string Extension = ".lock";

    // EWOULDBLOCK of Linux and of BSD, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] TakenCodes = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _held;

    private FileLock(FileStream held) => _held = held;

    /// <summary>
    /// Takes the lock of a file, which need not exist yet; its folder must. Links are followed: a file has one lock
    /// whatever it is called.
    /// </summary>
    /// <exception cref="FileInUseException">Another run has it.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static FileLock Take(string path)
    {
        string beside = RealPath.Of(path) + Extension;
        try
        {
            // The runtime removes the file while it still holds it; whoever opened it before that finds its name gone,
            // and begins again.
            return new(new(
                beside, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0,
                FileOptions.DeleteOnClose));
        }
        catch (IOException fault) when (TakenCodes.Contains(fault.HResult))
        {
            throw new FileInUseException(path, HolderOf(beside));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    // Who has it open, where the system shows that: nobody can read what is written in a file that is locked.
    private static int? HolderOf(string beside)
    {
        const string Processes = "/proc";
        if (!Directory.Exists(Processes)) return null;
        foreach (string process in Directory.EnumerateDirectories(Processes))
        {
            string name = Path.GetFileName(process);
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            try
            {
                IEnumerable<string> open = Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"));
                if (open.Any(file => new FileInfo(file).LinkTarget == beside)) return id;
            }
            catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
            {
                // Another user's, or it has just ended.
            }
        }
        return null;
    }
}
