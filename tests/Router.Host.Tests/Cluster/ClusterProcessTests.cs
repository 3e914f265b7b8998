using System.Text.RegularExpressions;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>
/// Real processes and the bundled networks: whatever befalls them, records are those of one process, letter by letter.
/// </summary>
public sealed partial class ClusterProcessTests(FewImages single) : IClassFixture<FewImages>, IDisposable
{
    private readonly ClusterPrograms _programs = new();

    public void Dispose() => _programs.Dispose();

    private ClusterProgram StartGateway(params string[] more) => StartNamed("drawn", more);

    private ClusterProgram StartNamed(string name, params string[] more) =>
        _programs.StartCertify(name, single.Skip, ["--cluster", _programs.Cluster, .. more]);

    private Task<ClusterProgram> WorkerAsync() => _programs.WorkerAsync();

    private async Task RowsAsync(int rows, ClusterProgram gateway) =>
        Assert.True(await _programs.HasRowsAsync("drawn", rows, gateway), gateway.Text);

    private async Task AssertSingleAsync(ClusterProgram gateway, string name = "drawn")
    {
        Assert.True(await gateway.ExitCodeAsync() == 0, gateway.Text);
        Assert.Equal(single.Records, _programs.Read(name));
        Assert.Equal(single.Counts, _programs.Read($"{name}.tsv.counts.tsv"));
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_workers_are_killed_told_to_stop_and_frozen()
    {
        ClusterProgram[] workers =
            await Task.WhenAll(WorkerAsync(), WorkerAsync(), WorkerAsync(), WorkerAsync());
        ClusterProgram gateway = StartGateway("--in-flight", "2");
        foreach ((int row, string signal) in new[] { "KILL", "TERM", "STOP" }.Index())
        {
            await RowsAsync(row + 1, gateway);
            await workers[row].SignalAsync(signal);
        }
        await AssertSingleAsync(gateway);
        Assert.Equal(0, await workers[1].ExitCodeAsync());
        Assert.False(workers[3].HasEnded);
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_the_gateway_is_killed_and_resumes()
    {
        await WorkerAsync();
        ClusterProgram gateway = StartGateway("--in-flight", "1");
        await RowsAsync(1, gateway);
        await gateway.SignalAsync("KILL");
        await gateway.ExitCodeAsync();
        ClusterProgram resumed = StartGateway("--resume");
        await AssertSingleAsync(resumed);
        Assert.Matches("4 images, [123] done", resumed.Text);
    }

    [Fact]
    public async Task Records_of_two_gateways_that_share_workers_are_those_of_one_process()
    {
        ClusterProgram one = StartNamed("one"), other = StartNamed("other");
        // Neither is done before the other begins.
        await one.LineWithAsync("waiting for workers");
        await other.LineWithAsync("waiting for workers");
        await Task.WhenAll(WorkerAsync(), WorkerAsync());
        await AssertSingleAsync(one, "one");
        await AssertSingleAsync(other, "other");
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_each_worker_has_some_of_the_networks()
    {
        _programs.StartWorker(more: ["--experts", "router,s025"]);
        _programs.StartWorker(more: ["--experts", "s050,s100", "--device", "cpu"]);
        await AssertSingleAsync(StartGateway());
    }

    [Fact]
    public async Task A_worker_with_other_weights_than_the_registry_of_the_gateway_says_is_not_asked_and_is_told_of()
    {
        string others = Directory.CreateDirectory(Path.Combine(_programs.Folder, "others")).FullName;
        foreach (string file in Directory.GetFiles(ClusterPrograms.Models))
            File.Copy(file, Path.Combine(others, Path.GetFileName(file)));
        // No hash and no card: whatever lies there is loaded.
        string registry = Path.Combine(others, "experts.yaml");
        File.WriteAllText(registry, Hash().Replace(File.ReadAllText(registry), ""));
        File.Delete(Path.Combine(others, "noise_0.25.card.yaml"));
        File.Copy(
            Path.Combine(others, "noise_0.50.safetensors"), Path.Combine(others, "noise_0.25.safetensors"),
            overwrite: true);
        ClusterProgram other = _programs.Start(
            ["worker", "--cluster", _programs.Cluster, .. ClusterPrograms.Of(registry)]);
        await other.LineWithAsync("votes in the cluster");
        ClusterProgram gateway = StartGateway();
        Assert.Matches(
            "s025 of .+ is not asked: weights: [0-9a-f]{64}, where the registry says [0-9a-f]{64}",
            await gateway.LineWithAsync("is not asked"));
        await WorkerAsync();
        await AssertSingleAsync(gateway);
    }

    [GeneratedRegex(",?\\s*sha256: [0-9a-f]{64}", RegexOptions.None, 1000)]
    private static partial Regex Hash();

    [Fact]
    public async Task A_pass_over_all_networks_is_that_of_one_process()
    {
        Task<ClusterProgram> worker = WorkerAsync();
        await PassAsync("here");
        await worker;
        ClusterProgram gateway = await PassAsync("there", "--cluster", _programs.Cluster);
        Assert.Contains("2 images by 4 networks, 0 of 8 done", gateway.Text, StringComparison.Ordinal);
        string[] files = [.. Directory.GetFiles(Path.Combine(_programs.Folder, "here")).Select(Path.GetFileName)!];
        Assert.Equal(8, files.Length);
        Assert.All(files, file => Assert.Equal(PassFile("here", file), PassFile("there", file)));
    }

    private async Task<ClusterProgram> PassAsync(string folder, params string[] more)
    {
        ClusterProgram pass = _programs.Start(
            [
                "certify", "shapes10", "--all", .. ClusterPrograms.Networks(), "--skip", "1000", "--n0", "10",
                "--n", "100", "--seed", "5", "--out", folder, .. more,
            ]);
        Assert.True(await pass.ExitCodeAsync() == 0, pass.Text);
        return pass;
    }

    // Of a log without the time.
    private string PassFile(string folder, string file)
    {
        const int Time = 5;
        string text = _programs.Read(Path.Combine(folder, file));
        bool isLog = file.EndsWith(".tsv", StringComparison.Ordinal)
            && !file.EndsWith(".counts.tsv", StringComparison.Ordinal);
        return !isLog ? text : string.Join('\n', text.Split('\n').Select(
            line => string.Join('\t', line.Split('\t').Where((_, column) => column != Time))));
    }

    [Fact]
    public async Task Who_shows_a_certificate_of_another_authority_cannot_join_and_is_told_of_and_the_others_go_on()
    {
        using MemberCertificates ours = new("ours"), theirs = new("theirs");
        string[] stranger = ["--member-certificate", theirs.Member, "--peers-ca", ours.Authority];
        string[] otherCluster = ["--member-certificate", theirs.Member, "--peers-ca", theirs.Authority];
        ClusterProgram worker = _programs.StartWorker(more: ours.Options);
        await worker.LineWithAsync("votes in the cluster");
        ClusterProgram strangeWorker = _programs.StartWorker(more: stranger);
        await worker.LineWithAsync("is no member's, and is refused: CN=member, signed by CN=theirs: ");
        ClusterProgram strangeGateway = StartNamed("strange", otherCluster);
        await strangeGateway.LineWithAsync("is no member's, and is refused: CN=member, signed by CN=ours: ");
        await AssertSingleAsync(StartGateway(ours.Options));
        Assert.DoesNotContain("votes in the cluster", strangeWorker.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(" images, ", strangeGateway.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_the_device_of_a_worker_hangs()
    {
        ClusterProgram hanging = _programs.StartWrongWorker("hanging");
        await hanging.LineWithAsync("votes in the cluster");
        // Alone it is asked for certain.
        ClusterProgram gateway = StartGateway();
        await hanging.LineWithAsync("hangs");
        await Task.WhenAll(WorkerAsync(), WorkerAsync());
        await AssertSingleAsync(gateway);
        Assert.False(hanging.HasEnded);
    }

    [Fact]
    public async Task Records_are_those_of_one_process_when_a_worker_lies_and_another_is_of_another_build()
    {
        ClusterProgram liar = _programs.StartWrongWorker("liar"), other = _programs.StartWrongWorker("otherBuild");
        await Task.WhenAll(
            liar.LineWithAsync("votes in the cluster"), other.LineWithAsync("votes in the cluster"), WorkerAsync(),
            WorkerAsync());
        ClusterProgram gateway = StartGateway();
        await gateway.LineWithAsync("is asked no more");
        await AssertSingleAsync(gateway);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("postgresql")]
    public async Task Records_are_those_of_one_process_when_where_they_meet_is_away_comes_back_and_forgets(string what)
    {
        using IMeetingServer server =
            what == "redis" ? RedisServer.Start(_programs.Folder) : PostgresServer.Start();
        _programs.Cluster = server.Address;
        ClusterProgram worker = (await Task.WhenAll(WorkerAsync(), WorkerAsync()))[0];
        ClusterProgram gateway = StartGateway("--in-flight", "1");
        await RowsAsync(1, gateway);
        server.Stop();
        await RowsAsync(2, gateway);
        server.StartAgain();
        await RowsAsync(3, gateway);
        server.LoseData();
        await AssertSingleAsync(gateway);
        await worker.LineWithAsync("lost this member");
    }
}
