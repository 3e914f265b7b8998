using System.Globalization;
using Router.Evaluation.Attacks;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>The bundled Shapes10 system is certified on three images and attacked.</summary>
public sealed class AttackTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");
    private static readonly string[] Fast = ["-r", Registry, .. Shell.Fast];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private Task<Outcome> Certify(params string[] more) => _shell.RunAsync(
        ["certify", "shapes10", "--skip", "25", .. more.Contains("--max") ? [] : new[] { "--max", "50" }, "-o",
            _shell.In("log.tsv"), "--n0", "20", "--n", "100", "--alpha", "0.001", "--seed", "5", .. Fast, .. more]);

    private Task<Outcome> Attack(string log, string output, params string[] more) => _shell.RunAsync([
        "attack", "shapes10", "--log", _shell.In(log), "-o", _shell.In(output), "--n", "200", "--steps", "4",
        "--copies", "4", "--seed", "5", .. Fast, .. more]);

    [Fact]
    public async Task Right_certificates_are_not_refuted_and_radii_eight_times_too_large_fail_the_run()
    {
        Assert.Equal(ExitCode.Done, (await Certify()).Code);
        Outcome right = await Attack("log.tsv", "right.tsv", "--budget", "0.25", "--times", "0.9");
        Assert.True(right.Code == ExitCode.Done, right.Error);
        IReadOnlyList<AttackRow> rows = AttackLog.Read(_shell.In("right.tsv"));
        Assert.Equal([0, 25, 50], rows.Select(row => row.Index));
        Assert.DoesNotContain(rows, row => row.IsRefutation);

        string[] lines = File.ReadAllLines(_shell.In("log.tsv"));
        File.WriteAllLines(_shell.In("wrong.tsv"), lines.Select((line, i) => i == 0 ? line : Inflated(line)));
        foreach (string beside in (string[])[".counts.tsv", ".run.json"])
            File.Copy(_shell.In("log.tsv" + beside), _shell.In("wrong.tsv" + beside));
        Outcome wrong = await Attack("wrong.tsv", "refuted.tsv", "--budget", "9", "--times", "0.99");
        Assert.True(wrong.Code == ExitCode.DoesNotHold, wrong.Error + File.ReadAllText(_shell.In("refuted.tsv")));
        Assert.Contains("3 certificates are refuted, and of 3 images α", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("image 0, 25, 50", wrong.Error, StringComparison.Ordinal);

        Outcome other = await Attack("log.tsv", "right.tsv", "--budget", "1", "--resume");
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("the attack cannot go on: its search is", other.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.DoesNotHold,
            (await Attack("wrong.tsv", "refuted.tsv", "--budget", "9", "--times", "0.99", "--resume")).Code);
        // Images without a certificate were tried as well: of so many chance explains three.
        File.AppendAllLines(_shell.In("wrong.tsv"), Enumerable.Range(51, 700).Select(i =>
            string.Join('\t', lines[1].Split('\t').Select((field, column) =>
                column switch { 0 => $"{i}", 2 => "-1", 3 => "0.0", 4 => "0", _ => field }))));
        Outcome among = await Attack("wrong.tsv", "refuted.tsv", "--budget", "9", "--times", "0.99", "--resume");
        Assert.True(among.Code == ExitCode.Done, among.Error);
        Assert.Contains("3 certificates are refuted, which α allows of 703 images", among.Error,
            StringComparison.Ordinal);
        Assert.Equal(ExitCode.DoesNotHold, (await Attack(
            "wrong.tsv", "refuted.tsv", "--budget", "9", "--times", "0.99", "--resume", "--max", "50")).Code);
        Assert.Contains("exists: continue it with --resume", (await Attack("log.tsv", "right.tsv")).Error,
            StringComparison.Ordinal);
    }

    private static string Inflated(string line)
    {
        string[] fields = line.Split('\t');
        fields[3] = (8 * double.Parse(fields[3], CultureInfo.InvariantCulture))
            .ToString("R", CultureInfo.InvariantCulture);
        return string.Join('\t', fields);
    }

    [Fact]
    public async Task A_mix_is_attacked_as_the_system_that_it_is()
    {
        string[] mix = ["--mix", "s100,s025"];
        Assert.Equal(ExitCode.Done, (await Certify([.. mix, "--max", "0"])).Code);
        Assert.Contains("is about another function", (await Attack("log.tsv", "all.tsv")).Error,
            StringComparison.Ordinal);
        Outcome outcome = await Attack("log.tsv", "mix.tsv", [.. mix, "--times", "3", "--budget", "2"]);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        Assert.InRange(Assert.Single(AttackLog.Read(_shell.In("mix.tsv"))).Found!.Distance, 0.3, 2);
    }

    [Fact]
    public async Task A_log_of_another_function_or_without_counts_is_refused()
    {
        Assert.Equal(ExitCode.Done, (await Certify()).Code);
        string counts = _shell.In("log.tsv.counts.tsv"), whole = File.ReadAllText(counts);
        string function = whole.Split('\n')[1].Split('\t')[4];
        foreach ((string text, string problem) in new[]
        {
            (whole.Replace(function, "00", StringComparison.Ordinal), "is about another function, 00"),
            (whole.Replace("\tmostVoted\t", "\tquantile 0.8\t", StringComparison.Ordinal),
                "routes by 'quantile 0.8', the registry's routes by 'mostVoted'"),
            ("", ".counts.tsv:1: expected the counts of the log"),
        })
        {
            File.WriteAllText(counts, text);
            Outcome outcome = await Attack("log.tsv", "out.tsv");
            Assert.Equal(ExitCode.BadInput, outcome.Code);
            Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_shell.In("out.tsv")));
        }
        File.WriteAllText(counts, whole);
        Assert.Contains("accepted are numbers above 0", (await Attack("log.tsv", "out.tsv", "--budget", "0")).Error,
            StringComparison.Ordinal);
    }
}
