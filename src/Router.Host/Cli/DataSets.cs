using Router.Data;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Registry.Yaml;

namespace Router.Host.Cli;

/// <summary>
/// Opens the data sets of this machine by what the user writes: a known name, or a folder with one folder per class.
/// </summary>
internal static class DataSets
{
    /// <summary>A known data set's split, or null where it is not on this machine.</summary>
    public static DataSet? Find(string name, string split, Surroundings surroundings) =>
        DataSetKind.Find(name) is { } kind && LocationOf(kind, surroundings) is { Found: true } location
            ? Open(location, split) : null;

    /// <summary>
    /// What is read of a known data set's split for which nothing depends on it; null where it is not on this machine,
    /// is damaged, or has no such split.
    /// </summary>
    public static T? TryRead<T>(string name, string split, Surroundings surroundings, Func<DataSet, T> read)
        where T : class
    {
        try
        {
            return Find(name, split, surroundings) is { } images ? read(images) : null;
        }
        catch (Exception fault) when (
            fault is BadInputException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Opens a data set of whichever kind. Where the names of a folder mean no classes its images have no labels.
    /// </summary>
    /// <param name="nameOrFolder">A known name, or a folder with one folder of images per class.</param>
    /// <param name="split">"train" or "test"; folders have none.</param>
    /// <param name="framing">How a folder's pictures become inputs.</param>
    /// <param name="surroundings">The outside.</param>
    /// <exception cref="BadInputException">There is no such data set, or it is not on this machine.</exception>
    public static DataSet Open(string nameOrFolder, string split, Framing framing, Surroundings surroundings) => Open(
        nameOrFolder, split, framing,
        folder => ClassFolders.OfAny(folder, LocationOf(DataSetKind.ImageNet, surroundings).Folder), surroundings);

    /// <summary>
    /// Opens a data set; pictures of a folder are framed as a registry's experts take them, and need no label.
    /// </summary>
    /// <exception cref="BadInputException">There is no such data set, or it is not on this machine.</exception>
    public static DataSet OpenFramed(
        RegistryConfig registry, string nameOrFolder, string split, Surroundings surroundings)
    {
        DatasetFacts facts = DatasetFacts.Find(registry.Dataset)!;
        return Open(
            nameOrFolder, split, DataSetKind.Find(registry.Dataset)?.Framing ?? new Framing(facts.Height, facts.Height),
            folder => ClassFolders.Of(
                facts.Name, facts.Classes, folder, LocationOf(DataSetKind.ImageNet, surroundings).Folder),
                    surroundings);
    }

    /// <summary>
    /// Opens a data set whose images the experts of a registry take, and whose labels are their classes.
    /// </summary>
    /// <exception cref="BadInputException">
    /// There is no such data set, it is not on this machine, or its images or classes are not those of the experts.
    /// </exception>
    public static DataSet OpenFor(RegistryConfig registry, string nameOrFolder, string split, Surroundings surroundings)
    {
        DatasetFacts wanted = DatasetFacts.Find(registry.Dataset)!;
        if (DataSetKind.Find(nameOrFolder) is { } kind && kind.Name != wanted.Name)
            throw new BadInputException(
                $"the classes of {kind.Name} are not those of the experts of {registry.Path}, which are for "
                + $"{wanted.Name}");
        DataSet images = Labelled(OpenFramed(registry, nameOrFolder, split, surroundings));
        ImageShape shape = new(wanted.Channels, wanted.Height, wanted.Width);
        return images.Shape == shape ? images : throw new BadInputException(
            $"{images.Name} has images of {images.Shape}, but the experts of {registry.Path} take {shape}");
    }

    /// <summary>A data set whose images have labels.</summary>
    /// <exception cref="BadInputException">They have none: the names of its folders mean no classes.</exception>
    public static DataSet Labelled(DataSet images) => images is ImageFolder { LabelFault: { } fault }
        ? throw new BadInputException($"{fault}; answers are compared with these labels")
        : images;

    /// <summary>Where a data set is, or how to get it.</summary>
    public static DataLocation LocationOf(DataSetKind kind, Surroundings surroundings) =>
        DataLocation.Find(kind, surroundings.Variable(DataLocation.Variable), surroundings.UserHome);

    private static DataSet Open(
        string nameOrFolder, string split, Framing framing, Func<string, ClassFolders> meaning,
        Surroundings surroundings)
    {
        if (DataSetKind.Find(nameOrFolder) is { } kind)
        {
            DataLocation location = LocationOf(kind, surroundings);
            return location.Found ? Open(location, split) : throw new BadInputException(location.ToString());
        }
        string folder = surroundings.Resolve(nameOrFolder);
        return Directory.Exists(folder)
            ? ImageFolder.Open(folder, meaning(folder), framing, ImageLimits.Default)
            : throw new BadInputException(
                $"'{nameOrFolder}' is neither a data set nor a folder: {Meant(nameOrFolder)}accepted are "
                + $"{string.Join(", ", DataSetKind.All.Select(known => known.Name))}, "
                + "or a folder with one folder of PNG or JPEG files per class");

        static string Meant(string written) =>
            Spelling.Closest(written, DataSetKind.All.Select(known => known.Name)) is { } near
                ? $"did you mean '{near}'? " : "";
    }

    private static DataSet Open(DataLocation location, string split)
    {
        if (location.Kind == DataSetKind.Shapes10)
            return Shapes10.Open(split switch
            {
                "train" => Shapes10Split.Train,
                "test" => Shapes10Split.Test,
                _ => throw new BadInputException($"Shapes10 has no split '{split}': accepted are train, test"),
            });
        if (location.Kind != DataSetKind.Cifar10)
            return ImageFolder.Open(
                location.Folder!, ClassFolders.Of(location.Kind.Name, location.Kind.ClassCount, location.Folder),
                location.Kind.Framing, ImageLimits.Default);
        return Cifar10.Open(location.Folder!, split switch
        {
            "train" => Cifar10Split.Train,
            "test" => Cifar10Split.Test,
            _ => throw new BadInputException($"CIFAR-10 has no split '{split}': accepted are train, test"),
        });
    }
}
