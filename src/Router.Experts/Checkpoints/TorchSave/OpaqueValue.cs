
namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// A name of Python's that weights do not consist of, and all that is made of it: it is neither looked up nor called,
/// and what it is given is let go. It lies beside weights without harm (a trainer's options, a loss history, a
/// scheduler); one among them is refused.
/// </summary>
/// <param name="name">Module and name, as written.</param>
/// <param name="offset">Where it was first named.</param>
internal sealed class OpaqueValue(string name, long offset)
{
    public string Name => name;

    public long Offset => offset;
}
