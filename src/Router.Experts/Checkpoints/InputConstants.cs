using System.Globalization;
using System.Runtime.InteropServices;
using Router.Engine;

namespace Router.Experts.Checkpoints;

/// <summary>
/// Constants of a layer before the network that a file holds beside its weights (<c>0.mean</c>, <c>normalize.std</c>).
/// What a registry says decides what is computed; a file that says otherwise is a contradiction.
/// </summary>
internal static class InputConstants
{
    private const double Float32Rounding = 1e-6;

    private static readonly string[] Means = ["mean", "means", "mu"];
    private static readonly string[] Deviations = ["std", "stds", "sd", "sds", "sigma"];

    /// <summary>Whether a weight is called as such constants are.</summary>
    public static bool IsNamedSo(string name) => Means.Contains(Last(name)) || Deviations.Contains(Last(name));

    /// <summary>What differs from the stated input layer, or from the stated σ; null where nothing does.</summary>
    /// <param name="constants">The file's.</param>
    /// <param name="stated">What the registry says.</param>
    /// <param name="sigma">
    /// The registry's σ: a lone <c>sigma</c>, without a mean beside it, is that of the noise.
    /// </param>
    public static string? Mismatch(IReadOnlyCollection<NamedTensor> constants, InputLayer stated, decimal sigma)
    {
        foreach (NamedTensor constant in constants)
        {
            double[] found = Values(constant);
            bool isNoise = Last(constant.Name) == "sigma" && found.Length == 1
                && !constants.Any(other => Means.Contains(Last(other.Name))
                    && Parent(other.Name) == Parent(constant.Name));
            float[] expected = isNoise ? [(float)sigma] : Means.Contains(Last(constant.Name))
                ? stated switch
                {
                    InputLayer.Standardize standardize => [.. standardize.Mean],
                    InputLayer.Center center => [.. center.Mean],
                    _ => [0],
                }
                : stated is InputLayer.Standardize { Sd: var deviations } ? [.. deviations] : [1];
            if (!Agree(found, expected, constant.Type))
                return $"the file holds '{constant.Name}' = {List(found)}, but "
                    + (isNoise ? $"σ is {sigma.ToString(CultureInfo.InvariantCulture)}"
                        : $"the input layer '{stated}' has {List([.. expected.Select(value => (double)value)])} there");
        }
        return null;
    }

    // One number stands for every channel.
    private static bool Agree(double[] found, float[] expected, ElementType type)
    {
        double rounding = type switch
        {
            ElementType.Float16 => Math.ScaleB(1, -10),
            ElementType.BFloat16 => Math.ScaleB(1, -7),
            _ => Float32Rounding,
        };
        int count = Math.Max(found.Length, expected.Length);
        return (found.Length == 1 || found.Length == count) && (expected.Length == 1 || expected.Length == count)
            && Enumerable.Range(0, count).All(i => IsNear(found[i % found.Length], expected[i % expected.Length]));

        bool IsNear(double one, double other) => Math.Abs(one - other) <= rounding * Math.Max(1e-3, Math.Abs(other));
    }

    private static double[] Values(NamedTensor tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Bytes.Span;
        return tensor.Type switch
        {
            ElementType.Float32 =>
                Array.ConvertAll(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), value => (double)value),
            ElementType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ElementType.Float16 =>
                Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (double)value),
            ElementType.BFloat16 =>
                Array.ConvertAll(
                    MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(),
                    bits => (double)BitConverter.Int32BitsToSingle(bits << 16)),
            // Whole numbers are no constants of [0,1] pixels: they agree with nothing.
            _ => [double.NaN],
        };
    }

    private static string List(double[] values) =>
        $"[{string.Join(", ", values.Select(value => value.ToString("0.######", CultureInfo.InvariantCulture)))}]";

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static string Parent(string name) => name[..Math.Max(0, name.LastIndexOf('.'))];
}
