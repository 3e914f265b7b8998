using Router.Data;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Votes;

namespace Router.Host.Commands;

/// <summary>Image files as inputs of a registry's networks.</summary>
internal static class Pictures
{
    /// <summary>Decodes and frames one picture.</summary>
    /// <exception cref="InputFault">The file cannot be read as an image of at most the usual size.</exception>
    public static GridInput Read(string path, string dataset, Surroundings surroundings)
    {
        string file = surroundings.Resolve(path);
        if (!File.Exists(file))
            throw new InputFault($"there is no image {path}");
        Framing framing = DataSetKind.Find(dataset)?.Framing
            ?? throw new InputFault($"image files cannot be framed for the data set '{dataset}'");
        return framing.Apply(ImageFile.Read(file, ImageLimits.Default)).ToInput();
    }
}
