using System.ComponentModel;
using System.Diagnostics;

namespace Tests;

/// <summary>A program that a test starts beside itself.</summary>
internal static class OtherProgram
{
    // Far beyond what any of them takes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The product's program of this build.</summary>
    public static string DualRs => PathOf("Router.Host", "dualrs.dll");

    /// <summary>An assembly of this build.</summary>
    public static string PathOf(string project, string file) => Path.Combine(
        Reference.Root, "artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, file);

    /// <summary>Starts it; a test of a program that is not on this machine is skipped.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip($"needs {start.FileName}, which is not on this machine");
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="start">The program, with what it is told.</param>
    /// <param name="input">What there is to read for it.</param>
    public static async Task<(int Code, string Out, string Error)> RunAsync(ProcessStartInfo start, string input = "")
    {
        using Process process = Start(start);
        Task<string> said = process.StandardOutput.ReadToEndAsync(), failed = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await said, await failed);
    }
}
