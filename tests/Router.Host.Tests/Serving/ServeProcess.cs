using System.Diagnostics;
using System.Text;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>The real program, started as a user starts it.</summary>
internal sealed class ServeProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _read = new();

    private ServeProcess(Process process) => _process = process;

    /// <summary>Everything that was read of its error stream so far.</summary>
    public string ErrorText => _read.ToString();

    /// <summary>Memory that it holds now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <c>dualrs serve</c> with the bundled registry.</summary>
    public static ServeProcess Start(params string[] arguments) =>
        StartWith(Path.Combine(Reference.Root, "experts.yaml"), arguments);

    /// <summary>Starts <c>dualrs serve</c> with a registry.</summary>
    public static ServeProcess StartWith(string registry, params string[] arguments) => StartCommand(
        ["serve", "--registry", registry, "--no-probe", "--threads", "1", .. arguments]);

    /// <summary>Starts any command.</summary>
    public static ServeProcess StartCommand(params string[] arguments) =>
        new(OtherProgram.Start(new("dotnet", [OtherProgram.DualRs, .. arguments])));

    /// <summary>Reads the error stream up to a line that contains a text.</summary>
    public async Task<string> LineWithAsync(string text)
    {
        while (await _process.StandardError.ReadLineAsync().WaitAsync(RunningDaemon.Patience) is { } line)
        {
            _read.AppendLine(line);
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }
        throw new InvalidOperationException($"the program ended without '{text}':\n{_read}");
    }

    /// <summary>Sends SIGTERM or SIGINT.</summary>
    public async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start(
            "kill", ["-" + signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
    }

    /// <summary>Ends it without a word, as the kernel does where memory is short.</summary>
    public void KillHard() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitCodeAsync()
    {
        _read.Append(await _process.StandardError.ReadToEndAsync().WaitAsync(RunningDaemon.Patience));
        await _process.WaitForExitAsync().WaitAsync(RunningDaemon.Patience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
