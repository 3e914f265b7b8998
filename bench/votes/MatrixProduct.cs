using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>
/// Products of two square matrices by libtorch, in each format: about what this machine can multiply at best.
/// </summary>
internal sealed class MatrixProduct : IDisposable
{
    public static readonly string[] Formats = ["float32", "bfloat16", "int8"];

    private const int Side = 2048;

    private readonly Dictionary<string, (Tensor Left, Tensor Right)> _factors = [];

    // Integers have no method in TorchSharp.
    private readonly jit.CompilationUnit _integers =
        jit.compile("def product(left, right):\n  return torch._int_mm(left, right)\n");

    public MatrixProduct()
    {
        Tensor values = randn(Side, Side);
        _factors["float32"] = (values, values.clone());
        _factors["bfloat16"] = (values.bfloat16(), values.bfloat16());
        _factors["int8"] = (values.to(ScalarType.Int8), values.to(ScalarType.Int8));
    }

    /// <summary>Operations of some products.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="times">How many.</param>
    public Timing Measure(string format, int times) => Timing.Of(2.0 * Side * Side * Side * times, () =>
    {
        (Tensor left, Tensor right) = _factors[format];
        for (int i = 0; i < times; i++)
            (format == "int8" ? (Tensor)_integers.invoke("product", left, right) : left.mm(right)).Dispose();
    });

    public void Dispose()
    {
        _integers.Dispose();
        foreach ((Tensor left, Tensor right) in _factors.Values)
        {
            left.Dispose();
            right.Dispose();
        }
    }
}
