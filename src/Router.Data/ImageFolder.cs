namespace Router.Data;

/// <summary>
/// A folder of class folders of PNG and JPEG files. Images are ordered by the ordinal names of folder and file; labels
/// are what the folders' names mean (<see cref="ClassFolders"/>). Where one of them means nothing, or two mean one
/// class, no image has a label. Files are decoded when they are read. Skipped are hidden entries (names that begin with
/// a dot) and files beside the class folders that are not images, such as a licence. Anything else that is out of place
/// is refused rather than left out: a data set that silently shrinks changes every figure computed on it.
/// </summary>
public sealed class ImageFolder : DataSet
{
    private const int MostNamed = 10;

    private readonly (string Path, int? Label)[] files;
    private readonly Framing framing;
    private readonly ImageLimits limits;

    private ImageFolder(
        string name, Framing framing, IReadOnlyList<string> labelNames, (string, int?)[] files, ImageLimits limits)
        : base(name, framing.Shape, labelNames) =>
        (this.framing, this.files, this.limits) = (framing, files, limits);

    /// <summary>Why no image has a label, and which names would be right; null where they have.</summary>
    public string? LabelFault { get; private init; }

    /// <inheritdoc/>
    public override int Count => files.Length;

    /// <summary>What reports call a folder: its name without the path.</summary>
    public static string NameOf(string folder) =>
        Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));

    /// <summary>Lists a folder without decoding its images.</summary>
    /// <param name="folder">
    /// The folder that holds one folder per class; it may itself be a symbolic link, nothing in it may.
    /// </param>
    /// <param name="meaning">What the names of the class folders mean.</param>
    /// <param name="framing">How each picture becomes an input.</param>
    /// <param name="limits">What each file may ask of the decoder.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">
    /// There is no class, a class without images, a symbolic link, or a file that is not an image; the message names
    /// it.
    /// </exception>
    public static ImageFolder Open(string folder, ClassFolders meaning, Framing framing, ImageLimits limits)
    {
        ArgumentNullException.ThrowIfNull(meaning);
        ArgumentNullException.ThrowIfNull(framing);
        ArgumentNullException.ThrowIfNull(limits);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(
                $"{folder}: no such folder, want one with a folder of images per class");
        DirectoryInfo[] classes = Classes(new DirectoryInfo(folder));
        if (classes.Length == 0)
            throw new InvalidDataException($"{folder}: holds no class folders, want one folder of images per class");
        string[] names = [.. classes.Select(entry => entry.Name)];
        string? fault = Fault(folder, names, meaning);
        int? LabelOf(DirectoryInfo entry) => fault is null ? meaning.LabelOf(entry.Name) : null;
        (string, int?)[] images = [
            .. classes.SelectMany(entry => Images(entry).Select(path => (path, LabelOf(entry))))];
        string[] labelNames = fault is null ? LabelNamesOf(names, meaning) : [];
        return new ImageFolder(NameOf(folder), framing, labelNames, images, limits) { LabelFault = fault };
    }

    private protected override LabelledImage ReadAt(int index)
    {
        (string path, int? label) = files[index];
        return new LabelledImage(index, framing.Apply(ImageFile.Read(path, limits)), label);
    }

    private static string? Fault(string folder, string[] names, ClassFolders meaning)
    {
        string[] unknown = [.. names.Where(name => meaning.LabelOf(name) is null)];
        if (unknown.Length > 0)
            return $"{folder}: {unknown.Length} of its {names.Length} folders mean no class of {meaning.Dataset}: "
                + string.Join(", ", unknown.Take(MostNamed)) + (unknown.Length > MostNamed ? ", …" : "")
                + $"; right are {meaning.Accepted}";
        return names.GroupBy(name => meaning.LabelOf(name)).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"{folder}: {string.Join(" and ", twice)} mean one class of {meaning.Dataset}: "
                + "put their images into one folder"
            : null;
    }

    // Where the data set has no names, those of the folders, each at its label.
    private static string[] LabelNamesOf(string[] names, ClassFolders meaning)
    {
        if (meaning.LabelNames.Count > 0) return [.. meaning.LabelNames];
        Dictionary<int, string> byLabel = names.ToDictionary(name => meaning.LabelOf(name)!.Value);
        IEnumerable<int> labels = Enumerable.Range(0, byLabel.Keys.Max() + 1);
        return [.. labels.Select(label => byLabel.GetValueOrDefault(label, $"class {label}"))];
    }

    private static DirectoryInfo[] Classes(DirectoryInfo folder)
    {
        FileSystemInfo[] entries = [.. Entries(folder)];
        if (entries.FirstOrDefault(entry => entry is FileInfo && IsImage(entry)) is { } loose)
            throw new InvalidDataException($"{loose.FullName}: an image outside the class folders, put it into one");
        return [.. entries.OfType<DirectoryInfo>()];
    }

    private static string[] Images(DirectoryInfo folder)
    {
        string[] paths = [.. Entries(folder).Select(entry => entry is FileInfo && IsImage(entry)
            ? entry.FullName
            : throw new InvalidDataException($"{entry.FullName}: a class folder holds only image files "
                + $"({string.Join(", ", ImageFile.Extensions)})"))];
        return paths.Length > 0 ? paths : throw new InvalidDataException($"{folder.FullName}: a class without images");
    }

    private static IEnumerable<FileSystemInfo> Entries(DirectoryInfo folder)
    {
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos()
            .OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            if (entry.Name.StartsWith('.'))
                continue;
            if (entry.LinkTarget is not null)
                throw new InvalidDataException(
                    $"{entry.FullName}: a symbolic link, which is not followed: put the file itself there");
            yield return entry;
        }
    }

    private static bool IsImage(FileSystemInfo entry) =>
        ImageFile.Extensions.Contains(entry.Extension, StringComparer.OrdinalIgnoreCase);
}
