
namespace Router.Engine.Architectures;

/// <summary>A checkpoint's tensors are not those of the architecture it was said to be.</summary>
/// <param name="architecture">What it was said to be.</param>
/// <param name="faults">Each tensor that is unknown to the architecture, of another shape, or missing.</param>
/// <param name="prefixes">What foreign names begin with that are the architecture's behind it.</param>
public sealed class CheckpointMismatchException(
    string architecture, IReadOnlyList<string> faults, IReadOnlyList<string> prefixes)
    : Exception($"the weights are not those of {architecture}: {Foreign(prefixes)}"
        + string.Join("; ", faults.Take(Shown)) + (faults.Count > Shown ? $"; and {faults.Count - Shown} more" : ""))
{
    private const int Shown = 5;

    /// <summary>Every fault.</summary>
    public IReadOnlyList<string> Faults => faults;

    private static string Foreign(IReadOnlyList<string> prefixes) => prefixes.Count == 0 ? "" : "its names begin with "
        + string.Join(" and ", prefixes.Take(Shown).Select(prefix => $"'{prefix}'"))
        + (prefixes.Count == 1
            ? ", which is around the network and unknown; "
            : ", several networks of which none is chosen; ");
}
