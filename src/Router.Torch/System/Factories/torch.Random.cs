using Router.Torch.Interop;

namespace Router.Torch;

public static partial class torch
{
    public static Tensor rand(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Draw(aten.rand, size, dtype, device, requires_grad, generator, names);
    public static Tensor rand(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        rand([size], dtype, device, requires_grad, generator, names);
    public static Tensor rand(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        rand([rows, columns], dtype, device, requires_grad, generator, names);

    public static Tensor randn(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Draw(aten.randn, size, dtype, device, requires_grad, generator, names);
    public static Tensor randn(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randn([size], dtype, device, requires_grad, generator, names);
    public static Tensor randn(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randn([rows, columns], dtype, device, requires_grad, generator, names);

    /// <summary>Integers from <paramref name="low"/> inclusive to <paramref name="high"/> exclusive.</summary>
    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        RefuseNames(names);
        return aten.randint.Call(low, high, size, generator, dtype ?? ScalarType.Int64, Value.None,
            InitializeDevice(device)).requires_grad_(requires_grad);
    }

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) =>
        aten.randperm.Call(n, generator, dtype ?? ScalarType.Int64, Value.None, InitializeDevice(device));

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(aten.rand_like, input, dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Like(aten.randn_like, input, dtype, device, requires_grad);

    private static Tensor Draw(
        Op op, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names)
    {
        RefuseNames(names);
        Tensor drawn = op.Call(Value.Sizes(size), generator, dtype ?? ScalarType.Float32, Value.None, InitializeDevice(device));
        return requires_grad ? drawn.requires_grad_() : drawn;
    }
}
