
namespace Router.Engine;

/// <summary>Between the tensors of a file and those of torch.</summary>
public static class CheckpointTensors
{
    /// <summary>
    /// The tensor on the CPU, in its own element type, contiguous. The caller's dispose scope owns it.
    /// </summary>
    public static torch.Tensor ToTensor(this NamedTensor tensor)
    {
        torch.Tensor copy = torch.empty([.. tensor.Shape], dtype: ScalarTypeOf(tensor.Type));
        tensor.Bytes.Span.CopyTo(copy.bytes);
        return copy;
    }

    /// <summary>A copy of the tensor's values, row-major, under a name.</summary>
    /// <param name="tensor">Of Float32 or Int64, on any device and in any memory layout.</param>
    /// <param name="name">The name in the state dict.</param>
    /// <exception cref="NotSupportedException">It is of another element type.</exception>
    public static NamedTensor ToNamed(this torch.Tensor tensor, string name)
    {
        using var scope = torch.NewDisposeScope();
        ElementType type = tensor.dtype switch
        {
            torch.ScalarType.Float32 => ElementType.Float32,
            torch.ScalarType.Int64 => ElementType.Int64,
            var other => throw new NotSupportedException(
                $"'{name}' is of {other}: networks are kept in Float32, their counters in Int64"),
        };
        byte[] bytes = tensor.detach().cpu().contiguous().bytes.ToArray();
        return new(name, type, [.. tensor.shape], bytes);
    }

    private static torch.ScalarType ScalarTypeOf(ElementType type) => type switch
    {
        ElementType.Float32 => torch.ScalarType.Float32,
        ElementType.Float64 => torch.ScalarType.Float64,
        ElementType.Float16 => torch.ScalarType.Float16,
        ElementType.BFloat16 => torch.ScalarType.BFloat16,
        ElementType.Int64 => torch.ScalarType.Int64,
        ElementType.Int32 => torch.ScalarType.Int32,
        ElementType.Int16 => torch.ScalarType.Int16,
        ElementType.Int8 => torch.ScalarType.Int8,
        ElementType.UInt8 => torch.ScalarType.Byte,
        _ => torch.ScalarType.Bool,
    };
}
