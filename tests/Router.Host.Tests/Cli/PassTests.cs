using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Commands.Tradeoff;
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
        string plain = Reference.Shapes10Registry
            .Replace("kind: mostVoted", "kind: cascade, order: [s100, s050, s025]", StringComparison.Ordinal);
        Shell.Write("plain.yaml", plain);
        Shell.Write("pass.yaml", plain.Replace("id: s100,", "id: s100, pass: 0.6,", StringComparison.Ordinal));
        Outcome certified = await Shell.RunAsync(["certify", "shapes10", "-r", "pass.yaml", "--skip", "100",
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
        (int code, string said, _) = await RunAsync(
            Path.Combine(Reference.Root, "bench", "recompute", "record.py"), run.Shell.In("log.jsonl"));
        Assert.True(code == 0, said);
        Assert.Equal(Records.Length, said.Split(": holds").Length - 1);
    }

    // Another fact of a cascade that its records tell, and that others read.
    [Fact]
    public async Task Records_of_thresholds_by_class_verify_and_are_drawn_again_by_the_same_thresholds_alone()
    {
        run.Shell.Write("classes.yaml", File.ReadAllText(run.Shell.In("pass.yaml")).Replace(
            "order: [s100, s050, s025]", "order: [s100, s050, s025], thresholds: [{ ring: 0.7, default: 0.45 }, 0.5]",
            StringComparison.Ordinal));
        await Done(["certify", "shapes10", "-r", "classes.yaml", "--skip", "400", "-o", "classes.tsv", "--records",
            "classes.jsonl", .. PassingRun.Sampling]);
        int records = File.ReadAllLines(run.Shell.In("classes.jsonl")).Length;
        Assert.Equal(records, (await Done("verify", "classes.jsonl")).Split("arithmetic holds").Length - 1);
        Assert.Equal(records, (await Done(
            ["replay", "classes.jsonl", "--data", "shapes10", "-r", "classes.yaml", .. Shell.Fast]))
            .Split("votes agree").Length - 1);
        Outcome alike = await run.Shell.RunAsync(
            ["replay", "classes.jsonl", "--data", "shapes10", "-r", "pass.yaml", .. Shell.Fast]);
        Assert.Equal(ExitCode.DoesNotHold, alike.Code);
        Assert.Contains("this registry deploys cascade 0.5,0.5 over s100", alike.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_goes_on_with_its_threshold_and_not_with_another()
    {
        File.Copy(run.Shell.In("log.tsv"), run.Shell.In("other.tsv"));
        foreach (string beside in (string[])[".counts.tsv", ".run.json"])
            File.Copy(run.Shell.In("log.tsv" + beside), run.Shell.In("other.tsv" + beside));
        string[] certify = ["certify", "shapes10", "--skip", "100", "-o", "other.tsv", "--resume",
            .. PassingRun.Sampling];
        await Done([.. certify, "-r", "pass.yaml"]);
        Outcome plain = await run.Shell.RunAsync([.. certify, "-r", "plain.yaml"]);
        Assert.Equal(ExitCode.BadInput, plain.Code);
        Assert.Contains("it is of other functions", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mix_of_one_is_scored_beside_mixes_that_are_cascades()
    {
        await Done(["votes", "shapes10", "-r", "plain.yaml", "--skip", "99", "--draws", "40", "-o", "some",
            "--seed", "5", .. Shell.Fast]);
        await Done(
            "tradeoff", "some", "--selection", "10", "--mix", "s100,s025", "--mix", "s050", "--tsv", "some.tsv");
        string scored = File.ReadAllText(run.Shell.In("some.tsv"));
        Assert.Contains("\ns050\tsingle\t", scored, StringComparison.Ordinal);
        Assert.Contains("\ns100>s025 cascade 0.5\tcascade\t", scored, StringComparison.Ordinal);
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
    public async Task Every_threshold_is_scored_from_one_recording_and_the_chosen_one_is_emitted()
    {
        await Done(["votes", "shapes10", "-r", "pass.yaml", "--skip", "50", "--draws", "120", "-o", "scored",
            "--seed", "5", .. Shell.Fast]);
        string[] tradeoff = ["tradeoff", "scored", "--selection", "20", "--alpha", "0.05", "--want", "0:1",
            "--pass", "0.6", "--pass", "0.8", "-r", "pass.yaml", .. Shell.Fast];
        string table = await Done([.. tradeoff, "--mix", "s100@0.8,s050", "--mix", "s100,s050", "--tsv", "all.tsv"]);
        Assert.Contains("s100@0.8", table, StringComparison.Ordinal);
        Assert.Contains("s100@0.8>s050 cascade 0.5\tcascade\t", File.ReadAllText(run.Shell.In("all.tsv")),
            StringComparison.Ordinal);

        // Whatever was chosen is served with its thresholds, and without the registry's own where it had none.
        await Done([.. tradeoff, "--json", "study.json", "--emit", "chosen.yaml"]);
        string chosen = (string)JsonNode.Parse(File.ReadAllText(run.Shell.In("study.json")))!["choice"]!["chosen"]!;
        Assert.Contains("the function ids of ", File.ReadAllText(run.Shell.In("chosen.yaml")),
            StringComparison.Ordinal);
        Assert.Equal(
            chosen.Split(' ')[0].Split('>').Select(ScoredId.Of).OrderBy(id => id.Network),
            RegistryReader.Read(run.Shell.In("chosen.yaml")).Config!.Experts
                .Select(expert => new ScoredId(expert.Id, expert.Pass)).OrderBy(id => id.Network));
    }

    [Theory]
    [InlineData("s100@0.8", "s050")]
    [InlineData("s100", "s050@0.35")]
    [InlineData("s100", "s050")]
    public void A_registry_is_emitted_with_the_thresholds_of_what_was_chosen_and_no_others(params string[] experts)
    {
        StudySystem system = new(
            "chosen", SystemKinds.Cascade, [.. experts], "cascade 0.5", Standings.Certificate, [], 0, [], null, null,
            new(null, null, null));
        string target = run.Shell.In($"{string.Join('-', experts)}.yaml");
        EmittedRegistry.Write(run.Shell.In("pass.yaml"), system,
            experts.Select(ScoredId.Of).ToDictionary(id => id.Network, id => id.Pass), target, []);
        RegistryConfig written = RegistryReader.Read(target).Config!;
        Assert.Equal(experts.Select(ScoredId.Of).OrderBy(id => id.Network),
            written.Experts.Select(expert => new ScoredId(expert.Id, expert.Pass)).OrderBy(id => id.Network));
        Assert.Equal(["s100", "s050"], Assert.IsType<RoutingConfig.Cascade>(written.Routing).Order);
    }

    [Fact]
    public async Task A_threshold_of_a_study_that_no_recording_tells_is_refused()
    {
        Outcome outcome = await run.Shell.RunAsync("tradeoff", "log.tsv", "--pass", "0.333");
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("--pass is 0.333: accepted are multiples of 0.005", outcome.Error, StringComparison.Ordinal);
        run.Shell.Write("foreign.tsv",
            "idx\tlabel\tpredict\tradius\tcorrect\ttime\n0\t1\t1\t0.5\t1\t0:00:01.5\n");
        outcome = await run.Shell.RunAsync("tradeoff", "--log", "s100@1.0=foreign.tsv", "--pass", "0.35");
        Assert.Contains("only a recording (dualrs votes) says how sure each vote was", outcome.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_threshold_is_listed_and_a_registry_without_one_has_no_column_for_it()
    {
        string[][] rows = [.. (await Done("experts", "list", "-r", "pass.yaml")).Split('\n')
            .Select(line => line.Split('\t'))];
        int pass = Array.IndexOf(rows[0], "pass");
        Assert.Equal("0.6", Assert.Single(rows, row => row[0] == "s100")[pass]);
        Assert.Equal("", Assert.Single(rows, row => row[0] == "s050")[pass]);
        Assert.DoesNotContain("pass", (await Done("experts", "list", "-r", "plain.yaml")).Split()
            .Where(word => word.Length > 0));
    }

    private static Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) =>
        OtherProgram.RunAsync(new(Python, arguments));
}
