
namespace Router.Experts.Checkpoints.TorchSave;

// A pickled value is null, bool, long, BigInteger, double, string, byte[], one of the types below, an OpaqueValue, or
// what a global's call returned.

/// <summary>A value and where in the file it was produced.</summary>
internal readonly record struct Located(object? Value, long Offset);

/// <summary>A Python tuple (or frozenset).</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static PickleTuple Empty { get; } = new([]);

    public object?[] Items => items;
}

/// <summary>A Python list (or set: its order and its equalities do not matter here).</summary>
internal sealed class PickleList
{
    private List<object?>? items;

    public IReadOnlyList<object?> Items => items ?? [];

    public void Add(object? item) => (items ??= []).Add(item);
}

/// <summary>
/// A Python dictionary, as the pairs were set: keys are never hashed, so nothing in the file can make that slow.
/// </summary>
internal sealed class PickleDict
{
    private List<(object? Key, Located Value)>? pairs;

    public IReadOnlyList<(object? Key, Located Value)> Pairs => pairs ?? [];

    public void Add(object? key, Located value) => (pairs ??= []).Add((key, value));
}
