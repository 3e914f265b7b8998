using Router.Estimator;
using Router.Evaluation;
using Router.Host.Cli;
using Router.Smoothing;
using Tests;

namespace Router.Host.Tests.Cli;

/// <summary>A log that goes on draws the noise that it would have drawn: nobody gets a second try.</summary>
public sealed class KeptSecretTests : IDisposable
{
    private static readonly string Registry = Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml");

    private readonly Shell _shell = new();
    private byte _drawn;

    public void Dispose() => _shell.Dispose();

    private KeptSecret In(string name, bool isBegun) => KeptSecret.In(_shell.In(name), isBegun,
        Surroundings.OfProcess() with { FreshSecret = () => [.. Enumerable.Repeat(++_drawn, 32)] });

    private static ulong SeedOf(SeedSource seeds) => seeds.SeedFor(
        new RoutedClassifier(new Route("e", new ScriptedVoter("e", 1, 60, 40))).CertificateMessage(
            "input", new(new(10, 100), new SampleCounts(10, 100), .05)));

    [Fact]
    public void A_secret_is_the_same_until_its_run_is_done_and_its_owner_s_alone()
    {
        KeptSecret first = In("s", isBegun: false);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(_shell.In("s")).UnixFileMode);
        KeptSecret again = In("s", isBegun: true);
        Assert.Equal((SeedOf(first.Seeds), SeedOrigin.Server), (SeedOf(again.Seeds), again.Seeds.Origin));
        Assert.NotEqual(SeedOf(first.Seeds), SeedOf(In("s", isBegun: false).Seeds));
        again.Forget();
        Assert.False(File.Exists(_shell.In("s")));
        Assert.NotEqual(SeedOf(first.Seeds), SeedOf(In("s", isBegun: true).Seeds));
    }

    [Fact]
    public void What_is_no_secret_is_refused()
    {
        _shell.Write("s", "too short");
        Posix.SetMode(_shell.In("s"), "604");
        Assert.Contains("s holds a secret, and others may use it: its mode is 0604", Objection("s"));
        Posix.SetMode(_shell.In("s"), "600");
        Assert.Contains("s: it has 9 bytes", Objection("s"));
        Directory.CreateDirectory(_shell.In("folder"));
        Assert.Contains("folder is a folder", Objection("folder"));
        Assert.Contains("there is no folder", Objection(Path.Combine("nowhere", "s")));
    }

    private string Objection(string name) => Assert.Throws<BadInputException>(() => In(name, isBegun: true)).Message;

    [Fact]
    public async Task Of_several_that_begin_at_once_with_one_file_all_have_the_same_secret()
    {
        int drawn = 0;
        Surroundings outside = Surroundings.OfProcess() with
        {
            FreshSecret = () => [.. Enumerable.Repeat((byte)Interlocked.Increment(ref drawn), 32)],
        };
        for (int round = 0; round < 50; round++)
        {
            using Barrier start = new(8);
            string file = _shell.In($"shared{round}");
            KeptSecret[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                return KeptSecret.In(file, outside);
            }, TaskCreationOptions.LongRunning)));
            Assert.Single(all.Select(one => Convert.ToHexString(one.Bytes)).Distinct());
            Assert.Equal([file], Directory.GetFiles(_shell.In("."), $"shared{round}*").Select(Path.GetFullPath));
        }
    }

    // The shell draws 32 zeros whenever it is asked; the file says otherwise.
    [Theory]
    [InlineData("log.tsv", "log.tsv.secret", "log.tsv.counts.tsv")]
    [InlineData("all", "all/run.json.secret", "all/s100.tsv.counts.tsv", "--all")]
    public async Task Images_that_were_under_way_are_drawn_with_the_secret_of_the_run(
        string output, string secret, string counts, params string[] more)
    {
        string[] certify =
        [
            "certify", _shell.In("pictures"), "-r", Registry, "-o", output, "--n0", "10", "--n", "60", "--alpha",
            "0.05", .. Shell.Fast, .. more,
        ];
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync([.. certify, "--max", "1"])).Code);
        Assert.False(File.Exists(_shell.In(secret)));
        string[] begun = Seeds(counts);
        // As if it had been killed: what is left of the pass is its files, and its secret.
        string terms = _shell.In("all", "run.json");
        if (File.Exists(terms))
            File.WriteAllText(terms, File.ReadAllText(terms).Replace(
                "\"max\": 1,", "\"max\": 3,", StringComparison.Ordinal));
        File.WriteAllBytes(_shell.In(secret), [.. Enumerable.Repeat((byte)7, 32)]);
        Posix.SetMode(_shell.In(secret), "600");
        Outcome resumed = await _shell.RunAsync([.. certify, "--max", "3", "--resume"]);
        Assert.True(resumed.Code == ExitCode.Done, resumed.Error);
        Assert.False(File.Exists(_shell.In(secret)));
        string[] all = Seeds(counts);
        Assert.Equal(begun, all[..begun.Length]);

        Outcome alike = await _shell.RunAsync(
            [.. certify.Select(word => word == output ? "other" : word), "--max", "3"]);
        Assert.True(alike.Code == ExitCode.Done, alike.Error);
        string[] zeros = Seeds(counts.Replace(output, "other", StringComparison.Ordinal));
        Assert.Equal(begun, zeros[..begun.Length]);
        Assert.Empty(all[begun.Length..].Intersect(zeros));
    }

    [Fact]
    public async Task A_secret_is_not_forgotten_while_its_log_has_images_that_a_shorter_run_does_not()
    {
        string[] certify =
        [
            "certify", _shell.In("pictures"), "-r", Registry, "-o", "log.tsv", "--n0", "10", "--n", "60", "--alpha",
            "0.05", "--expert", "s100", .. Shell.Fast,
        ];
        File.WriteAllText(_shell.In("pictures", "class0", "03-bad.png"), "no picture");
        Assert.Equal(ExitCode.BadInput, (await _shell.RunAsync([.. certify, "--max", "3"])).Code);
        Assert.True(File.Exists(_shell.In("log.tsv.secret")));
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync([.. certify, "--max", "0", "--resume"])).Code);
        Assert.True(File.Exists(_shell.In("log.tsv.secret")));
    }

    [Fact]
    public async Task A_pass_leaves_the_secrets_of_others_alone()
    {
        string others = _shell.Write("secret", "of a daemon");
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(
            ["certify", _shell.In("pictures"), "-r", Registry, "--all", "-o", ".", "--n0", "10", "--n", "60", "--alpha",
                "0.05", "--max", "0", .. Shell.Fast])).Code);
        Assert.Equal("of a daemon", File.ReadAllText(others));
        Assert.False(File.Exists(_shell.In("run.json.secret")));
    }

    private string[] Seeds(string counts) =>
        [.. File.ReadLines(_shell.In(counts.Split('/'))).Skip(1).Select(row => row.Split('\t')[5]).Distinct()];
}
