using Router.Data;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Votes;

namespace Router.Host.Commands;

/// <summary>
/// The inputs that records are about: a record holds the hash of its own, and nothing else is taken for it.
/// </summary>
internal sealed class ReplayInputs
{
    // Of pictures that cannot be read.
    private const int Named = 3;

    private readonly Func<string, GridInput> _find;

    private ReplayInputs(Func<string, GridInput> find) => _find = find;

    /// <summary>The input of this hash.</summary>
    /// <exception cref="BadInputException">It was not given.</exception>
    public GridInput this[string hash] => _find(hash);

    /// <summary>One picture.</summary>
    public static ReplayInputs OfPicture(string path, string dataset, Surroundings surroundings) =>
        Only(Pictures.Read(path, dataset, surroundings), path);

    /// <summary>An image of a data set, or whichever of them the record is about.</summary>
    public static ReplayInputs OfData(DataSet images, int? index)
    {
        if (index is { } one)
            return one < images.Count
                ? Only(images.Read(one).Image.ToInput(), $"image {one} of {images.Name}")
                : throw new BadInputException($"{images.Name} has {images.Count} images, there is no image {one}");
        Dictionary<string, GridInput> seen = [];
        List<string> unreadable = [];
        IEnumerator<int> rest = Enumerable.Range(0, images.Count).GetEnumerator();
        return new(hash =>
        {
            while (!seen.ContainsKey(hash) && rest.MoveNext())
            {
                try
                {
                    GridInput input = images.Read(rest.Current).Image.ToInput();
                    seen.TryAdd(input.Hash, input);
                }
                catch (Exception fault) when (
                    fault is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    unreadable.Add(fault.Message);
                }
            }
            return seen.GetValueOrDefault(hash)
                ?? throw new BadInputException(string.Join("; ", unreadable.Take(Named).Prepend(
                    $"no image of {images.Name} hashes to {hash}, which the record is about")));
        });
    }

    private static ReplayInputs Only(GridInput input, string name) => new(hash => input.Hash == hash
        ? input
        : throw new BadInputException(
            $"the record is about an input that hashes to {hash}, but {name} hashes to {input.Hash}"));
}
