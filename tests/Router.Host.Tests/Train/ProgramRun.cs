using System.Diagnostics;
using System.Text;
using Router.Host.Tests.Serving;
using Tests;

namespace Router.Host.Tests.Train;

/// <summary>
/// The real program on a data folder, started as a user starts it, perhaps under a limit on the size of files.
/// </summary>
internal sealed class ProgramRun : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _results;
    private readonly StringBuilder _read = new();

    private ProgramRun(Process process) => (_process, _results) = (process, process.StandardOutput.ReadToEndAsync());

    /// <summary>Starts <c>dualrs</c>.</summary>
    /// <param name="data">What <c>DUALRS_DATA</c> names.</param>
    /// <param name="fileLimit">The most KiB a file may get, as if the disk were full then; null for no limit.</param>
    /// <param name="arguments">The command line.</param>
    public static ProgramRun Start(string data, int? fileLimit, params string[] arguments)
    {
        // The signal that comes with the limit is ignored, so that the write fails, as it does on a full disk.
        ProcessStartInfo start = fileLimit is { } limit
            ? new(
                "bash", ["-c", $"trap '' XFSZ; ulimit -f {limit}; exec dotnet \"$@\"", "dualrs",
                OtherProgram.DualRs, .. arguments])
            : new("dotnet", [OtherProgram.DualRs, .. arguments]);
        start.Environment["DUALRS_DATA"] = data;
        // The runtime maps its code through a file of 2 GiB that is never written; a limit would forbid it.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return new(OtherProgram.Start(start));
    }

    /// <summary>Reads the error stream up to a line that begins with a text.</summary>
    public async Task LineWithAsync(string text)
    {
        while (await _process.StandardError.ReadLineAsync().WaitAsync(RunningDaemon.Patience) is { } line)
        {
            _read.AppendLine(line);
            if (line.StartsWith(text, StringComparison.Ordinal)) return;
        }
        throw new InvalidOperationException($"the program ended without '{text}':\n{_read}");
    }

    public int ProcessId => _process.Id;

    /// <summary>Waits until something holds of a file that grows.</summary>
    public async Task UntilAsync(string file, Func<bool> holds)
    {
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(file)!);
        // Not disposed of: an event may still come.
        SemaphoreSlim changed = new(0);
        watcher.Changed += (_, _) => changed.Release();
        watcher.Created += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => changed.Release();
        while (!holds())
        {
            Assert.False(_process.HasExited, "the program ended before it was so far");
            await changed.WaitAsync().WaitAsync(RunningDaemon.Patience);
        }
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(string signal)
    {
        using Process kill = Process.Start(
            "kill", ["-" + signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>SIGKILL, and the end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Error)> EndAsync()
    {
        _read.Append(await _process.StandardError.ReadToEndAsync().WaitAsync(RunningDaemon.Patience));
        await _results.WaitAsync(RunningDaemon.Patience);
        await _process.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
        return (_process.ExitCode, _read.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
