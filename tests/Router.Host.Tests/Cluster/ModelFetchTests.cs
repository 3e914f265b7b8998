using System.Security.Cryptography;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;

namespace Router.Host.Tests.Cluster;

/// <summary>Workers whose registry names checkpoints by hash that are not where it says.</summary>
public sealed class ModelFetchTests : IDisposable
{
    private readonly ClusterPrograms _programs = new();

    public void Dispose() => _programs.Dispose();

    private string In(params string[] names) => Path.Combine([_programs.Folder, .. names]);

    // The bundled registry without its checkpoints.
    private string Registry()
    {
        Directory.CreateDirectory(In("bare"));
        File.Copy(Path.Combine(ClusterPrograms.Models, "experts.yaml"), In("bare", "experts.yaml"));
        return In("bare", "experts.yaml");
    }

    private ClusterProgram StartWorker(string registry, string from) => _programs.Start(
        ["worker", "--cluster", _programs.Cluster, "--models-from", from, .. ClusterPrograms.Of(registry)]);

    [Fact]
    public async Task A_folder_with_another_file_of_the_name_is_refused_and_one_with_the_right_file_is_used_and_kept()
    {
        string registry = Registry();
        Directory.CreateDirectory(In("there"));
        foreach (string file in Directory.GetFiles(ClusterPrograms.Models, "*.safetensors"))
            File.Copy(file, In("there", Path.GetFileName(file)));
        File.Copy(In("there", "noise_0.25.safetensors"), In("there", "noise_1.00.safetensors"), overwrite: true);
        ClusterProgram refused = StartWorker(registry, "there");
        Assert.Equal(ExitCode.BadInput, await refused.ExitCodeAsync());
        Assert.Contains("noise_1.00.safetensors is not used: its sha256 is c6e9b0ad", refused.Text,
            StringComparison.Ordinal);
        // By its hash it is found whatever it is called.
        File.Copy(
            Path.Combine(ClusterPrograms.Models, "noise_1.00.safetensors"),
            In("there", "f356dfa86e9f99830d3853e63c6a0c2e8160952fea45d4d5a5179d5713abb93d"));
        ClusterProgram worker = StartWorker(registry, "there");
        await worker.LineWithAsync("votes in the cluster");
        await worker.SignalAsync("TERM");
        await worker.ExitCodeAsync();
        Directory.Delete(In("there"), recursive: true);
        await StartWorker(registry, "there").LineWithAsync("votes in the cluster");
    }

    [Fact]
    public async Task A_worker_of_one_network_needs_its_checkpoint_alone_and_a_gateway_needs_none()
    {
        string registry = Registry();
        Directory.CreateDirectory(In("there"));
        File.Copy(
            Path.Combine(ClusterPrograms.Models, "noise_0.25.safetensors"), In("there", "noise_0.25.safetensors"));
        ClusterProgram worker = _programs.Start(
            [
                "worker", "--cluster", _programs.Cluster, "--models-from", "there", "--experts", "s025",
                .. ClusterPrograms.Of(registry),
            ]);
        await worker.LineWithAsync("votes in the cluster");
        ClusterProgram gateway = _programs.Start(
            [
                "certify", "shapes10", .. ClusterPrograms.Of(registry), "--expert", "s025", "--max", "0", "--n", "300",
                "--seed", "5", "--out", "drawn.tsv", "--cluster", _programs.Cluster,
            ]);
        Assert.True(await gateway.ExitCodeAsync() == 0, gateway.Text);
        Assert.Equal(2, File.ReadLines(In("drawn.tsv")).Count());
    }

    [Fact]
    public async Task A_worker_gets_from_a_gateway_what_it_lacks()
    {
        ClusterProgram worker = StartWorker(Registry(), ModelFetch.Gateways);
        await worker.LineWithAsync("waiting for a gateway");
        ClusterProgram gateway = _programs.Start(
            [
                "certify", "shapes10", .. ClusterPrograms.Networks(), "--max", "0", "--n", "300", "--seed", "5",
                "--out", "drawn.tsv", "--records", "drawn", "--cluster", _programs.Cluster,
            ]);
        await worker.LineWithAsync("noise_0.25.safetensors is taken from gateway");
        Assert.True(await gateway.ExitCodeAsync() == 0, gateway.Text);
        Assert.True(await _programs.Start(
            [
                "certify", "shapes10", .. ClusterPrograms.Networks(), "--max", "0", "--n", "300", "--seed", "5",
                "--out", "single.tsv", "--records", "single",
            ]).ExitCodeAsync() == 0);
        Assert.Equal(_programs.Read("single"), _programs.Read("drawn"));
    }

    [Fact]
    public async Task A_file_of_another_hash_is_not_kept_and_one_that_was_damaged_is_taken_out()
    {
        ModelCache cache = new(In("models"));
        byte[] right = [1, 2, 3];
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(right));
        async Task<string?> Take(byte[] bytes) => await cache.TakeAsync(sha256, async into =>
        {
            await into.WriteAsync(bytes);
            return true;
        });
        Assert.NotEqual(sha256, await Take([1, 2, 4]));
        Assert.Null(await cache.TakeAsync(sha256, _ => Task.FromResult(false)));
        Assert.Null(cache.Find(sha256));
        Assert.Empty(Directory.GetFiles(In("models")));
        Assert.Equal(sha256, await Take(right));
        Assert.Equal(In("models", sha256), cache.Find(sha256));
        File.WriteAllBytes(In("models", sha256), [1, 2]);
        Assert.Null(cache.Find(sha256));
        Assert.Empty(Directory.GetFiles(In("models")));
    }
}
