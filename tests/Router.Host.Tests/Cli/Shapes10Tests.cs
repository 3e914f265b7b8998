using Router.Data;
using Router.Host.Cli;
using Tests;

namespace Router.Host.Tests.Cli;

public sealed class Shapes10Tests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Data_info_lists_every_known_data_set_and_shapes10_needs_no_files()
    {
        Outcome outcome = await _shell.RunAsync("data", "info");
        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.All(
            DataSetKind.All, kind => Assert.Contains($"\n{kind.Name}\t", outcome.Out, StringComparison.Ordinal));
        Assert.Contains("rendered by this program, no files needed", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shapes10_is_certified_by_name_where_no_data_is_installed()
    {
        Outcome outcome = await _shell.RunAsync(
            [
                "certify", "shapes10", "-r", Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml"),
                "-o", "log.tsv", "--expert", "s100", "--skip", "999", "--n0", "10", "--n", "20", .. Shell.Fast,
            ]);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        string[] rows = [.. (await File.ReadAllLinesAsync(_shell.In("log.tsv")))
            .Where(line => line.Length > 0 && char.IsAsciiDigit(line[0]))];
        Shapes10 test = Shapes10.Open(Shapes10Split.Test);
        Assert.Equal([$"0\t{test.Read(0).Label}", $"999\t{test.Read(999).Label}", $"1998\t{test.Read(1998).Label}"],
            rows.Select(row => string.Join('\t', row.Split('\t').Take(2))));
    }
}
