namespace Router.Data;

/// <summary>Where a data set is on this machine, or where it was looked for and how to get it.</summary>
public sealed class DataLocation
{
    /// <summary>The environment variable that names the data folder.</summary>
    public const string Variable = "DUALRS_DATA";

    private DataLocation(DataSetKind kind, string? folder, IReadOnlyList<string> lookedIn, string howToGet) =>
        (Kind, Folder, LookedIn, HowToGet) = (kind, folder, lookedIn, howToGet);

    /// <summary>Which data set.</summary>
    public DataSetKind Kind { get; }

    /// <summary>The folder to open it from; null where it was not found or is rendered.</summary>
    public string? Folder { get; }

    /// <summary>The folders that were tried, in order.</summary>
    public IReadOnlyList<string> LookedIn { get; }

    /// <summary>One sentence that says what to put where.</summary>
    public string HowToGet { get; }

    /// <summary>Whether it was found; a rendered data set always is.</summary>
    public bool Found => Kind.IsRendered || Folder is not null;

    /// <summary>Looks for a data set.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="dataFolder">
    /// The value of $DUALRS_DATA; null or empty where it is not set, and then <c>HOME/.cache/dualrs</c> stands for it.
    /// </param>
    /// <param name="home">The user's home folder.</param>
    /// <returns>
    /// CIFAR-10 in <c>DIR/cifar-10-batches-bin</c> or in DIR itself; ImageNet's validation images in
    /// <c>DIR/imagenet/val</c>; a rendered data set nowhere. Only the existence of the folder and its first file is
    /// checked here; opening checks the rest.
    /// </returns>
    public static DataLocation Find(DataSetKind kind, string? dataFolder, string home)
    {
        ArgumentNullException.ThrowIfNull(kind);
        if (kind.IsRendered)
            return new DataLocation(kind, folder: null, [], "nothing is needed");
        string data = string.IsNullOrEmpty(dataFolder) ? Path.Combine(home, ".cache", "dualrs") : dataFolder;
        if (kind == DataSetKind.Cifar10)
        {
            string[] folders = [Path.Combine(data, Cifar10.FolderName), data];
            return new DataLocation(kind, folders.FirstOrDefault(HasCifar10), folders,
                $"take cifar-10-binary.tar.gz from the CIFAR-10 page (https://www.cs.toronto.edu/~kriz/cifar.html) and "
                + $"unpack it to {folders[0]}");
        }
        string images = Path.Combine(data, kind.Name, "val");
        return new DataLocation(kind, Directory.Exists(images) ? images : null, [images],
            $"put one folder of images per class, {kind.ClassCount} in all, into {images}");
    }

    /// <summary>The folder, or the sentence to show to whoever asked for the data set.</summary>
    public override string ToString() => Kind.IsRendered
        ? "rendered by this program, no files needed"
        : Folder ?? $"{Kind.Name} is not in {string.Join(" or ", LookedIn)}: {HowToGet}, or set {Variable} to the "
            + $"folder that holds it";

    private static bool HasCifar10(string folder) =>
        File.Exists(Path.Combine(folder, Cifar10.Files(Cifar10Split.Test)[0]));
}
