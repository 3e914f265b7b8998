using System.Text.Json.Nodes;
using Router.Data;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Votes;

namespace Router.Host.Commands;

/// <summary>Image files as inputs of a registry's networks.</summary>
internal static class Pictures
{
    /// <summary>
    /// Decodes and frames pictures; of those that cannot be read it says why, and the others are answered.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <param name="dataset">The data set of the networks that are asked.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="unread">The files that cannot be read, each with the reason.</param>
    public static IReadOnlyList<(string Path, GridInput Input)> ReadAll(
        IEnumerable<string> paths, string dataset, Surroundings surroundings,
        out IReadOnlyList<(string Path, string Fault)> unread)
    {
        List<(string, GridInput)> read = [];
        List<(string, string)> faults = [];
        foreach (string path in paths)
            try
            {
                read.Add((path, Read(path, dataset, surroundings)));
            }
            catch (Exception fault) when (
                fault is BadInputException or InvalidDataException or UnauthorizedAccessException)
            {
                surroundings.Say(FileFaults.Sentence(fault));
                faults.Add((path, FileFaults.Sentence(fault)));
            }
        unread = faults;
        return read;
    }

    /// <summary>Prints an object for each file that cannot be read, with the reason.</summary>
    public static void Tell(IReadOnlyList<(string Path, string Fault)> unread, Surroundings surroundings)
    {
        foreach ((string path, string fault) in unread)
            surroundings.Out.Print(new JsonObject { ["image"] = path, ["error"] = fault });
    }

    /// <summary>Decodes and frames one picture.</summary>
    /// <exception cref="BadInputException">The file cannot be read as an image of at most the usual size.</exception>
    public static GridInput Read(string path, string dataset, Surroundings surroundings)
    {
        string file = PathRule.Read("image").Resolve(path, surroundings);
        Framing framing = DataSetKind.Find(dataset)?.Framing
            ?? throw new BadInputException($"image files cannot be framed for the data set '{dataset}'");
        return framing.Apply(ImageFile.Read(file, ImageLimits.Default)).ToInput();
    }
}
