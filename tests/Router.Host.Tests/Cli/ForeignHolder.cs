using System.ComponentModel;
using System.Diagnostics;

namespace Router.Host.Tests.Cli;

/// <summary>Another process, of another program, that holds the lock of a file: flock(1).</summary>
internal sealed class ForeignHolder : IDisposable
{
    private readonly Process _process;

    /// <summary>Takes the lock, and returns when it is held.</summary>
    public ForeignHolder(string file)
    {
        string[] hold = ["--exclusive", "--no-fork", file + ".lock", "sh", "-c", "echo held; exec cat"];
        _process = Start(new("flock", hold)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false,
        });
        Assert.Equal("held", _process.StandardOutput.ReadLine());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("needs flock(1), which is not on this machine");
            throw;
        }
    }

    public int ProcessId => _process.Id;

    /// <summary>SIGKILL: it gets no chance to give anything back.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
