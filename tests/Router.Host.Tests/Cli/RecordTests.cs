using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Router.Host.Cli;
using Router.Host.Commands;
using Router.Smoothing.Records;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class RecordTests : IDisposable
{
    private static readonly string[] Sampling = [
        "--n0", "10", "--n", "100", "--alpha", "0.05", "--seed", "5", .. Shell.Fast];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private static string Golden(string file) =>
        Path.Combine(Reference.Root, "tests", "Router.Smoothing.Tests", "Records", "reference", file);

    private string Key(string name, out string keyId)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keyId = RecordSignature.KeyId(key);
        _shell.Write(name + ".pub", key.ExportSubjectPublicKeyInfoPem());
        string file = _shell.Write(name, key.ExportECPrivateKeyPem());
        Posix.SetMode(file, "600");
        return file;
    }

    [Theory]
    [InlineData("certify", "pictures", "-o", "log.tsv", "--records", "r.jsonl", "--sign", "key.pem")]
    [InlineData("serve", "--urls", "http://127.0.0.1:0", "--sign", "key.pem")]
    public async Task A_signing_key_that_others_may_read_is_refused_with_the_mode_that_would_be_right(
        params string[] command)
    {
        string key = Key("key.pem", out _);
        Posix.SetMode(key, "644");
        Assert.Contains(
            $"{key} holds a secret, and others may use it: its mode is 0644; make it private, chmod 600 {key}",
            await Refused(command), StringComparison.Ordinal);
    }

    private async Task<string> Refused(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Code, outcome.Out));
        return outcome.Error;
    }

    // A line of compact JSON from a document.
    private static string Line(string file, Action<JsonNode>? edit = null)
    {
        JsonNode tree = JsonNode.Parse(File.ReadAllText(file))!;
        edit?.Invoke(tree);
        return tree.ToJsonString() + "\n";
    }

    [Fact]
    public async Task Verify_tells_records_by_known_keys_by_unknown_ones_and_without_any()
    {
        Outcome known = await _shell.RunAsync(
            "verify", Golden("dual.json"), Golden("quantile.json"), "--key", Golden("public.pem"));
        Assert.Equal(ExitCode.Done, known.Code);
        Assert.Contains("dual.json: class 3 within 1.102 at α = 0.001: arithmetic holds, signed by known key ",
            known.Out, StringComparison.Ordinal);
        Assert.Contains("2 of 2 records hold, signed by a key given", known.Error, StringComparison.Ordinal);

        Outcome unknown = await _shell.RunAsync("verify", Golden("dual.json"));
        Assert.Equal(ExitCode.Done, unknown.Code);
        Assert.Contains("arithmetic holds, signed by unknown key ", unknown.Out, StringComparison.Ordinal);

        string unsigned = _shell.Write(
            "unsigned.json", Line(Golden("dual.json"), record => record.AsObject().Remove("signature")));
        Outcome none = await _shell.RunAsync("verify", unsigned);
        Assert.Equal(ExitCode.Done, none.Code);
        Assert.Contains("arithmetic holds, unsigned: counts and n are self-reported", none.Out,
            StringComparison.Ordinal);

        // Who names a key wants its signature.
        foreach ((string record, string key) in new[] { (unsigned, Golden("public.pem")),
            (Golden("dual.json"), Key("stranger.pem", out _) + ".pub") })
            Assert.Equal(ExitCode.DoesNotHold, (await _shell.RunAsync("verify", record, "-k", key)).Code);
    }

    [Fact]
    public async Task A_target_radius_stops_sampling_early_and_its_records_hold()
    {
        string records = _shell.In("early.jsonl");
        Outcome certified = await _shell.RunAsync(
            ["certify", _shell.In("pictures"), "-o", _shell.In("early.tsv"), "--records", records, "--max", "2",
                "--target", "0.05",
                "--n0", "10", "--n", "1000", "--alpha", "0.05", "--seed", "5", .. Shell.Fast]);
        Assert.Equal(ExitCode.Done, certified.Code);
        Assert.Contains("n ≤ 1000", certified.Error, StringComparison.Ordinal);
        Assert.All(File.ReadAllLines(_shell.In("early.tsv")).Skip(1),
            row => Assert.True(long.Parse(row.Split('\t')[10]) < 2020, row));
        Outcome verified = await _shell.RunAsync("verify", records);
        Assert.True(verified.Code == ExitCode.Done, verified.Out);
        Assert.Contains("3 of 3 records hold", verified.Error, StringComparison.Ordinal);
        Assert.Contains("accepted are numbers above 0", await Refused("certify", _shell.Picture, "--target", "0"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_names_file_and_line_of_the_record_that_does_not_hold()
    {
        string lines = _shell.Write("run.jsonl", Line(Golden("dual.json")) + "\n"
            + Line(Golden("biased.json"), record => record["radius"] = 9) + "{\"schema\": 1\n");
        Outcome outcome = await _shell.RunAsync("verify", lines);
        Assert.Equal(ExitCode.DoesNotHold, outcome.Code);
        string[] answers = outcome.Out.Split('\n');
        Assert.StartsWith($"{lines}:1: class 3 within", answers[0], StringComparison.Ordinal);
        Assert.StartsWith($"{lines}:3: arithmetic does not hold: the bounds give radius", answers[1],
            StringComparison.Ordinal);
        Assert.StartsWith($"{lines}:4: not a record: line 1", answers[2],
            StringComparison.Ordinal);
        Assert.Contains("1 of 3 records hold", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_record_is_bad_input_and_not_arithmetic_that_does_not_hold()
    {
        Outcome outcome = await _shell.RunAsync("verify", _shell.Write("page.md", "# A page\n\nand a line\n"));
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.StartsWith($"{_shell.In("page.md")}: not a record: line 1", outcome.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("arithmetic", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_record_never_stops_the_next_and_none_reaches_the_terminal_as_it_is()
    {
        string[] bad =
        [
            "{\"schema\": \"dualrs.certificate/1\",",
            Line(Golden("dual.json"),
                record => record["stages"]![1]!["sigma"] = "79228162514264337593543950335").Trim(),
            "{\"schema\": \"" + new string('x', RecordFile.MostCharacters) + "\"}",
            "{\"schema\": \"\\u001b[2J\\u202e" + new string('y', 10_000) + "\"}",
            new string('[', 100_000), "NaN", "\"\\ud800\"",
        ];
        string file = _shell.Write("mixed.jsonl", "\uFEFF" + string.Join('\n', [.. bad, Line(Golden("dual.json"))]));
        Outcome outcome = await _shell.RunAsync("verify", file);
        Assert.Equal(ExitCode.DoesNotHold, outcome.Code);
        string[] answers = outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(bad.Length + 1, answers.Length);
        Assert.All(answers[..^1].Index(), answer => Assert.StartsWith(
            $"{file}:{answer.Index + 1}: " + answer.Index switch
            {
                1 => "arithmetic does not hold: ",
                3 => "unknown schema version",
                _ => "not a record: ",
            },
            answer.Item, StringComparison.Ordinal));
        Assert.Contains("σ '79228162514264337593543950335' is not a decimal above 0 and at most 3.5", answers[1],
            StringComparison.Ordinal);
        Assert.StartsWith($"{file}:{bad.Length + 1}: class 3 within 1.102", answers[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(answers, answer => answer.Length > 5000 || answer.Contains(
            '\u001b', StringComparison.Ordinal) || answer.Contains('\u202e', StringComparison.Ordinal));
        Assert.Contains("1 of 8 records hold", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_once_what_records_of_one_plan_are_taken_at_their_word_for()
    {
        string lines = _shell.Write(
            "run.jsonl", Line(Golden("dual.json")) + Line(Golden("dual.json")) + Line(Golden("quantile.json")));
        string[] told = (await _shell.RunAsync("verify", lines))
            .Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, told.Length);
        Assert.Equal("taken on the records' word, compare with what was agreed:", told[1]);
        Assert.Matches("^  2 × dual by mostVoted over s012, s025, s050, s100; routing [0-9a-f]{32}; n0 \\+ n 100 \\+ "
            + "10000, router 100 \\+ 10000; clopperPearson; "
            + "α 0.001 = router 0.0005 \\+ expert 0.0005; seed by the server; σ router 1.0, s050 0.50$", told[2]);
        Assert.Contains("1 × exclusion by quantile 0.5 over ", told[3], StringComparison.Ordinal);
        Assert.Contains("; n0 100, router 100; schedule at 1000 8000 10000; α 0.001 = router 0.0005/3 + ", told[3],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no record nowhere.json", "verify", "nowhere.json")]
    [InlineData("there is no key nowhere.pem", "verify", "-", "--key", "nowhere.pem")]
    [InlineData("text.pem is no key that can be read", "verify", "-", "--key", "text.pem")]
    [InlineData("p384.pem is a key on another curve", "verify", "-", "--key", "p384.pem")]
    [InlineData("see dualrs verify --help", "verify")]
    [InlineData("name the input with --image FILE or with --data NAME", "replay", "-")]
    [InlineData("--sign signs records, but --records is missing", "certify", "pictures", "-o", "log.tsv",
        "--sign", "key.pem")]
    [InlineData("key.pem.pub holds a public key: signing takes the private one", "certify", "pictures", "-o", "log.tsv",
        "--records", "r.jsonl", "--sign", "key.pem.pub")]
    [InlineData("key.pem.pub holds a public key: signing takes the private one", "serve", "--urls",
        "http://127.0.0.1:0", "--sign", "key.pem.pub")]
    public async Task What_cannot_be_used_is_refused(string message, params string[] arguments)
    {
        Key("key.pem", out _);
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        _shell.Write("p384.pem", other.ExportECPrivateKeyPem());
        _shell.Write("text.pem", "no key");
        Assert.Contains(message, await Refused(arguments), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_file_is_no_record_and_hides_none_of_those_after_it()
    {
        _shell.Write("refuted.json", Line(Golden("biased.json"), record => record["radius"] = 9));
        _shell.Write("empty.json", "");
        Outcome alone = await _shell.RunAsync("verify", "empty.json");
        Assert.Equal((ExitCode.BadInput, "empty.json: not a record: it is empty\n"), (alone.Code, alone.Out));
        Outcome outcome = await _shell.RunAsync("verify", "refuted.json", "empty.json", Golden("exclusion.json"));
        Assert.Equal(ExitCode.DoesNotHold, outcome.Code);
        Assert.Contains("1 of 3 records hold", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_loads_neither_libtorch_nor_a_network()
    {
        (_, string output, string loaded) = await OtherProgram.RunAsync(
            new("dotnet", [OtherProgram.DualRs, "verify", "-"]) { Environment = { ["LD_DEBUG"] = "files" } },
            await File.ReadAllTextAsync(Golden("exclusion.json")));
        Assert.StartsWith("standard input: class 2 within 0.481", output, StringComparison.Ordinal);
        Assert.Contains("libcoreclr", loaded, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)torch[^/\s]*\.so", loaded);
    }

    [Fact]
    public async Task A_picture_s_record_is_signed_verifies_and_replays_bit_for_bit()
    {
        string key = Key("key.pem", out string keyId);
        Outcome certified = await _shell.RunAsync(
            ["certify", _shell.Picture, "--expert", "s025", "--fixed", "--records", "one.jsonl", "--sign", key,
                .. Sampling]);
        Assert.True(certified.Code == ExitCode.Done, certified.Error);
        Outcome verified = await _shell.RunAsync("verify", _shell.In("one.jsonl"), "-k", key + ".pub");
        Assert.Equal(ExitCode.Done, verified.Code);
        Assert.Contains($"arithmetic holds, signed by known key {keyId}; the caller chose the seed", verified.Out,
            StringComparison.Ordinal);

        Outcome replayed = await _shell.RunAsync(
            ["replay", _shell.In("one.jsonl"), "--image", _shell.Picture, .. Shell.Fast]);
        Assert.Equal((ExitCode.Done, $"{_shell.In("one.jsonl")}: replayed: all 110 votes agree\n"),
            (replayed.Code, replayed.Out));

        Outcome elsewhere = await _shell.RunAsync(["replay", _shell.In("one.jsonl"), "--image", _shell.Picture,
            "--threads", "1", "--batch", "10", "--no-probe"]);
        Assert.Contains("; other functions voted: s025 is ", elsewhere.Out, StringComparison.Ordinal);

        // Who was not asked may still be another network than the registry's.
        Assert.True((await _shell.RunAsync(
            ["certify", _shell.Picture, "--fixed", "--records", "all.jsonl", .. Sampling])).Code == ExitCode.Done);
        string unasked = _shell.Write("unasked.json", Line(_shell.In("all.jsonl"), record =>
        {
            string[] voted = [.. record["stages"]!.AsArray().Select(stage => (string)stage!["id"]!)];
            record["routing"]!["mix"]!.AsArray().First(member => !voted.Contains((string?)member!["id"]))!["function"] =
                new string('a', 64);
        }));
        Assert.Matches("votes agree; not asked, and another function here: s\\d+$", (await _shell.RunAsync(
            ["replay", unasked, "--image", _shell.Picture, .. Shell.Fast])).Out.TrimEnd());

        // With another seed the arithmetic still holds; the votes do not come again.
        string forged = _shell.Write("forged.json", Line(_shell.In("one.jsonl"),
            record => { record["seed"]!["value"] = "6"; record.AsObject().Remove("signature"); }));
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync("verify", forged)).Code);
        Outcome refuted = await _shell.RunAsync(["replay", forged, "--image", _shell.Picture, .. Shell.Fast]);
        Assert.Equal(ExitCode.DoesNotHold, refuted.Code);
        Assert.Contains("the functions are the recorded ones, so the record was not drawn as it says", refuted.Out,
            StringComparison.Ordinal);

        Assert.Contains("the record is about an input that hashes to", await Refused(
            ["replay", _shell.In("one.jsonl"), "--image", _shell.In("pictures", "class0", "03-grey.png"),
                .. Shell.Fast]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_tells_a_record_of_another_routing_even_where_every_vote_comes_again()
    {
        await _shell.RunAsync(["certify", _shell.Picture, "--records", "routed.jsonl", .. Sampling]);
        string registry = _shell.Write("experts.yaml", Reference.RoutedRegistry
            .Replace("{ kind: quantile, tau: 0.8 }", "{ kind: quantile, tau: 0.3 }", StringComparison.Ordinal));
        Outcome replayed = await _shell.RunAsync(
            ["replay", _shell.In("routed.jsonl"), "--image", _shell.Picture, "-r", registry, .. Shell.Fast]);
        Assert.Equal(ExitCode.DoesNotHold, replayed.Code);
        Assert.Contains("votes agree; but another classifier: the record is about quantile 0.8 over s012, s025, s050, "
            + "s100, this registry deploys quantile 0.3 over s012", replayed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_of_a_run_go_on_with_its_log_and_are_found_again_by_their_input()
    {
        string[] Certify(params string[] more) =>
            ["certify", _shell.In("pictures"), "--max", "3", .. Sampling, .. more];
        Outcome whole = await _shell.RunAsync(Certify("-o", _shell.In("whole.tsv"), "--records", "whole.jsonl"));
        Assert.True(whole.Code == ExitCode.Done, whole.Error);
        string[] records = File.ReadAllLines(_shell.In("whole.jsonl"));
        Assert.Equal(4, records.Length);
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync("verify", _shell.In("whole.jsonl"))).Code);

        // Killed after the record of the third image, in the middle of its row.
        string[] rows = File.ReadAllLines(_shell.In("whole.tsv"));
        _shell.Write("halves.tsv", string.Join('\n', rows[..3]) + "\n" + rows[3][..5]);
        foreach (string beside in (string[])[".counts.tsv", ".run.json"])
            File.Copy(_shell.In("whole.tsv" + beside), _shell.In("halves.tsv" + beside));
        _shell.Write("halves.jsonl", string.Join('\n', records[..3]) + "\n" + records[3][..40]);
        Outcome continued = await _shell.RunAsync(
            Certify("-o", _shell.In("halves.tsv"), "--records", "halves.jsonl", "--resume"));
        Assert.True(continued.Code == ExitCode.Done, continued.Error);
        Assert.Equal(records, File.ReadAllLines(_shell.In("halves.jsonl")));

        Outcome replayed = await _shell.RunAsync(
            ["replay", _shell.In("whole.jsonl"), "--data", _shell.In("pictures"), .. Shell.Fast]);
        Assert.True(replayed.Code == ExitCode.Done, replayed.Out);
        Assert.Equal(4, replayed.Out.Split("replayed: all ").Length - 1);
        Assert.Contains("4 of 4 records replayed", replayed.Error, StringComparison.Ordinal);

        // A picture that cannot be read comes before all of them: no record is about it.
        _shell.Write(Path.Combine("pictures", "class0", "00-a.png"), "damaged");
        replayed = await _shell.RunAsync(
            ["replay", _shell.In("whole.jsonl"), "--data", _shell.In("pictures"), .. Shell.Fast]);
        Assert.Contains("4 of 4 records replayed", replayed.Error, StringComparison.Ordinal);
        File.Delete(_shell.In("pictures", "class0", "00-a.png"));

        // Every other one is about another picture: those about this one are drawn again nevertheless.
        Outcome one = await _shell.RunAsync(
            ["replay", _shell.In("whole.jsonl"), "--image", _shell.Picture, .. Shell.Fast]);
        Assert.Equal((ExitCode.BadInput, 2), (one.Code, one.Out.Split("replayed: all ").Length - 1));
        Assert.Contains("2 of 4 records replayed", one.Error, StringComparison.Ordinal);

        Assert.Contains("there are 0 records for the 4 images of the log", await Refused(
            Certify("-o", _shell.In("whole.tsv"), "--records", "late.jsonl", "--resume")), StringComparison.Ordinal);
        Assert.Contains("whole.jsonl exists: choose another file for the records", await Refused(
            Certify("-o", _shell.In("new.tsv"), "--records", "whole.jsonl")), StringComparison.Ordinal);
        Assert.Contains("is one picture: --out belongs to the log of a data set", await Refused(
            ["certify", _shell.Picture, "-o", "log.tsv", .. Sampling]), StringComparison.Ordinal);
    }
}
