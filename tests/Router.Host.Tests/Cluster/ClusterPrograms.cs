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

    public string Cluster => $"local:{Path.Combine(Folder, "members.json")}";

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public ClusterProgram Start(params string[] arguments)
    {
        ClusterProgram program = new(Folder, arguments);
        _started.Add(program);
        return program;
    }

    public ClusterProgram StartWorker(int batch = 32) =>
        Start(["worker", "--cluster", Cluster, .. Networks(batch)]);

    public void Dispose()
    {
        foreach (ClusterProgram program in _started) program.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
