using System.Security.Cryptography;
using Router.Evaluation.Logs;
using Router.Host.Cli;
using Router.Host.Tests.Train;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>Files that grow, while another run writes them.</summary>
public sealed class HeldFileTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");

    private static readonly string Weights =
        Path.Combine(Reference.Root, "models", "shapes10", "noise_0.50.safetensors");

    // Whatever grows or is replaced: the file that somebody holds, and the command that would write it.
    private static readonly Dictionary<string, (string Held, string[] Command)> Commands = new(StringComparer.Ordinal)
    {
        ["certify"] = ("log.tsv", [.. Certify("log.tsv"), "--resume"]),
        ["certify anew"] = ("log.tsv", Certify("log.tsv")),
        ["certify --records"] = ("log.jsonl", [.. Certify("log.tsv"), "--records", "log.jsonl"]),
        ["certify a picture"] = (
            "one.jsonl",
            [
                "certify", "pictures/class0/00-rgb.png", "--records", "one.jsonl", "--expert", "s100", "--n0", "10",
                "--n", "100", "--alpha", "0.05", .. Shell.Fast,
            ]),
        ["certify --all"] = ("all/run.json", [.. Certify("all"), "--all", "--resume"]),
        ["certify --all, one log"] = ("all/s050.tsv", [.. Certify("all"), "--all"]),
        ["votes"] = (
            "votes/s050.votes",
            ["votes", "shapes10", "--skip", "90", "--draws", "10", "--network", "s050", "-o", "votes", .. Fast]),
        ["train targets"] = (
            "targets.tsv",
            ["train", "targets", "shapes10", "--images", "1", "--n", "10", "-o", "targets.tsv", .. Fast]),
        ["train expert"] = ("e.training/state.safetensors", Train),
        ["train expert, its weights"] = ("e.safetensors", Train),
        ["experts import"] = (
            "i.safetensors",
            [
                "experts", "import", Weights, "-o", "i.safetensors", "--id", "i", "--sigma", "0.50", "--input",
                "standardize",
                "--dataset", "shapes10",
            ]),
        ["experts convert"] = ("c.safetensors", ["experts", "convert", Weights, "-o", "c.safetensors"]),
        ["attack"] = (
            "attack.tsv",
            [
                "attack", "shapes10", "--log", "certified.tsv", "-o", "attack.tsv", "--n", "200", "--steps", "2",
                "--copies", "2", "--times", "0.9", "--budget", "0.25", "--resume", .. Fast,
            ]),
    };

    private readonly Shell _shell = new();

    public static TheoryData<string> Names => [.. Commands.Keys];

    private static string[] Fast => ["-r", Registry, .. Shell.Fast];

    private static string[] Train =>
    [
        "train", "expert", "shapes10", "--sigma", "0.25", "--id", "e", "-o", "e.safetensors", "--images", "32",
        "--architecture", "cifar_resnet8", "--epochs", "1",
        "--batch", "32", "--precision", "float32",
    ];

    public void Dispose() => _shell.Dispose();

    private static string[] Certify(string log) =>
    [
        "certify", "shapes10", "--max", "0", "-o", log, "--n0", "10", "--n", "100", "--alpha", "0.05", "--seed", "5",
        .. Fast,
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_second_run_says_who_writes_the_file_changes_nothing_and_goes_on_once_that_one_is_dead(
        string name)
    {
        (string held, string[] command) = Commands[name];
        if (name == "attack") await Done(Certify("certified.tsv"));
        Directory.CreateDirectory(Path.GetDirectoryName(_shell.In(held))!);
        using (ForeignHolder holder = new(_shell.In(held)))
        {
            Dictionary<string, string> before = Files();
            Outcome outcome = await _shell.RunAsync(command);
            Assert.True(outcome.Code == ExitCode.BadInput, outcome.Error);
            Assert.Contains(
                $"{_shell.In(held)}: another run (process {holder.ProcessId}) writes it: wait until that has ended, "
                + "or choose another file", outcome.Error, StringComparison.Ordinal);
            Assert.Equal(before, Files());
        }
        await Done(command);
        Assert.Empty(Directory.EnumerateFiles(_shell.Folder, "*.lock", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Beside_a_run_that_stands_still_its_log_is_read_and_not_written_and_after_kill_9_it_goes_on()
    {
        string log = _shell.In("log.tsv"), records = _shell.In("log.jsonl");
        string[] command =
        [
            "certify", "shapes10", "-o", log, "--records", records, "--n0", "10", "--n", "200", "--alpha", "0.05",
            "--seed", "5", "--max", "299", .. Fast,
        ];
        using (ProgramRun first = ProgramRun.Start(_shell.Folder, fileLimit: null, command))
        {
            await first.UntilAsync(log, () => File.Exists(log) && AppendLog.LinesOf(log).Length >= 3);
            first.Signal("STOP");
            Dictionary<string, string> before = Files();
            string[][] others = [command, [.. command, "--resume"], [.. command[..4], .. command[6..], "--resume"]];
            foreach (string[] second in others)
            {
                Outcome outcome = await _shell.RunAsync(second);
                Assert.True(outcome.Code == ExitCode.BadInput, outcome.Error);
                string held = second.Contains("--records") ? records : log;
                Assert.Contains($"{held}: another run (process {first.ProcessId}) writes it", outcome.Error,
                    StringComparison.Ordinal);
                Assert.Equal(before, Files());
            }
            Assert.NotEmpty(CertificationLogReader.Read(log).Rows);
            await first.KillAsync();
        }
        int last = CertificationLogReader.Read(log).Rows.Max(row => row.Index) + 1;
        await Done([.. command[..^9], "--max", $"{last}", .. Fast, "--resume"]);
        Assert.Equal(Enumerable.Range(0, last + 1), CertificationLogReader.Read(log).Rows.Select(row => row.Index));
        Assert.Equal(last + 1, AppendLog.LinesOf(records).Length);
    }

    private async Task Done(string[] command)
    {
        Outcome outcome = await _shell.RunAsync(command);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
    }

    private Dictionary<string, string> Files() =>
        Directory.EnumerateFiles(_shell.Folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}
