using System.Runtime.InteropServices;

namespace Router.Torch;

public static partial class torch
{
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        Copy<float>([scalar], [], ScalarType.Float32, null, device, requires_grad);
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy<double>([scalar], [], ScalarType.Float64, dtype, device, requires_grad);
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy<long>([scalar], [], ScalarType.Int64, dtype, device, requires_grad);
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) =>
        Copy<int>([scalar], [], ScalarType.Int32, null, device, requires_grad);
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copy<bool>([scalar], [], ScalarType.Bool, dtype, device, requires_grad);

    public static Tensor tensor(
        float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray, [rawArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<float>(rawArray, dimensions, ScalarType.Float32, dtype, device, requires_grad, names);

    public static Tensor tensor(
        double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray, [rawArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<double>(rawArray, dimensions, ScalarType.Float64, dtype, device, requires_grad, names);

    public static Tensor tensor(
        long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(dataArray, [dataArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<long>(dataArray, dimensions, ScalarType.Int64, dtype, device, requires_grad, names);

    public static Tensor tensor(
        int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray, [rawArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<int>(rawArray, dimensions, ScalarType.Int32, dtype, device, requires_grad, names);

    public static Tensor tensor(
        byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray, [rawArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<byte>(rawArray, dimensions, ScalarType.Byte, dtype, device, requires_grad, names);

    public static Tensor tensor(
        bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray, [rawArray.LongLength], dtype, device, requires_grad, names);
    public static Tensor tensor(
        bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Copy<bool>(rawArray, dimensions, ScalarType.Bool, dtype, device, requires_grad, names);

    /// <summary>A copy of the elements in row-major order; more elements than the dimensions ask for are left over.</summary>
    private static Tensor Copy<T>(
        ReadOnlySpan<T> elements, ReadOnlySpan<long> dimensions, ScalarType own, ScalarType? dtype, Device? device, bool requires_grad,
        string[]? names = null)
        where T : unmanaged
    {
        RefuseNames(names);
        long count = 1;
        foreach (long size in dimensions)
            count *= size;
        if (count > elements.Length)
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {elements.Length}");
        Tensor made = empty(dimensions, own, CPU);
        made.bytes = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(elements), (int)count));
        Device wanted = InitializeDevice(device);
        if (wanted.type != DeviceType.CPU || (dtype is { } type && type != own))
            made = made.to(dtype ?? own, wanted, disposeAfter: true);
        return requires_grad ? made.requires_grad_() : made;
    }
}
