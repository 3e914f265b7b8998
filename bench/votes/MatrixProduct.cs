using Router.Experts.Loading;
using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>
/// Products of two square matrices by libtorch, in each format: about what this machine can multiply at best. In
/// float32 by MKL or by oneDNN, whichever is faster here.
/// </summary>
internal sealed class MatrixProduct : IDisposable
{
    public static readonly string[] Formats = ["float32", "bfloat16", "int8"];

    private const int Side = 2048;

    private readonly Dictionary<string, (Tensor Left, Tensor Right)> _factors = [];

    // TorchSharp has no methods for these.
    private readonly jit.CompilationUnit _other = jit.compile("""
        def integers(left, right):
          return torch._int_mm(left, right)
        def packed(right):
          return right.to_mkldnn()
        def packed_product(left, right):
          return torch.mkldnn_linear(left.to_mkldnn(), right, None).to_dense()

        """);
    private readonly bool _byOneDnn;

    public MatrixProduct()
    {
        // Pages that are zeroed anew for each product cost as much as it does.
        NativeHeap.KeepFreedMemory();
        Tensor values = randn(Side, Side);
        _factors["float32"] = (values, values.clone());
        _factors["packed"] = (values.clone(), (Tensor)_other.invoke("packed", values));
        _factors["bfloat16"] = (values.bfloat16(), values.bfloat16());
        _factors["int8"] = (values.to(ScalarType.Int8), values.to(ScalarType.Int8));
        // torch's own in float32 is MKL's, which is slow on processors that are not Intel's.
        _byOneDnn = Best("packed") > Best("float32");
    }

    /// <summary>Operations of some products.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="times">How many.</param>
    public Timing Measure(string format, int times) => Timing.Of(2.0 * Side * Side * Side * times, () =>
    {
        string product = format == "float32" && _byOneDnn ? "packed" : format;
        for (int i = 0; i < times; i++) Product(product).Dispose();
    });

    private double Best(string format) =>
        Enumerable.Range(0, 6).Max(_ => Timing.Of(1, () => Product(format).Dispose()).Rate);

    private Tensor Product(string format)
    {
        (Tensor left, Tensor right) = _factors[format];
        return format switch
        {
            "int8" => (Tensor)_other.invoke("integers", left, right),
            "packed" => (Tensor)_other.invoke("packed_product", left, right),
            _ => left.mm(right),
        };
    }

    public void Dispose()
    {
        _other.Dispose();
        foreach ((Tensor left, Tensor right) in _factors.Values)
        {
            left.Dispose();
            right.Dispose();
        }
    }
}
