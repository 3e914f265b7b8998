
namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>
/// Reads one pickle into inert values: an own reader over an allow-list (<see cref="AllowedGlobals"/>), so nothing in
/// the file is executed. A name that is not on the list is an <see cref="OpaqueValue"/>, and so is what it is called
/// with, built into or called for. It loops and never recurses; operations, marks, strings and numbers are bounded, and
/// every opcode takes memory for what it reads only.
/// </summary>
/// <param name="bytes">Where the pickle starts.</param>
/// <param name="persistentLoad">What a persistent id stands for; null where none is expected.</param>
internal sealed partial class Unpickler(ByteCursor bytes, Func<Unpickler, object?, object>? persistentLoad = null)
{
    /// <summary>A ResNet-110 with its optimizer takes some 30 000.</summary>
    public const int MaxOperations = 1 << 20;

    /// <summary>torch.save nests no deeper than ten.</summary>
    public const int MaxMarks = 1024;

    // What a name costs beyond its opcode: it is the only one that takes memory for a few bytes.
    private const int NameWork = 16;

    private const int LongestName = 256;

    private readonly PickleStack stack = new();
    private readonly Dictionary<(string Module, string Name), OpaqueValue> opaque = [];
    private readonly Dictionary<long, object?> memo = [];
    private int operations;

    /// <summary>Where the current opcode stands.</summary>
    public long Offset { get; private set; }

    /// <summary>A fault at the current opcode.</summary>
    public CheckpointException Fault(string message) => bytes.Fault(Offset, message);

    /// <summary>Counts work beyond the opcode itself, so that cheap opcodes cannot copy much.</summary>
    public void Charge(int work)
    {
        if (work > MaxOperations - operations)
            throw Fault($"the pickle asks for more than {MaxOperations} operations");
        operations += work;
    }

    /// <summary>Reads up to and including STOP.</summary>
    public object? Load()
    {
        while (true)
        {
            Offset = bytes.Offset;
            Charge(1);
            var opcode = (Opcode)bytes.Next("a pickle opcode");
            switch (opcode)
            {
                case Opcode.Stop:
                    if (stack.Marks > 0)
                        throw Fault("the pickle stops inside a mark");
                    return stack.Pop(this).Value;
                case Opcode.Proto:
                    if (bytes.Next("a protocol number") is var protocol and (< 2 or > 5))
                        throw Fault($"pickle protocol {protocol}; expected 2 to 5");
                    break;
                case Opcode.Frame:
                    UInt64("the length of a frame");
                    break;
                case Opcode.Mark:
                    if (stack.Marks == MaxMarks)
                        throw Fault($"more than {MaxMarks} nested marks");
                    stack.Mark();
                    break;
                case Opcode.Pop:
                    stack.Pop(this);
                    break;
                case Opcode.PopMark:
                    stack.PopToMark(this);
                    break;
                case Opcode.Dup:
                    Push(stack.Peek(this).Value);
                    break;
                default:
                    if (!Scalar(opcode) && !Container(opcode) && !Memo(opcode) && !Object(opcode))
                        throw Fault($"opcode 0x{(byte)opcode:x2} is not one that torch.save writes");
                    break;
            }
        }
    }

    private void Push(object? value) => stack.Push(value, Offset);

    private bool Memo(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Put: Store(LineNumber()); return true;
            case Opcode.BinPut: Store(bytes.Next("a memo index")); return true;
            case Opcode.LongBinPut: Store(UInt32("a memo index")); return true;
            case Opcode.Memoize: Store(memo.Count); return true;
            case Opcode.Get: Recall(LineNumber()); return true;
            case Opcode.BinGet: Recall(bytes.Next("a memo index")); return true;
            case Opcode.LongBinGet: Recall(UInt32("a memo index")); return true;
            default: return false;
        }
    }

    private void Store(long index) => memo[index] = stack.Peek(this).Value;

    private void Recall(long index) =>
        Push(memo.TryGetValue(index, out object? value) ? value : throw Fault($"the memo holds nothing at {index}"));

    private bool Object(Opcode opcode)
    {
        switch (opcode)
        {
            case Opcode.Global:
                Push(Named(Line(LongestName), Line(LongestName)));
                return true;
            case Opcode.StackGlobal:
                Push(stack.Pop(2, this) is [{ Value: string module }, { Value: string name }]
                    ? Named(module, name)
                    : throw Fault("a global is named by something that is not text"));
                return true;
            case Opcode.Reduce or Opcode.NewObj:
                Located[] call = stack.Pop(2, this);
                Push(call[0].Value switch
                {
                    PickleGlobal global => global.Call(this, call[1].Value),
                    OpaqueValue unknown => unknown,
                    _ => throw Fault("something is called that is not a global"),
                });
                return true;
            case Opcode.Build:
                Build(stack.Pop(this).Value);
                return true;
            case Opcode.BinPersId:
                object? id = stack.Pop(this).Value;
                Push(persistentLoad is null ? throw Fault("a persistent id where none is expected")
                    : persistentLoad(this, id));
                return true;
            default:
                return false;
        }
    }

    private object Named(string module, string name)
    {
        Charge(NameWork);
        if (module.Length > LongestName || name.Length > LongestName)
            throw Fault($"a name of {module.Length} and {name.Length} characters; at most {LongestName} are expected");
        if (AllowedGlobals.Find(module, name) is { } known)
            return known;
        if (!opaque.TryGetValue((module, name), out OpaqueValue? unknown))
            opaque.Add((module, name), unknown = new($"{module}.{name}", Offset));
        return unknown;
    }

    private void Build(object? state)
    {
        switch (stack.Peek(this).Value)
        {
            case OpaqueValue:
                break;
            case NumpyType type:
                NumpyGlobals.Build(type, state);
                break;
            case PickleDict when state is PickleDict or OpaqueValue: // attributes: a state dict's _metadata
                break;
            default:
                throw Fault("a state is given to something that takes none; only dictionaries and NumPy types do");
        }
    }
}
