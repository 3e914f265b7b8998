using System.Collections.Frozen;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>The one list of names that weights consist of. Everything else is an <see cref="OpaqueValue"/>.</summary>
internal static class AllowedGlobals
{
    private static readonly FrozenDictionary<string, PickleGlobal> Table = PythonGlobals.All
        .Concat(NumpyGlobals.All)
        .Concat(TorchGlobals.All)
        .ToFrozenDictionary(g => g.Name);

    /// <summary>What a name stands for; null where it is not on the list.</summary>
    public static PickleGlobal? Find(string module, string name) =>
        Table.GetValueOrDefault(
            $"{(module == "__builtin__" ? "builtins" : module)}.{name}"); // __builtin__ is Python 2's
}
