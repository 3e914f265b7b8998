using Router.Engine;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Tests;

namespace Router.Experts.Tests.Loading;

/// <summary>The bundled registry that has a router, and variants of it in a temporary folder.</summary>
internal static class BundledRegistry
{
    /// <summary>This machine with one thread per forward pass.</summary>
    public static Machine Machine { get; } = Machine.Detect(threads: 1);

    public static string Path { get; } = System.IO.Path.Combine(Reference.Root, "models", "cifar10", "routed.yaml");

    public static string Weights(string name) =>
        System.IO.Path.Combine(Reference.Root, "models", "cifar10", $"{name}.safetensors");

    public static RegistryConfig Read(string path)
    {
        RegistryReading reading = RegistryReader.Read(path);
        Assert.True(reading.IsAccepted, string.Join('\n', reading.Faults));
        return reading.Config;
    }

    /// <summary>A registry of one expert, "only".</summary>
    public static RegistryConfig Single(
        string folder, string checkpoint, string input = "standardize", string architecture = "cifar_resnet20",
        string sigma = "0.25", string more = "",
        string dataset = "cifar10")
    {
        string path = System.IO.Path.Combine(folder, "experts.yaml");
        File.WriteAllText(path, $"""
            dataset: {dataset}
            experts:
              - id: only
                sigma: {sigma}
                architecture: {architecture}
                checkpoint: {checkpoint}
                input: {input}
            {more}

            """);
        return Read(path);
    }

    public static LoadedRegistry Load(
        RegistryConfig config, string[]? only = null, int? batch = 4, Machine? machine = null) =>
        new RegistryLoader(machine ?? Machine).Load(config, only, batch);
}

/// <summary>That registry, loaded once for the tests that only ask it.</summary>
public sealed class LoadedBundle : IDisposable
{
    internal LoadedRegistry Registry { get; } = BundledRegistry.Load(
        BundledRegistry.Read(BundledRegistry.Path), batch: 16);

    internal LoadedNetwork Network(string id) => Registry.Networks.Single(network => network.Id == id);

    public void Dispose() => Registry.Dispose();
}
