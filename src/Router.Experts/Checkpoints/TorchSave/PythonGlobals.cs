using System.Text;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>Python's own containers and the names of its scalar types.</summary>
internal static class PythonGlobals
{
    public static IEnumerable<PickleGlobal> All { get; } =
    [
        new("collections.OrderedDict", Dictionary),
        new("collections.Counter", Dictionary),
        new("collections.defaultdict",
            static (at, arguments) => Dictionary(at, arguments is [_, .. var rest] ? rest : [])),
        new("builtins.dict", Dictionary),
        new("builtins.list", Sequence),
        new("builtins.set", Sequence),
        new("builtins.frozenset", Sequence),
        new("builtins.tuple", Sequence),
        new("builtins.int"),
        new("builtins.long"),
        new("builtins.float"),
        new("builtins.bool"),
        new("builtins.str"),
        new("builtins.unicode"),
        new("builtins.bytes"),
        // Raw bytes in protocols 0 to 2: _codecs.encode(text, 'latin1'). Only NumPy's scalars are read, hence the
        // limit.
        new("_codecs.encode", static (at, arguments) => arguments is [string { Length: <= 64 } text, "latin1"]
            && text.All(c => c <= 0xff)
            ? Encoding.Latin1.GetBytes(text)
            : new OpaqueValue("_codecs.encode", at.Offset)),
    ];

    private static PickleDict Dictionary(Unpickler at, object?[] arguments)
    {
        PickleDict made = new();
        switch (arguments)
        {
            case []:
                return made;
            case [PickleDict copied]:
                at.Charge(copied.Pairs.Count);
                foreach ((object? key, Located value) in copied.Pairs)
                    made.Add(key, value);
                return made;
            case [PickleList pairs]: // Python 2: OrderedDict([[key, value], …])
                at.Charge(pairs.Items.Count);
                foreach (object? pair in pairs.Items)
                    made.Add(pair switch
                    {
                        PickleList { Items: [var key, _] } => key,
                        PickleTuple { Items: [var key, _] } => key,
                        _ => throw at.Fault("a dictionary is made of something that is not a pair"),
                    }, new(pair is PickleList list ? list.Items[1] : ((PickleTuple)pair).Items[1], at.Offset));
                return made;
            default:
                throw at.Fault("a dictionary is made of something that is neither a dictionary nor a list of pairs");
        }
    }

    private static object Sequence(Unpickler at, object?[] arguments) => arguments switch
    {
        [] => new PickleList(),
        [PickleList or PickleTuple] => arguments[0]!,
        _ => throw at.Fault("a list, set or tuple is made of something that is neither a list nor a tuple"),
    };
}
