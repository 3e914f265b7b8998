namespace Router.Host.Tests.Cluster;

/// <summary>
/// Real processes and the bundled networks: whatever befalls them, records are those of one process, letter by letter.
/// </summary>
public sealed class ClusterProcessTests : IDisposable
{
    private readonly ClusterPrograms _programs = new();

    public void Dispose() => _programs.Dispose();

    private ClusterProgram Start(params string[] arguments) => _programs.Start(arguments);

    private ClusterProgram StartWorker() => _programs.StartWorker();

    private string Cluster => _programs.Cluster;

    private string Read(string name) => _programs.Read(name);

    private string[] Certify(string records, params string[] more) =>
    [
        "certify", "shapes10", .. ClusterPrograms.Networks(), "--skip", "500", "--n", "1500", "--seed", "5", "--out",
        $"{records}.tsv", "--records", records, .. more,
    ];

    // A log is written row by row: the first one is there while others are under way.
    private async Task RowAsync(string log, ClusterProgram writer)
    {
        string file = Path.Combine(_programs.Folder, log);
        while (!File.Exists(file) || File.ReadLines(file).Count() < 2)
        {
            Assert.False(writer.HasEnded, writer.Text);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("TERM")]
    [InlineData("STOP")]
    public async Task Records_are_those_of_one_process_when_a_worker_gets(string signal)
    {
        ClusterProgram first = StartWorker(), second = StartWorker();
        Assert.Equal(0, await Start(Certify("single")).ExitCodeAsync());
        await first.LineWithAsync("votes in the cluster");
        await second.LineWithAsync("votes in the cluster");
        ClusterProgram gateway = Start(Certify("drawn", "--cluster", Cluster, "--in-flight", "2"));
        await RowAsync("drawn.tsv", gateway);
        await first.SignalAsync(signal);
        Assert.True(await gateway.ExitCodeAsync() == 0, gateway.Text);
        Assert.Equal(Read("single"), Read("drawn"));
        Assert.Equal(Read("single.tsv.counts.tsv"), Read("drawn.tsv.counts.tsv"));
        if (signal == "TERM") Assert.Equal(0, await first.ExitCodeAsync());
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_the_gateway_is_killed_and_resumes()
    {
        ClusterProgram worker = StartWorker();
        Assert.Equal(0, await Start(Certify("single")).ExitCodeAsync());
        await worker.LineWithAsync("votes in the cluster");
        ClusterProgram gateway = Start(Certify("drawn", "--cluster", Cluster, "--in-flight", "1"));
        await RowAsync("drawn.tsv", gateway);
        await gateway.SignalAsync("KILL");
        await gateway.ExitCodeAsync();
        ClusterProgram resumed = Start(Certify("drawn", "--cluster", Cluster, "--resume"));
        Assert.True(await resumed.ExitCodeAsync() == 0, resumed.Text);
        Assert.Matches("4 images, [123] done", resumed.Text);
        Assert.Equal(Read("single"), Read("drawn"));
    }
}
