namespace Tests;

/// <summary>
/// Where tests find material that is not in the repository; a test that lacks it skips and says which.
/// </summary>
internal static class Reference
{
    /// <summary>The root of the repository: the folder that holds DualRS.Router.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// The bundled registry that has a router and four plain experts, models/cifar10/routed.yaml, for another folder:
    /// its checkpoints stand with their whole paths.
    /// </summary>
    public static string RoutedRegistry { get; } = Moved("cifar10", "routed.yaml");

    /// <summary>The same of the embedded data set's small networks, models/shapes10/experts.yaml.</summary>
    public static string Shapes10Registry { get; } = Moved("shapes10", "experts.yaml");

    private static string Moved(string folder, string registry) =>
        File.ReadAllText(Path.Combine(Root, "models", folder, registry))
            .Replace("checkpoint: ", $"checkpoint: {Root}/models/{folder}/", StringComparison.Ordinal);

    /// <summary>
    /// A file or folder of ../shared beside the repository. Skips the calling test where it does not exist.
    /// </summary>
    public static string Shared(string relativePath)
    {
        string path = Path.GetFullPath(Path.Combine(Root, "..", "shared", relativePath));
        Assert.SkipUnless(Path.Exists(path), $"needs ../shared/{relativePath}, which is not part of the repository");
        return path;
    }

    /// <summary>
    /// The folder with data_batch_1..5.bin and test_batch.bin. Skips the calling test where CIFAR-10 is not prepared.
    /// </summary>
    public static string Cifar10()
    {
#pragma warning disable RS0030 // a test is its own composition root
        string home = Environment.GetEnvironmentVariable("DUALRS_DATA") is { Length: > 0 } data
            ? data
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "dualrs");
#pragma warning restore RS0030
        string path = Path.Combine(home, "cifar-10-batches-bin");
        Assert.SkipUnless(File.Exists(Path.Combine(path, "test_batch.bin")), $"needs CIFAR-10 in {path}");
        return path;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DualRS.Router.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no DualRS.Router.sln above {AppContext.BaseDirectory}");
    }
}
