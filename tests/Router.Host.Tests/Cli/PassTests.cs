using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>Images of Shapes10 certified by a cascade of the bundled experts, one of which passes.</summary>
public sealed class PassingRun : IAsyncLifetime
{
    internal static readonly string[] Sampling = [
        "--n0", "20", "--n", "200", "--alpha", "0.05", "--seed", "5", .. Shell.Fast];

    internal Shell Shell { get; } = new();

    public async ValueTask InitializeAsync()
    {
        string models = Path.Combine(Reference.Root, "models", "shapes10");
        string plain = File.ReadAllText(Path.Combine(models, "experts.yaml"))
            .Replace("checkpoint: ", $"checkpoint: {models}/", StringComparison.Ordinal)
            .Replace("kind: mostVoted", "kind: cascade, order: [s100, s050, s025]", StringComparison.Ordinal);
        Shell.Write("plain.yaml", plain);
        Shell.Write("pass.yaml", plain.Replace("id: s100,", "id: s100, pass: 0.6,", StringComparison.Ordinal));
        Outcome certified = await Shell.RunAsync(["certify", "shapes10", "-r", "pass.yaml", "--skip", "40",
            "-o", "log.tsv", "--records", "log.jsonl", .. Sampling]);
        Assert.True(certified.Code == ExitCode.Done, certified.Error);
    }

    public ValueTask DisposeAsync()
    {
        Shell.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class PassTests(PassingRun run) : IClassFixture<PassingRun>
{
    private const string Python = "/usr/bin/python3";

    private async Task<string> Done(params string[] arguments)
    {
        Outcome outcome = await run.Shell.RunAsync(arguments);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        return outcome.Out;
    }

    private string[] Records => File.ReadAllLines(run.Shell.In("log.jsonl"));

    [Fact]
    public async Task Records_and_counts_tell_the_passes_of_the_expert_that_has_a_threshold_and_verify()
    {
        JsonNode[] stages = [.. Records.SelectMany(record => JsonNode.Parse(record)!["stages"]!.AsArray())!];
        long Passed(string id) => stages.Where(stage => (string)stage["id"]! == id)
            .Sum(stage => (long?)stage["selection"]?["passed"] ?? 0);
        Assert.True(Passed("s100") > 0);
        Assert.Equal((0, 0), (Passed("s050"), Passed("s025")));
        Assert.Equal(["0.6", null, null], JsonNode.Parse(Records[0])!["routing"]!["mix"]!.AsArray()
            .Select(member => (string?)member!["pass"]));
        Assert.Equal(Records.Length, (await Done("verify", "log.jsonl")).Split("arithmetic holds").Length - 1);
        Assert.EndsWith("\testimation_passed", File.ReadLines(run.Shell.In("log.tsv.counts.tsv")).First(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_is_drawn_again_with_its_threshold_and_not_without_it()
    {
        string again = await Done(
            ["replay", "log.jsonl", "--data", "shapes10", "-r", "pass.yaml", .. Shell.Fast]);
        Assert.Equal(Records.Length, again.Split("votes agree").Length - 1);
        Outcome without = await run.Shell.RunAsync(
            ["replay", "log.jsonl", "--data", "shapes10", "-r", "plain.yaml", .. Shell.Fast]);
        Assert.Equal(ExitCode.DoesNotHold, without.Code);
        Assert.Contains(
            "the record is about cascade 0.5,0.5 over s100 with pass 0.6, s050, s025, this registry deploys "
            + "cascade 0.5,0.5 over s100, s050, s025", without.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SciPy_says_the_same_of_the_records()
    {
        bool hasSciPy = File.Exists(Python) && (await RunAsync("-c", "import scipy.optimize")).Code == 0;
        Assert.SkipUnless(hasSciPy, "needs python3 with SciPy (Debian: python3-scipy)");
        (int code, string said) = await RunAsync(
            Path.Combine(Reference.Root, "bench", "recompute", "record.py"), run.Shell.In("log.jsonl"));
        Assert.True(code == 0, said);
        Assert.Equal(Records.Length, said.Split(": holds").Length - 1);
    }

    [Fact]
    public async Task A_log_goes_on_with_its_threshold_and_not_with_another()
    {
        File.Copy(run.Shell.In("log.tsv"), run.Shell.In("other.tsv"));
        File.Copy(run.Shell.In("log.tsv.counts.tsv"), run.Shell.In("other.tsv.counts.tsv"));
        string[] certify = ["certify", "shapes10", "--skip", "40", "-o", "other.tsv", "--resume",
            .. PassingRun.Sampling];
        await Done([.. certify, "-r", "pass.yaml"]);
        Outcome plain = await run.Shell.RunAsync([.. certify, "-r", "plain.yaml"]);
        Assert.Equal(ExitCode.BadInput, plain.Code);
        Assert.Contains("was another function", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recordings_are_of_the_network_without_its_threshold()
    {
        foreach (string registry in (string[])["plain", "pass"])
            await Done(["votes", "shapes10", "-r", $"{registry}.yaml", "--skip", "99", "--draws", "10",
                "--network", "s100", "-o", registry, .. Shell.Fast]);
        Assert.Equal(File.ReadAllBytes(run.Shell.In("plain", "s100.votes")),
            File.ReadAllBytes(run.Shell.In("pass", "s100.votes")));
        using JsonDocument plain = JsonDocument.Parse(File.ReadAllText(run.Shell.In("plain", "s100.votes.json"))),
            pass = JsonDocument.Parse(File.ReadAllText(run.Shell.In("pass", "s100.votes.json")));
        Assert.Equal(plain.RootElement.GetProperty("function").GetString(),
            pass.RootElement.GetProperty("function").GetString());
    }

    [Fact]
    public async Task A_threshold_is_listed_and_a_registry_without_one_has_no_column_for_it()
    {
        string[] lines = (await Done("experts", "list", "-r", "pass.yaml")).Split('\n');
        Assert.Contains(lines, line => line.TrimEnd().EndsWith(" pass", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("s100", StringComparison.Ordinal)
            && line.TrimEnd().EndsWith("0.6", StringComparison.Ordinal));
        Assert.DoesNotContain("pass", (await Done("experts", "list", "-r", "plain.yaml")).Split()
            .Where(word => word.Length > 0));
    }

    private static async Task<(int Code, string Said)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said);
    }
}
