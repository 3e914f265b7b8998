using System.Diagnostics;
using System.Text.Json.Nodes;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class CertifyTests : IDisposable
{
    private static readonly string[] Sampling = ["--n0", "10", "--alpha", "0.05", "--seed", "5", .. Shell.Fast];

    private static readonly string[] Hundred = ["--n", "100"];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private string[] Certify(string log, params string[] more) => ["certify", _shell.In("pictures"), "-o",
        _shell.In(log), .. Sampling, .. more.Contains("--n") ? [] : Hundred, .. more];

    // Everything but the sixth column, the time.
    private string[] Rows(string log) =>
        [.. File.ReadAllLines(_shell.In(log))
            .Select(line => string.Join('\t', line.Split('\t').Where((_, column) => column != 5)))];

    [Fact]
    public async Task An_interrupted_run_keeps_whole_rows_and_its_continuation_is_the_uninterrupted_log()
    {
        // Enough draws that the interruption comes before the last image even where the machine is busy.
        string[] Certify(string log, params string[] more) => this.Certify(log, ["--n", "600", "--fixed", .. more]);
        using Process process = OtherProgram.Start(new("dotnet", [OtherProgram.DualRs, .. Certify("halves.tsv")])
        {
            WorkingDirectory = _shell.Folder, Environment = { ["DUALRS_HOME"] = Shell.Home },
        });
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await FirstRow(_shell.In("halves.tsv"), process);
        Posix.Interrupt(process.Id);
        await process.WaitForExitAsync();
        Assert.Contains("interrupted", await errors, StringComparison.Ordinal);
        Assert.Equal("", await output);
        Assert.Equal(ExitCode.Interrupted, process.ExitCode);
        string[] halves = Rows("halves.tsv");
        Assert.InRange(halves.Length, 2, 12);
        int images = halves.Length;
        string last = $"{images - 1}";
        Assert.EndsWith("\n", File.ReadAllText(_shell.In("halves.tsv")), StringComparison.Ordinal);

        Outcome refused = await _shell.RunAsync(Certify("halves.tsv"));
        Assert.Equal(ExitCode.BadInput, refused.Code);
        Assert.Contains("halves.tsv exists: continue it with --resume, or choose another file", refused.Error,
            StringComparison.Ordinal);
        Assert.Equal(halves, Rows("halves.tsv"));

        Outcome whole = await _shell.RunAsync(Certify("whole.tsv", "--max", last));
        Outcome continued = await _shell.RunAsync(Certify("halves.tsv", "--max", last, "--resume"));
        Assert.Equal((0, 0), (whole.Code, continued.Code));
        Assert.Equal(images + 1, Rows("whole.tsv").Length);
        Assert.Equal(Rows("whole.tsv"), Rows("halves.tsv"));
        Assert.Equal(File.ReadAllText(_shell.In("whole.tsv.counts.tsv")),
            File.ReadAllText(_shell.In("halves.tsv.counts.tsv")));
        Assert.Equal(whole.Out, continued.Out);
        Assert.Contains($"{images} images", whole.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await _shell.RunAsync(Certify("whole.tsv", "--max", last, "--resume"))).Code);
    }

    private static async Task FirstRow(string log, Process process)
    {
        using FileSystemWatcher watcher = new(Path.GetDirectoryName(log)!);
        SemaphoreSlim changed = new(0);
        watcher.Changed += (_, _) => changed.Release();
        watcher.Created += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => changed.Release(1000);
        while (!File.Exists(log) || Lines(log) < 2)
        {
            Assert.False(process.HasExited, "the run ended before it wrote a row");
            await changed.WaitAsync();
        }
    }

    private static int Lines(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using StreamReader reader = new(file);
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    [Fact]
    public async Task A_picture_that_cannot_be_read_is_skipped_named_at_the_end_and_tried_again()
    {
        string bad = _shell.In("pictures", "class0", "03-bad.png");
        string good = Directory.GetFiles(_shell.In("pictures", "class0")).Order(StringComparer.Ordinal).First();
        File.WriteAllText(bad, "no picture");
        Outcome outcome = await _shell.RunAsync(Certify("log.tsv", "--expert", "s100"));
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("images were skipped and are in no file; --resume tries them again: 1 (", outcome.Error,
            StringComparison.Ordinal);
        Assert.Contains("03-bad.png", outcome.Error, StringComparison.Ordinal);
        string[] rows = Rows("log.tsv");
        Assert.DoesNotContain(rows, row => row.StartsWith("1\t", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("2\t", StringComparison.Ordinal));
        File.Copy(good, bad, overwrite: true);
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(Certify("log.tsv", "--expert", "s100", "--resume"))).Code);
        Assert.StartsWith("1\t", Rows("log.tsv").Except(rows).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_goes_on_with_its_own_images_and_order_of_experts_alone()
    {
        string[] registries =
        [
            .. new[] { "s100, s050, s025", "s050, s100, s025" }.Select(order => _shell.Write(
                $"{order[..4]}.yaml", Reference.Shapes10Registry.Replace(
                    "kind: mostVoted", $"kind: cascade, order: [{order}]", StringComparison.Ordinal))),
        ];
        async Task<string> RefusedAsync(params string[] command)
        {
            Outcome refused = await _shell.RunAsync(command);
            Assert.Equal(ExitCode.BadInput, refused.Code);
            return refused.Error;
        }
        string[] certify = ["certify", "shapes10", "-o", "log.tsv", "--skip", "900", .. Hundred, .. Sampling];
        Assert.Equal(0, (await _shell.RunAsync([.. certify, "-r", registries[0], "--max", "0"])).Code);
        string[] resume = [.. certify, "--resume"], files = Rows("log.tsv");

        Assert.Contains(
            "log.tsv.run.json: the log cannot go on: it is about shapes10 test of 2000 images, not about shapes10 tr",
            await RefusedAsync([.. resume, "-r", registries[0], "--split", "train"]), StringComparison.Ordinal);
        Assert.Contains("the log cannot go on: its experts stood in another order",
            await RefusedAsync([.. resume, "-r", registries[1]]), StringComparison.Ordinal);
        Assert.Contains("log.tsv is about something else: its experts stood in another order", await RefusedAsync(
            ["attack", "shapes10", "--log", "log.tsv", "-o", "a.tsv", "-r", registries[1], .. Hundred, .. Shell.Fast]),
            StringComparison.Ordinal);
        string about = File.ReadAllText(_shell.In("log.tsv.run.json"));
        File.Delete(_shell.In("log.tsv.run.json"));
        Assert.Contains("log.tsv.run.json: it is missing", await RefusedAsync([.. resume, "-r", registries[0]]),
            StringComparison.Ordinal);
        Assert.Equal(files, Rows("log.tsv"));
        _shell.Write("log.tsv.run.json", about);
        Assert.Equal(0, (await _shell.RunAsync([.. resume, "-r", registries[0]])).Code);
        Assert.Equal(4, Rows("log.tsv").Length);
    }

    [Fact]
    public async Task One_picture_is_certified_without_a_log()
    {
        Outcome outcome = await _shell.RunAsync(
            ["certify", _shell.Picture, "--expert", "s100", "--fixed", .. Sampling, .. Hundred]);
        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Contains("\tradius\t", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("110", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sampling_stops_at_the_registrys_resolution_unless_all_samples_are_asked_for()
    {
        string[] command = ["certify", _shell.Picture, "--expert", "s100", "--n", "1000", "--json", .. Sampling];
        async Task<int> SamplesAsync(params string[] more)
        {
            Outcome outcome = await _shell.RunAsync([.. command, .. more]);
            Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
            return (int)JsonNode.Parse(outcome.Out)!["samples"]!;
        }
        int all = await SamplesAsync("--fixed"), enough = await SamplesAsync();
        Assert.InRange(enough, 1, all - 1);
        Assert.Equal(enough, await SamplesAsync("--resolution", "0.05"));
        Outcome both = await _shell.RunAsync([.. command, "--fixed", "--target", "0.5"]);
        Assert.Equal(ExitCode.BadInput, both.Code);
        Assert.Contains("--fixed draws all n samples and --target does not", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_few_samples_are_refused_as_no_class_of_the_cascade_could_be_proved_by()
    {
        _shell.Write("by-class.yaml", Reference.Shapes10Registry.Replace("kind: mostVoted",
            "kind: cascade, order: [s100, s025], thresholds: [{ default: 0.7, ring: 0.3 }]",
            StringComparison.Ordinal));
        string[] certify = ["certify", _shell.Picture, "-r", "by-class.yaml", .. Sampling];
        Outcome enough = await _shell.RunAsync([.. certify, "--n", "5"]);
        Assert.True(enough.Code == ExitCode.Done, enough.Error);
        Assert.Contains("n = 3 samples can prove nothing at α = 0.05, even if all agree; accepted is n ≥ 4",
            (await _shell.RunAsync([.. certify, "--n", "3"])).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("so few samples", "n = 11 samples can prove nothing", "--n", "11", "--alpha", "0.0001")]
    [InlineData("no such expert", "there is no such expert", "--expert", "s999")]
    [InlineData("a router is no expert", "there is no such expert", "--expert", "router")]
    [InlineData("no folder for the log", "there is no folder", "-o", "nowhere/log.tsv")]
    public async Task Bad_input_is_told_in_one_message_and_writes_nothing(
        string what, string message, params string[] arguments)
    {
        string[] output = arguments.Contains("-o") ? [] : ["-o", "log.tsv"];
        Outcome outcome = await _shell.RunAsync(
            ["certify", _shell.In("pictures"), .. output, .. arguments, .. Shell.Fast]);
        Assert.True(outcome.Code == ExitCode.BadInput, what);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["pictures"], Directory.GetFileSystemEntries(_shell.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_missing_data_set_says_how_to_get_it()
    {
        Outcome outcome = await _shell.RunAsync(
            ["certify", "cifar10", "-o", "log.tsv", "--expert", "s100", .. Shell.Fast]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("unpack it to", outcome.Error, StringComparison.Ordinal);
        outcome = await _shell.RunAsync(["certify", "cifar11", "-o", "log.tsv", "--expert", "s100", .. Shell.Fast]);
        Assert.Contains("'cifar11' is neither a data set nor a folder", outcome.Error, StringComparison.Ordinal);
    }
}
