using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>A program of this build; standard output and error are one text, read as it comes.</summary>
internal sealed class ClusterProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly StringBuilder _text = new();
    private readonly Task _read;
    private readonly List<(string Text, TaskCompletionSource<string> Found)> _awaited = [];

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it works, and keeps what it keeps for later.</param>
    /// <param name="project">Its project.</param>
    /// <param name="file">The project's assembly.</param>
    /// <param name="arguments">What it is told.</param>
    public ClusterProgram(string folder, string project, string file, string[] arguments)
    {
        _process = OtherProgram.Start(new("dotnet", [OtherProgram.PathOf(project, file), .. arguments])
        {
            WorkingDirectory = folder,
            Environment =
            {
                // What is kept for later is kept for this test alone.
                ["XDG_CACHE_HOME"] = Path.Combine(folder, "cache"),
                // It lives for seconds: nothing in it is worth compiling twice.
                ["DOTNET_TC_CallCounting"] = "0",
            },
        });
        _read = Task.WhenAll(ReadAsync(_process.StandardError), ReadAsync(_process.StandardOutput));
    }

    public string Text
    {
        get
        {
            lock (_text) return _text.ToString();
        }
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>Whether a library was loaded; Linux says which files a process has in its memory.</summary>
    public bool HasLoaded(string file) =>
        File.ReadAllText($"/proc/{_process.Id}/maps").Contains(file, StringComparison.Ordinal);

    public async Task<string> LineWithAsync(string text)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_text)
        {
            if (_text.ToString().Split('\n').FirstOrDefault(
                line => line.Contains(text, StringComparison.Ordinal)) is { } there)
                return there;
            _awaited.Add((text, found));
        }
        if (await Task.WhenAny(found.Task, _read).WaitAsync(Patience) != found.Task)
            throw new InvalidOperationException($"it ended without '{text}':\n{Text}");
        return await found.Task;
    }

    public async Task SignalAsync(string signal)
    {
        if (HasEnded) return;
        using Process kill = Process.Start(
            "kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _read.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (_text)
            {
                _text.AppendLine(line);
                foreach ((string text, TaskCompletionSource<string> found) in _awaited)
                    if (line.Contains(text, StringComparison.Ordinal)) found.TrySetResult(line);
            }
    }
}
