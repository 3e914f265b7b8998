using System.Globalization;
using System.Numerics;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>The part of an unpickled checkpoint that is read: the weights and the scalars beside them.</summary>
internal sealed class StateDict
{
    // Where published checkpoints keep their weights (locuslab/smoothing and descendants; MACER): who has one of these
    // means it.
    private static readonly string[] Containers = ["state_dict", "net"];

    // Where others do, averages among them.
    private static readonly string[] OtherNames =
    [
        "model", "model_state_dict", "model_state", "network", "weights", "params", "module",
        "ema", "ema_model", "ema_state_dict", "model_ema", "state_dict_ema", "params_ema",
    ];

    private const int Listed = 16;

    private readonly HashSet<string> constants = [];

    private StateDict(IReadOnlyDictionary<string, string> metadata, CheckpointOrigin origin) =>
        (Metadata, Origin) = (metadata, origin);

    /// <summary>Canonical names, in the order of the file; and where each was described.</summary>
    public List<(string Name, StridedTensor Tensor, long Offset)> Tensors { get; } = [];

    /// <summary>Which of the tensors are constants of an input layer.</summary>
    public IReadOnlySet<string> InputConstants => constants;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public CheckpointOrigin Origin { get; }

    public string? Container { get; private init; }

    public IReadOnlyList<string> OtherContainers { get; private init; } = [];

    /// <summary>Finds the weights in what a pickle made.</summary>
    /// <param name="root">The outermost value.</param>
    /// <param name="chosen">The key that holds them, where the file has several.</param>
    /// <param name="bytes">The pickle, for faults.</param>
    public static StateDict Find(object? root, string? chosen, ByteCursor bytes)
    {
        if (root is OpaqueValue whole)
            throw bytes.Fault(
                whole.Offset,
                $"the pickled object is {Unread(whole)}, not a dictionary: save its state_dict(); nothing was run");
        if (root is not PickleDict outer)
            throw bytes.Fault("the pickled object is not a dictionary; expected a checkpoint or a state dict");
        OrderedDictionary<string, Located> keys = Distinct(outer, bytes, "the checkpoint");
        string? container = ContainerOf(keys, chosen, bytes);
        OrderedDictionary<string, Located> named =
            container is null ? keys : Distinct((PickleDict)keys[container].Value!, bytes, $"'{container}'");
        if (named.Count == 0)
            throw bytes.Fault(keys[container!].Offset, $"'{container}' is empty; expected tensors");
        foreach ((string name, Located value) in named)
            if (value.Value is not StridedTensor)
                throw bytes.Fault(
                    value.Offset,
                    $"'{name}' among the weights is "
                    + (value.Value is OpaqueValue unknown ? $"{Unread(unknown)}, " : "")
                    + "not a tensor; nothing was run");

        WeightNames names =
            WeightNames.Of([.. named.Select(weight => (weight.Key, ((StridedTensor)weight.Value.Value!).Shape))]);
        if (names.Clash is { } clash)
            throw bytes.Fault(clash);
        StateDict found = new(
            container is null ? new OrderedDictionary<string, string>() : Scalars(keys),
            CheckpointOrigin.Recognise(container, keys.Keys, names))
        {
            Container = container,
            OtherContainers =
            [
                .. Containers.Concat(OtherNames).Where(key =>
                    key != container && keys.TryGetValue(key, out Located other) && HoldsWeights(other)),
            ],
        };
        foreach ((string name, Located value) in named)
        {
            if (names.Of(name) is not { } canonical) continue;
            found.Tensors.Add((canonical, (StridedTensor)value.Value!, value.Offset));
            if (names.IsInputConstant(name)) found.constants.Add(canonical);
        }
        return found;
    }

    private static string? ContainerOf(OrderedDictionary<string, Located> keys, string? chosen, ByteCursor bytes)
    {
        if (chosen is not null)
            return keys.TryGetValue(chosen, out Located held) && HoldsWeights(held)
                ? chosen
                : throw bytes.Fault(
                    $"no weights under '{chosen}': they lie under {List(Holding().DefaultIfEmpty("no key"))}");
        string[] containers =
            [.. Containers.Where(c => keys.TryGetValue(c, out Located value) && value.Value is PickleDict)];
        if (containers.Length == 0)
            containers = [.. OtherNames.Where(c => keys.TryGetValue(c, out Located value) && HoldsWeights(value))];
        if (containers.Length > 1)
            throw bytes.Fault(
                $"both '{containers[0]}' and '{containers[1]}' hold weights; "
                + "say which with --container of 'dualrs experts import' or 'convert'");
        if (containers.Length == 0 && !keys.Values.Any(value => value.Value is StridedTensor))
            throw bytes.Fault(
                "no weights: expected 'state_dict', 'net', 'model' and the like or tensors themselves, "
                + $"found the keys {List(keys.Keys)}"
                + string.Concat(Containers.Concat(OtherNames)
                    .Where(key => keys.TryGetValue(key, out Located value) && value.Value is OpaqueValue)
                    .Select(key => $"; '{key}' is {Unread((OpaqueValue)keys[key].Value!)}: save its state_dict()"))
                + string.Concat(
                    Holding().Take(1).Select(key => $"; '{key}' holds tensors: choose it with --container")));
        return containers.Length == 1 ? containers[0] : null;

        // So many keys: there may be any number, of one dictionary.
        IEnumerable<string> Holding() => keys.Keys.Take(Listed).Where(key => HoldsWeights(keys[key]));
        static string List(IEnumerable<string> all) => string.Join(", ", all.Take(Listed));
    }

    private static bool HoldsWeights(Located value) => value.Value is PickleDict inner
        && inner.Pairs.Any(pair => pair.Value.Value is StridedTensor);

    private static string Unread(OpaqueValue value) => $"a '{value.Name}', which is not among what weights consist of";

    private static OrderedDictionary<string, Located> Distinct(PickleDict dictionary, ByteCursor bytes, string what)
    {
        OrderedDictionary<string, Located> distinct = [];
        foreach ((object? key, Located value) in dictionary.Pairs)
            if (!distinct.TryAdd(key as string
                ?? throw bytes.Fault(value.Offset, $"a key of {what} is not text"), value))
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
