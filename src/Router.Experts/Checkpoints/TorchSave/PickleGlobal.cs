
namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// A name that a pickle may mention. What "calling" it means is our own function over inert values: no Python class is
/// ever looked up.
/// </summary>
/// <param name="name">Module and name, e.g. <c>collections.OrderedDict</c>.</param>
/// <param name="call">
/// What REDUCE and NEWOBJ make of it, where no argument is opaque; null where it may be mentioned but not called.
/// </param>
internal class PickleGlobal(string name, Func<Unpickler, object?[], object?>? call = null)
{
    public string Name => name;

    public object? Call(Unpickler at, object? arguments)
    {
        if (arguments is OpaqueValue)
            return arguments;
        if (arguments is not PickleTuple tuple)
            throw at.Fault($"'{name}' is called with something that is not a tuple of arguments");
        at.Charge(tuple.Items.Length);
        // Of something unknown nothing known can be made.
        if (Array.Find(tuple.Items, argument => argument is OpaqueValue) is { } unknown)
            return unknown;
        return call is null ? new OpaqueValue(name, at.Offset) : call(at, tuple.Items);
    }
}
