using System.Diagnostics;
using Router.Host.Tests.Serving;
using Tests;

namespace Router.Host.Tests.Samples;

/// <summary>A program of <c>samples/</c>, started as its reader starts it.</summary>
internal sealed class SampleProcess : IDisposable
{
    private readonly Process _process;

    private SampleProcess(Process process) => _process = process;

    /// <summary>Starts one in its own folder.</summary>
    public static SampleProcess Start(string name, params string[] arguments)
    {
        return new(OtherProgram.Start(new("dotnet", [OtherProgram.PathOf(name, $"{name}.dll"), .. arguments])
        {
            WorkingDirectory = Path.Combine(Reference.Root, "samples", name),
        }));
    }

    /// <summary>Reads its output up to a line that contains a text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        List<string> read = [];
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(RunningDaemon.Patience) is { } line)
        {
            read.Add(line);
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }
        string failed = await _process.StandardError.ReadToEndAsync();
        throw new InvalidOperationException($"it ended without '{text}':\n{string.Join('\n', read)}\n{failed}");
    }

    /// <summary>Tells it to stop, as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start(
            "kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int Code, string Output, string Error)> EndAsync()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(), error = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
        return (_process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
