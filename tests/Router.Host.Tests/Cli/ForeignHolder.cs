using System.Diagnostics;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>Another process, of another program, that holds the lock of a file: flock(1).</summary>
internal sealed class ForeignHolder : IDisposable
{
    private readonly Process _process;

    /// <summary>Takes the lock, and returns when it is held.</summary>
    public ForeignHolder(string file)
    {
        string[] hold = ["--exclusive", "--no-fork", file + ".lock", "sh", "-c", "echo held; exec cat"];
        _process = OtherProgram.Start(new("flock", hold));
        Assert.Equal("held", _process.StandardOutput.ReadLine());
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
