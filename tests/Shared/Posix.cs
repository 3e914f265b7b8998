using System.Runtime.InteropServices;

namespace Tests;

/// <summary>
/// What tests do to files and processes that .NET does not do everywhere. No program is started for it: between fork(2)
/// and exec(2) a child holds every lock of its parent, and whoever opens a file just then is told that it is in use.
/// </summary>
internal static class Posix
{
    /// <summary>chmod(2).</summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">In octal.</param>
    public static void SetMode(string file, string mode) =>
        Check(chmod(file, Convert.ToUInt32(mode, 8)), "chmod", file);

    /// <summary>A named pipe, into which nobody ever writes.</summary>
    public static void MakePipe(string path) => Check(mkfifo(path, Convert.ToUInt32("600", 8)), "mkfifo", path);

    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public static void Interrupt(int process) => Check(kill(process, signal: 2), "kill", $"{process}");

    private static void Check(int result, string call, string path)
    {
        if (result != 0) throw new IOException($"{call} {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int chmod([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    [DllImport("libc", SetLastError = true)]
    private static extern int mkfifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
