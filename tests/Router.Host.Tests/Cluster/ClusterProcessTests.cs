using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>
/// Real processes and the bundled networks: whatever befalls them, records are those of one process, letter by letter.
/// </summary>
public sealed class ClusterProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] Networks =
    [
        "--registry", Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"), "--threads", "1",
        "--batch", "32", "--no-probe",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-cluster-").FullName;
    private readonly List<Program> _started = [];

    public void Dispose()
    {
        foreach (Program program in _started) program.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Cluster => $"local:{Path.Combine(_folder, "members.json")}";

    private Program Start(params string[] arguments)
    {
        Program program = new(_folder, arguments);
        _started.Add(program);
        return program;
    }

    private Program StartWorker() => Start(["worker", "--cluster", Cluster, .. Networks]);

    private string[] Certify(string records, params string[] more) =>
    [
        "certify", "shapes10", .. Networks, "--skip", "500", "--n", "1500", "--seed", "5", "--out", $"{records}.tsv",
        "--records", records, .. more,
    ];

    // A log is written row by row: the first one is there while others are under way.
    private async Task RowAsync(string log, Program writer)
    {
        string file = Path.Combine(_folder, log);
        while (!File.Exists(file) || File.ReadLines(file).Count() < 2)
        {
            Assert.False(writer.HasEnded, writer.Text);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("STOP")]
    public async Task Records_are_those_of_one_process_when_a_worker_gets(string signal)
    {
        Program first = StartWorker(), second = StartWorker();
        Assert.Equal(0, await Start(Certify("single")).ExitCodeAsync());
        await first.LineWithAsync("votes in the cluster");
        await second.LineWithAsync("votes in the cluster");
        Program gateway = Start(Certify("drawn", "--cluster", Cluster));
        await RowAsync("drawn.tsv", gateway);
        await first.SignalAsync(signal);
        Assert.True(await gateway.ExitCodeAsync() == 0, gateway.Text);
        Assert.Equal(Read("single"), Read("drawn"));
        Assert.Equal(Read("single.tsv.counts.tsv"), Read("drawn.tsv.counts.tsv"));
        if (signal == "TERM") Assert.Equal(0, await first.ExitCodeAsync());
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_the_gateway_is_killed_and_resumes()
    {
        Program worker = StartWorker();
        Assert.Equal(0, await Start(Certify("single")).ExitCodeAsync());
        await worker.LineWithAsync("votes in the cluster");
        Program gateway = Start(Certify("drawn", "--cluster", Cluster));
        await RowAsync("drawn.tsv", gateway);
        await gateway.SignalAsync("KILL");
        await gateway.ExitCodeAsync();
        Program resumed = Start(Certify("drawn", "--cluster", Cluster, "--resume"));
        Assert.True(await resumed.ExitCodeAsync() == 0, resumed.Text);
        Assert.Matches("4 images, [123] done", resumed.Text);
        Assert.Equal(Read("single"), Read("drawn"));
    }

    // Standard output and error as one text, read as it comes.
    private sealed class Program : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _text = new();
        private readonly Task _read;
        private readonly List<(string Text, TaskCompletionSource Found)> _awaited = [];

        public Program(string folder, string[] arguments)
        {
            string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
            string program = Path.Combine(
                Reference.Root, "artifacts", "bin", "Router.Host", configuration, "dualrs.dll");
            _process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
            {
                RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false,
                WorkingDirectory = folder,
            })!;
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

        public async Task LineWithAsync(string text)
        {
            TaskCompletionSource found = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_text)
            {
                if (_text.ToString().Contains(text, StringComparison.Ordinal)) return;
                _awaited.Add((text, found));
            }
            if (await Task.WhenAny(found.Task, _read).WaitAsync(Patience) != found.Task)
                throw new InvalidOperationException($"it ended without '{text}':\n{Text}");
        }

        public async Task SignalAsync(string signal)
        {
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
                    foreach ((string text, TaskCompletionSource found) in _awaited)
                        if (line.Contains(text, StringComparison.Ordinal)) found.TrySetResult();
                }
        }
    }
}
