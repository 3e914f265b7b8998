using Router.Experts.Registry;

namespace Router.Experts.Tests.Registry;

/// <summary>A folder with a good registry and the files it names; tests change one thing at a time.</summary>
internal sealed class RegistryFolder : IDisposable
{
    private const string Small = "architecture: cifar_resnet20", Large = "architecture: cifar_resnet110",
        Center = "{ center: [.4914, .4822, .4465] }";

    public const string Good = $$"""
        dataset: cifar10
        router:
          checkpoint: models/router.safetensors
          architecture: cifar_resnet20
          sigma: 1.0
          input: standardize
          routes: [s012, s025, s100]
        experts:
          - { id: s012, sigma: 0.12, {{Small}}, checkpoint: models/a.safetensors, input: standardize }
          - { id: s025, sigma: 0.25, {{Small}}, checkpoint: models/b.safetensors, input: none, classes: 10 }
          - { id: s100, sigma: 1.00, {{Large}}, checkpoint: models/c.safetensors, input: {{Center}} }
        devices: auto
        routing: { kind: quantile, tau: 0.5 }
        certification: { failureProbability: 0.001, selection: 100, estimation: 10000, noise: grid, failover: refuse }

        """;

    public RegistryFolder()
    {
        Folder = Directory.CreateTempSubdirectory("registry").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "models"));
        foreach (string name in (string[])["router", "a", "b", "c"])
            File.WriteAllText(In($"models/{name}.safetensors"), name);
    }

    public string Folder { get; }

    public string In(string relativePath) => Path.Combine(Folder, relativePath);

    public RegistryReading Read(string yaml, string[]? loaded = null)
    {
        string path = In("experts.yaml");
        File.WriteAllText(path, yaml);
        return RegistryReader.Read(path, loaded: loaded);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The good registry with one passage exchanged.</summary>
    public static string With(string passage, string replacement)
    {
        Assert.Contains(passage, Good, StringComparison.Ordinal);
        return Good.Replace(passage, replacement, StringComparison.Ordinal);
    }
}
