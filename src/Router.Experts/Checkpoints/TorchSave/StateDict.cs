using System.Globalization;
using System.Numerics;
using Router.Experts.Checkpoints.Pickle;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>The part of an unpickled checkpoint that is read: the weights and the scalars beside them.</summary>
internal sealed class StateDict
{
    // Where published checkpoints keep their weights (locuslab/smoothing and descendants; MACER).
    private static readonly string[] Containers = ["state_dict", "net"];

    private StateDict(List<(string, StridedTensor, long)> tensors, IReadOnlyDictionary<string, string> metadata, CheckpointOrigin origin)
    {
        Tensors = tensors;
        Metadata = metadata;
        Origin = origin;
    }

    /// <summary>Names as written in the file, without the prefix, in its order; and where each was described.</summary>
    public IReadOnlyList<(string Name, StridedTensor Tensor, long Offset)> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public CheckpointOrigin Origin { get; }

    public static StateDict Find(object? root, ByteCursor bytes)
    {
        if (root is not PickleDict outer)
            throw bytes.Fault("the pickled object is not a dictionary; expected a checkpoint or a state dict");
        OrderedDictionary<string, Located> keys = Distinct(outer, bytes, "the checkpoint");
        string[] containers = [.. Containers.Where(c => keys.TryGetValue(c, out Located value) && value.Value is PickleDict)];
        if (containers.Length > 1)
            throw bytes.Fault("both 'state_dict' and 'net' hold a dictionary; expected one");
        string? container = containers.Length == 1 ? containers[0] : null;
        if (container is null && !keys.Values.Any(v => v.Value is StridedTensor))
            throw bytes.Fault(
                $"no weights: expected 'state_dict', 'net' or tensors themselves, found the keys {string.Join(", ", keys.Keys.Take(16))}");

        OrderedDictionary<string, Located> named =
            container is null ? keys : Distinct((PickleDict)keys[container].Value!, bytes, $"'{container}'");
        if (named.Count == 0)
            throw bytes.Fault(keys[container!].Offset, $"'{container}' is empty; expected tensors");
        CheckpointOrigin origin = CheckpointOrigin.Recognise(container, keys.Keys, [.. named.Keys]);
        List<(string, StridedTensor, long)> tensors = [];
        foreach ((string name, Located value) in named)
            tensors.Add((name[origin.Prefix.Length..], value.Value as StridedTensor
                ?? throw bytes.Fault(value.Offset, $"'{name}' among the weights is not a tensor"), value.Offset));
        return new(tensors, container is null ? new OrderedDictionary<string, string>() : Scalars(keys), origin);
    }

    private static OrderedDictionary<string, Located> Distinct(PickleDict dictionary, ByteCursor bytes, string what)
    {
        OrderedDictionary<string, Located> distinct = [];
        foreach ((object? key, Located value) in dictionary.Pairs)
            if (!distinct.TryAdd(key as string ?? throw bytes.Fault(value.Offset, $"a key of {what} is not text"), value))
                throw bytes.Fault(value.Offset, $"the key '{key}' occurs twice in {what}");
        return distinct;
    }

    private static OrderedDictionary<string, string> Scalars(OrderedDictionary<string, Located> keys)
    {
        OrderedDictionary<string, string> scalars = [];
        foreach ((string key, Located value) in keys)
            if (value.Value switch
            {
                string text => text,
                bool truth => truth ? "true" : "false",
                long or double or BigInteger => Convert.ToString(value.Value, CultureInfo.InvariantCulture),
                _ => null,
            } is { } written)
                scalars.Add(key, written);
        return scalars;
    }
}
