namespace Router.Experts.Architectures;

/// <summary>A checkpoint's tensors are not those of the architecture it was said to be.</summary>
/// <param name="architecture">What it was said to be.</param>
/// <param name="faults">Each tensor that is missing, of another shape, or unknown to the architecture.</param>
public sealed class CheckpointMismatchException(string architecture, IReadOnlyList<string> faults)
    : Exception($"the weights are not those of {architecture}: {string.Join("; ", faults.Take(Shown))}"
        + (faults.Count > Shown ? $"; and {faults.Count - Shown} more" : ""))
{
    private const int Shown = 5;

    /// <summary>Every fault.</summary>
    public IReadOnlyList<string> Faults => faults;
}
