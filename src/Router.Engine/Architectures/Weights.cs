
namespace Router.Engine.Architectures;

/// <summary>
/// Hands a checkpoint's tensors to an architecture by name and keeps account: what is missing, of another shape, or
/// left over is reported together by <see cref="ThrowIfMismatched"/>.
/// </summary>
internal sealed class Weights(
    IReadOnlyDictionary<string, NamedTensor> tensors, string architecture, EngineSettings engine)
{
    private const int LongestName = 512;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>The shape of a tensor, or null where the checkpoint has none of that name.</summary>
    public IReadOnlyList<long>? ShapeOf(string name) =>
        tensors.TryGetValue(name, out NamedTensor? tensor) ? tensor.Shape : null;

    /// <summary>
    /// The named tensor in float64 on the CPU, for folding. Where it is missing or of another shape the fault is noted
    /// and zeros stand in, so that one load names every fault.
    /// </summary>
    public torch.Tensor Take(string name, params long[] shape)
    {
        _taken.Add(name);
        if (!tensors.TryGetValue(name, out NamedTensor? tensor))
        {
            _missing.Add(name);
            _faults.Add($"{name} ({string.Join('×', shape)}) is missing");
        }
        else if (!tensor.Shape.SequenceEqual(shape))
        {
            string given = tensor.Shape.IsEmpty ? "one number" : string.Join('×', tensor.Shape);
            _faults.Add($"{name} is {given}, not {string.Join('×', shape)}");
        }
        else if (!tensor.Type.IsFloatingPoint())
        {
            // Whole numbers are weights that were rounded, and their scale is not here.
            _faults.Add($"{name} is {tensor.Type}, not floating point");
        }
        else
        {
            return tensor.ToTensor().to(torch.ScalarType.Float64);
        }
        return torch.zeros(shape, dtype: torch.ScalarType.Float64);
    }

    /// <summary>
    /// A weight as the engine wants it: its element type, device and, for convolution kernels, channels-last. The
    /// caller's dispose scope owns it.
    /// </summary>
    public torch.Tensor Place(torch.Tensor weight)
    {
        torch.Tensor typed = weight.to(engine.FloatType);
        torch.Tensor ordered = typed.dim() == 4 ? typed.permute(0, 2, 3, 1).contiguous()
            .permute(0, 3, 1, 2) : typed.contiguous();
        return ordered.to(engine.TorchDevice);
    }

    /// <summary>Every tensor was there, had the right shape and was used; otherwise all faults at once.</summary>
    public void ThrowIfMismatched()
    {
        // num_batches_tracked counts training steps and takes no part in inference; old files lack it.
        IEnumerable<string> unused = tensors.Keys
            .Where(name => !_taken.Contains(name) && !name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .Select(name => $"{name} is not part of {architecture}");
        // Half of what is shown may be of either kind.
        string[] left = [.. unused], faults = [.. left.Take(2), .. _faults, .. left.Skip(2)];
        if (faults.Length > 0)
            throw new CheckpointMismatchException(architecture, faults, [.. Prefixes()]);
    }

    // What most of the missing names stand behind.
    private IEnumerable<string> Prefixes() =>
        tensors.Keys.Where(name => !_taken.Contains(name) && name.Length <= LongestName)
        .Select(name => Enumerable.Range(0, name.Length)
            .Where(at => name[at] == '.' && _missing.Contains(name[(at + 1)..])).Select(at => name[..(at + 1)])
            .FirstOrDefault())
        .OfType<string>().CountBy(prefix => prefix).Where(counted => 2 * counted.Value > _missing.Count)
            .Select(counted => counted.Key);
}
