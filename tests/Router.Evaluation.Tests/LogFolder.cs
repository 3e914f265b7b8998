
namespace Router.Evaluation.Tests;

/// <summary>A folder that is gone when the test ends.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-logs-").FullName;

    public string Log => Path.Combine(_folder, "log.tsv");

    public string Counts => Log + ".counts.tsv";

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
