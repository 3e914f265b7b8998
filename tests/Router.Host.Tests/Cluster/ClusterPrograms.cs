using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>The processes of a test, and the folder that they work in and meet in.</summary>
internal sealed class ClusterPrograms : IDisposable
{
    /// <summary>Small networks. With the same batch they are the same functions wherever they are loaded.</summary>
    public static string[] Networks(int batch = 32) => Of(Path.Combine(Models, "experts.yaml"), batch);

    /// <summary>The folder of their registry and their checkpoints.</summary>
    public static string Models => Path.Combine(Reference.Root, "models", "shapes10");

    /// <summary>The same networks, by another registry.</summary>
    public static string[] Of(string registry, int batch = 32) =>
        ["--registry", registry, "--threads", "1", "--batch", $"{batch}", "--no-probe"];

    private readonly List<ClusterProgram> _started = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("dualrs-cluster-").FullName;

    public ClusterPrograms() => Cluster = $"local:{Path.Combine(Folder, "members.json")}";

    /// <summary>Where they meet.</summary>
    public string Cluster { get; set; }

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public ClusterProgram Start(params string[] arguments) => Started(new(
        Folder, "Router.Host", "dualrs.dll", arguments));

    public ClusterProgram StartWorker(int batch = 32, params string[] more) =>
        Start(["worker", "--cluster", Cluster, .. Networks(batch), .. more]);

    /// <summary>A worker, once it is a member.</summary>
    public async Task<ClusterProgram> WorkerAsync()
    {
        ClusterProgram worker = StartWorker();
        await worker.LineWithAsync("votes in the cluster");
        return worker;
    }

    /// <summary>A worker with a fault: liar, deadly, hanging, otherBuild (tests/Cluster.Member).</summary>
    public ClusterProgram StartWrongWorker(string what) => Started(new(
        Folder, "Cluster.Member", "Cluster.Member.dll", [what, Cluster, Path.Combine(Models, "experts.yaml"), "32"]));

    /// <summary>
    /// Certifies a few images: a log, its counts, and records, of one name. The same wherever it is drawn.
    /// </summary>
    public ClusterProgram StartCertify(string name, int skip, params string[] more) => Start(
        [
            "certify", "shapes10", .. Networks(), "--skip", $"{skip}", "--n", "600", "--seed", "5", "--out",
            $"{name}.tsv", "--records", name, .. more,
        ]);

    /// <summary>A daemon, once it listens. Readiness is asked then: it may lack what it takes to load.</summary>
    public async Task<(ClusterProgram Program, HttpClient Client)> ServeAsync(string[] more, int batch = 32)
    {
        ClusterProgram program = Start(["serve", "--urls", "http://127.0.0.1:0", .. Networks(batch), .. more]);
        string address = (await program.LineWithAsync("listening at ")).Split(' ')[^1].Trim();
        return (program, new() { BaseAddress = new(address), Timeout = TimeSpan.FromMinutes(10) });
    }

    /// <summary>
    /// Waits until a log has so many rows. Rows are written one by one: others are under way then.
    /// </summary>
    public async Task<bool> HasRowsAsync(string name, int rows, ClusterProgram writer)
    {
        string file = Path.Combine(Folder, $"{name}.tsv");
        while (!File.Exists(file) || File.ReadLines(file).Count() < 1 + rows)
        {
            if (writer.HasEnded) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
        return true;
    }

    private ClusterProgram Started(ClusterProgram program)
    {
        _started.Add(program);
        return program;
    }

    public void Dispose()
    {
        foreach (ClusterProgram program in _started) program.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
