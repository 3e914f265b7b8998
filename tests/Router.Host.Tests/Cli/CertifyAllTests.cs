using System.Diagnostics;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>The bundled Shapes10 networks in one pass.</summary>
public sealed class CertifyAllTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");
    private static readonly string[] Images = ["shapes10", "--skip", "20", "--max", "60", "-r", Registry];
    private static readonly string[] Sampling = ["--n0", "10", "--alpha", "0.05", "--seed", "5", .. Shell.Fast];

    private static readonly string[] Hundred = ["--n", "100"];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private string[] All(string folder, params string[] more) =>
        ["certify", .. Images, "--all", "-o", _shell.In(folder), .. more.Contains("--n") ? [] : Hundred,
            .. Sampling, .. more];

    // Everything but the sixth column of a log, the time; run.json as it is.
    private Dictionary<string, string> Files(string folder) => Directory.GetFiles(_shell.In(folder)).ToDictionary(
        path => Path.GetFileName(path),
        path => path.EndsWith(".counts.tsv", StringComparison.Ordinal)
            || path.EndsWith(".json", StringComparison.Ordinal) ? File.ReadAllText(path) : Timeless(path));

    private static string Timeless(string log) =>
        string.Join('\n', File.ReadAllLines(log)
            .Select(line => string.Join('\t', line.Split('\t').Where((_, column) => column != 5))));

    [Fact]
    public async Task One_pass_writes_what_the_experts_alone_would_and_the_router_s_votes()
    {
        Outcome all = await _shell.RunAsync(All("pass"));
        Assert.True(all.Code == ExitCode.Done, all.Error);
        Assert.Contains("4 images by 4 networks, 0 of 16 done", all.Error, StringComparison.Ordinal);
        Assert.Contains("s100", all.Out, StringComparison.Ordinal);
        Assert.Equal(
            ["router.counts.tsv", "run.json",
                .. new[] { "s025", "s050", "s100" }.SelectMany(id => new[] { $"{id}.tsv", $"{id}.tsv.counts.tsv" })],
            Files("pass").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(5, File.ReadAllLines(_shell.In("pass", "router.counts.tsv")).Length);

        // The expert of the first route draws from the same stream alone.
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(
            ["certify", .. Images, "--expert", "s025", "--fixed", "-o", _shell.In("s025.tsv"), .. Hundred,
                .. Sampling])).Code);
        Assert.Equal(Timeless(_shell.In("s025.tsv")), Files("pass")["s025.tsv"]);
        Assert.Equal(File.ReadAllText(_shell.In("s025.tsv.counts.tsv")), Files("pass")["s025.tsv.counts.tsv"]);

        Outcome again = await _shell.RunAsync(All("pass"));
        Assert.Equal(ExitCode.BadInput, again.Code);
        Assert.Contains("holds a pass already: continue it with --resume", again.Error, StringComparison.Ordinal);
        Outcome other = await _shell.RunAsync(All("pass", "--resume", "--resolution", "0.1"));
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("run.json: the pass cannot go on: its experts drew by 'fixed', now by 'mixture", other.Error,
            StringComparison.Ordinal);
        Assert.Contains("16 of 16 done", (await _shell.RunAsync(All("pass", "--resume", "--in-flight", "5"))).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_was_killed_is_continued_to_the_bytes_of_an_undisturbed_one()
    {
        string[] killed = All("killed", "--n", "150", "--in-flight", "3");
        using Process process = OtherProgram.Start(new("dotnet", [OtherProgram.DualRs, .. killed])
        {
            WorkingDirectory = _shell.Folder, Environment = { ["DUALRS_HOME"] = Shell.Home },
        });
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await RowsOf(_shell.In("killed"), 5, process);
        process.Kill(); // SIGKILL
        await process.WaitForExitAsync();
        Assert.Equal(128 + 9, process.ExitCode);
        Assert.Equal("", await output);
        Assert.NotNull(await errors);
        int rows = Rows(_shell.In("killed"));
        Outcome continued = await _shell.RunAsync(All("killed", "--n", "150", "--resume"));
        Assert.True(continued.Code == ExitCode.Done, continued.Error);
        Assert.InRange(rows, 5, 16);
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(All("whole", "--n", "150"))).Code);
        Assert.Equal(Files("whole"), Files("killed"));
    }

    [Fact]
    public async Task Pictures_that_cannot_be_read_are_passed_over_and_named_at_the_end()
    {
        File.WriteAllText(_shell.In("pictures", "class0", "03-bad.png"), "no picture");
        Outcome outcome = await _shell.RunAsync(["certify", _shell.In("pictures"), "--all", "-o", _shell.In("pass"),
            "--max", "2", "-r", Registry, .. Sampling]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("1 of 3 images were skipped and are in no file; --resume tries them again: 1 (", outcome.Error,
            StringComparison.Ordinal);
        Assert.Contains("03-bad.png", outcome.Error, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_shell.In("pass"), "*.counts.tsv"),
            counts => Assert.Equal(3, File.ReadAllLines(counts).Length));
    }

    [Theory]
    [InlineData("--all asks every expert and the router, without --expert", "--expert", "s025")]
    [InlineData("--all asks every expert and the router, without --mix", "--mix", "s025,s100")]
    [InlineData("--all asks every expert and the router, without --records", "--records", "r.jsonl")]
    [InlineData("--all asks every expert and the router, without --json", "--json")]
    [InlineData("accepted are whole numbers from 1", "--in-flight", "0")]
    public async Task What_a_pass_cannot_do_is_refused(string message, params string[] more)
    {
        Outcome outcome = await _shell.RunAsync(All("pass", more));
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_shell.In("pass")));
    }

    private static int Rows(string folder) =>
        !Directory.Exists(folder) ? 0 : Directory.GetFiles(folder, "*.counts.tsv").Sum(path =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return Math.Max(0, reader.ReadToEnd().Count(letter => letter == '\n') - 1);
    });

    private static async Task RowsOf(string folder, int rows, Process process)
    {
        Directory.CreateDirectory(folder);
        using FileSystemWatcher watcher = new(folder);
        SemaphoreSlim changed = new(0);
        watcher.Changed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => changed.Release(1000);
        while (Rows(folder) < rows)
        {
            Assert.False(process.HasExited, "the run ended before it wrote so many rows");
            await changed.WaitAsync();
        }
    }
}
