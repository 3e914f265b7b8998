using System.Runtime.InteropServices;

namespace Router.Experts.Loading;

/// <summary>The end of a process in which something hangs.</summary>
public static partial class ProcessEnd
{
    /// <summary>
    /// Ends the process at once: _exit(2). <see cref="Environment.Exit"/> takes native libraries down first, under the
    /// threads that still compute in them.
    /// </summary>
    /// <param name="code">The exit code.</param>
    public static void AtOnce(int code)
    {
        try
        {
            _exit(code);
        }
        catch (Exception missing) when (missing is EntryPointNotFoundException or DllNotFoundException)
        {
            Environment.Exit(code);
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial void _exit(int code);
}
