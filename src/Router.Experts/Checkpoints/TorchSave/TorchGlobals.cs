using Router.Engine;

namespace Router.Experts.Checkpoints.TorchSave;

/// <summary>The class of a storage, named by the pickle: it says the element type.</summary>
internal sealed class TorchStorageType(string name, ElementType element) : PickleGlobal(name)
{
    public ElementType Element => element;
}

/// <summary>The names of PyTorch that weights consist of.</summary>
internal static class TorchGlobals
{
    private static readonly (string Class, ElementType Element)[] StorageClasses =
    [
        ("FloatStorage", ElementType.Float32),
        ("DoubleStorage", ElementType.Float64),
        ("HalfStorage", ElementType.Float16),
        ("BFloat16Storage", ElementType.BFloat16),
        ("LongStorage", ElementType.Int64),
        ("IntStorage", ElementType.Int32),
        ("ShortStorage", ElementType.Int16),
        ("CharStorage", ElementType.Int8),
        ("ByteStorage", ElementType.UInt8),
        ("BoolStorage", ElementType.Bool),
        ("UntypedStorage", ElementType.UInt8),
        ("_UntypedStorage", ElementType.UInt8),
    ];

    private static readonly string[] DataTypes =
        ["float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"];

    public static IEnumerable<PickleGlobal> All { get; } =
    [
        .. from module in new[] { "torch", "torch.cuda", "torch.storage" }
           from storage in StorageClasses
           select new TorchStorageType($"{module}.{storage.Class}", storage.Element),
        .. from type in DataTypes
           select new PickleGlobal($"torch.{type}"),
        new("torch._utils._rebuild_tensor", Tensor), // (storage, offset, size, stride)
        new("torch._utils._rebuild_tensor_v2", Tensor), // and requires_grad, hooks, metadata
        new("torch._utils._rebuild_parameter", Parameter), // (tensor, requires_grad, hooks)
        new("torch._utils._rebuild_parameter_with_state", Parameter),
        new("torch.nn.parameter.Parameter", Parameter),
        new("torch.Size", static (at, arguments) => arguments is [PickleTuple or PickleList]
            ? arguments[0]
            : throw at.Fault("'torch.Size' is not made of sizes")),
        new("torch.device", static (at, arguments) => arguments is [string device, ..]
            ? device
            : throw at.Fault("'torch.device' is not made of a name")),
    ];

    private static StridedTensor Tensor(Unpickler at, object?[] arguments)
    {
        if (arguments is not [StorageSlice slice, long offset, PickleTuple size, PickleTuple stride, ..])
            throw at.Fault("a tensor is not made of (storage, offset, size, stride, …)");
        at.Charge(size.Items.Length + stride.Items.Length);
        return StridedTensor.Create(slice, offset, Numbers(at, size), Numbers(at, stride), out string? fault)
            ?? throw at.Fault(fault!);
    }

    private static StridedTensor Parameter(Unpickler at, object?[] arguments) =>
        arguments is [StridedTensor tensor, ..] ? tensor : throw at.Fault("a parameter is not made of a tensor");

    private static long[] Numbers(Unpickler at, PickleTuple tuple) =>
        Array.ConvertAll(tuple.Items,
            n => n is long number ? number : throw at.Fault("a size or stride is not a 64-bit number"));
}
