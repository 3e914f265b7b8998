using System.Diagnostics;

namespace Tests;

/// <summary>What tests do to files that .NET does not do everywhere.</summary>
internal static class Posix
{
    /// <summary>chmod(1).</summary>
    /// <param name="file">The file.</param>
    /// <param name="mode">In octal.</param>
    public static void SetMode(string file, string mode) => Run("chmod", mode, file);

    /// <summary>A named pipe, into which nobody ever writes.</summary>
    public static void MakePipe(string path) => Run("mkfifo", path);

    private static void Run(string program, params string[] arguments)
    {
        using Process run = Process.Start(program, arguments);
        run.WaitForExit();
        if (run.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed");
    }
}
