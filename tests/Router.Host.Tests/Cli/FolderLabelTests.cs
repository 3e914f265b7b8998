using Router.Host.Cli;

namespace Router.Host.Tests.Cli;

/// <summary>Folders of pictures by what their names mean to the experts' data set.</summary>
public sealed class FolderLabelTests : IDisposable
{
    private static readonly string[] Sampling = [
        "--expert", "s100", "--n0", "10", "--n", "100", "--alpha", "0.05", "--seed", "1", .. Shell.Fast];

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private void Folder(params string[] classes)
    {
        foreach (string name in classes)
        {
            Directory.CreateDirectory(_shell.In("some", name));
            File.Copy(_shell.Picture, _shell.In("some", name, "1.png"));
        }
    }

    [Fact]
    public async Task Two_of_ten_classes_have_the_labels_that_the_experts_give_them()
    {
        Folder("ship", "truck");
        Outcome outcome = await _shell.RunAsync(["certify", "some", "-o", "log.tsv", .. Sampling]);
        Assert.Equal((ExitCode.Done, ""),
            (outcome.Code, outcome.Error.Contains("dualrs:", StringComparison.Ordinal) ? outcome.Error : ""));
        Assert.Equal(["8", "9"], File.ReadLines(_shell.In("log.tsv")).Skip(1).Select(row => row.Split('\t')[1]));
    }

    [Theory]
    [InlineData("certify", "some", "-o", "log.tsv", "--expert", "s100")]
    [InlineData("certify", "some", "--all", "-o", "pass")]
    [InlineData("votes", "some", "-o", "votes", "--draws", "10", "--network", "s100")]
    [InlineData("train", "targets", "some", "-o", "targets.tsv", "--n", "10")]
    public async Task What_compares_with_labels_refuses_names_that_mean_no_class_and_writes_nothing(
        params string[] arguments)
    {
        Folder("truck", "kitten");
        string[] before = [.. Directory.GetFileSystemEntries(_shell.Folder)];
        string[] fast = arguments[0] is "certify" ? Shell.Fast : Shell.Fast[..^1];
        Outcome outcome = await _shell.RunAsync([.. arguments, .. fast]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(
            "some: 1 of its 2 folders mean no class of cifar10: kitten; right are airplane (plane, aeroplane), ",
            outcome.Error, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_shell.Folder));
    }

    [Fact]
    public async Task What_compares_nothing_takes_any_names()
    {
        Folder("kitten");
        string picture = _shell.In("some", "kitten", "1.png");
        Assert.Equal(ExitCode.Done, (await _shell.RunAsync(["predict", picture, "--n", "20", "--alpha", "0.5",
            "--expert", "s100", "--seed", "1", .. Shell.Fast])).Code);
        Assert.Equal(ExitCode.Done,
            (await _shell.RunAsync(["certify", picture, "--records", "one.jsonl", .. Sampling])).Code);
        Outcome replayed = await _shell.RunAsync(["replay", "one.jsonl", "--data", "some", .. Shell.Fast]);
        Assert.DoesNotContain("mean no class", replayed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_classes_of_another_known_data_set_are_refused()
    {
        Outcome outcome = await _shell.RunAsync(["certify", "shapes10", "-o", "log.tsv", .. Sampling]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains("the classes of shapes10 are not those of the experts of ", outcome.Error,
            StringComparison.Ordinal);
        Assert.EndsWith("which are for cifar10", outcome.Error.TrimEnd(), StringComparison.Ordinal);
    }
}
