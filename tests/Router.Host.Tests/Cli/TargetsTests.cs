using Router.Host.Cli;

namespace Router.Host.Tests.Cli;

public sealed class TargetsTests : IDisposable
{
    private const string Log = "idx\tlabel\tpredict\tradius\n0\t3\t3\t0.5\n1\t2\t4\t0.7\n2\t1\t1\t0.25\n";

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private Task<Outcome> Targets(params string[] arguments) =>
        _shell.RunAsync(["train", "targets", "pictures", "-o", "targets.tsv", .. arguments]);

    [Fact]
    public async Task Votes_of_chosen_experts_are_counted_and_a_cut_table_is_continued_to_the_same_bytes()
    {
        string[] arguments = ["--expert", "s012", "--expert", "s100", "--n", "20", "--fold", "1/2", "--images", "3",
            .. Shell.Fast];
        Outcome first = await Targets(arguments);
        Assert.True(first.Code == ExitCode.Done, first.Error);
        Assert.Contains("3 images", first.Out, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(_shell.In("targets.tsv"));
        Assert.Equal("idx\tlabel\tdraws\ts012\ts100", lines[1]);
        Assert.Equal(["1", "3", "5"], lines[2..].Select(line => line.Split('\t')[0]));
        byte[] whole = File.ReadAllBytes(_shell.In("targets.tsv"));
        File.WriteAllBytes(_shell.In("targets.tsv"), whole[..^4]);
        Assert.Equal(ExitCode.Done, (await Targets(arguments)).Code);
        Assert.Equal(whole, File.ReadAllBytes(_shell.In("targets.tsv")));
        Outcome other = await Targets([.. arguments, "--seed", "1"]);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("it has 20 draws per image of seed 0, not 20 of seed 1", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_targets_with_the_sigma_that_is_stated_or_registered()
    {
        _shell.Write("a.tsv", Log);
        _shell.Write("b.tsv", Log.Replace("0.25", "0.75", StringComparison.Ordinal));
        Outcome outcome = await Targets("--logs", "s025=a.tsv", "other@1.5=b.tsv");
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        Assert.Contains("3 images; 1 that no expert certifies as their true class", outcome.Out,
            StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(_shell.In("targets.tsv"));
        Assert.Contains("\"id\":\"s025\",\"sigma\":0.25,", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"id\":\"other\",\"sigma\":1.5,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["0\t3\t0\t0.5\t0.5", "1\t2\t0\t0\t0", "2\t1\t0\t0.25\t0.75"], lines[2..]);
    }

    [Theory]
    [InlineData("--fold is '2/2'", "--fold", "2/2")]
    [InlineData("--n is 0", "--n", "0")]
    [InlineData("there is no expert 's999'", "--logs", "s999=a.tsv")]
    [InlineData("accepted are ID=FILE and ID@SIGMA=FILE", "--logs", "a.tsv")]
    [InlineData("expected a number above 0", "--logs", "a@x=a.tsv")]
    [InlineData("names a twice", "--logs", "a@1=a.tsv", "a@2=b.tsv")]
    public async Task What_cannot_be_meant_is_refused(string problem, params string[] arguments)
    {
        Outcome outcome = await Targets(arguments);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_shell.In("targets.tsv")));
    }
}
