using System.Collections.Frozen;
using Router.Experts.Checkpoints.TorchSave;

namespace Router.Experts.Checkpoints.Pickle;

/// <summary>The one list of names that a checkpoint may mention. Everything else is refused by name.</summary>
internal static class AllowedGlobals
{
    private static readonly FrozenDictionary<string, PickleGlobal> Table = PythonGlobals.All
        .Concat(NumpyGlobals.All)
        .Concat(TorchGlobals.All)
        .ToFrozenDictionary(g => g.Name);

    public static PickleGlobal Find(Unpickler at, string module, string name)
    {
        string qualified = $"{(module == "__builtin__" ? "builtins" : module)}.{name}"; // __builtin__ is Python 2's
        return Table.GetValueOrDefault(qualified)
            ?? throw at.Fault($"the pickle names '{module}.{name}', which is not among what weights consist of; nothing was executed");
    }
}
