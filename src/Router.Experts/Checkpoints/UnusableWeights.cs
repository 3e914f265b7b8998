using System.Runtime.InteropServices;
using Router.Engine;

namespace Router.Experts.Checkpoints;

/// <summary>
/// Weights that no answer can come from: not finite, as a diverged training leaves them, or a negative variance.
/// </summary>
public static class UnusableWeights
{
    private const int Named = 3;

    /// <summary>
    /// For the end of a message: <c>; not finite among its weights: fc.weight, fc.bias</c>; empty where all are usable.
    /// </summary>
    /// <param name="weights">Of one network.</param>
    public static string Describe(IEnumerable<NamedTensor> weights)
    {
        NamedTensor[] all = [.. weights];
        return List("not finite", IsNotFinite) + List("below 0", tensor =>
            tensor.Name.EndsWith("running_var", StringComparison.Ordinal) && IsNegative(tensor));

        string List(string what, Func<NamedTensor, bool> isSo)
        {
            string[] names = [.. all.Where(isSo).Select(tensor => tensor.Name)];
            return names.Length == 0 ? "" : $"; {what} among its weights: {string.Join(", ", names.Take(Named))}"
                + (names.Length > Named ? $" and {names.Length - Named} more" : "");
        }
    }

    // Half and bfloat16 by their exponents: all ones.
    private static bool IsNotFinite(NamedTensor tensor) => tensor.Type switch
    {
        ElementType.Float32 => Any<float>(tensor, value => !float.IsFinite(value)),
        ElementType.Float64 => Any<double>(tensor, value => !double.IsFinite(value)),
        ElementType.Float16 => Any<ushort>(tensor, bits => (bits & 0x7c00) == 0x7c00),
        ElementType.BFloat16 => Any<ushort>(tensor, bits => (bits & 0x7f80) == 0x7f80),
        _ => false,
    };

    private static bool IsNegative(NamedTensor tensor) => tensor.Type switch
    {
        ElementType.Float32 => Any<float>(tensor, value => value < 0),
        ElementType.Float64 => Any<double>(tensor, value => value < 0),
        ElementType.Float16 or ElementType.BFloat16 => Any<short>(tensor, bits => bits < 0 && bits != short.MinValue),
        _ => false,
    };

    private static bool Any<T>(NamedTensor tensor, Func<T, bool> isSo)
        where T : unmanaged
    {
        foreach (T value in MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span))
            if (isSo(value)) return true;
        return false;
    }
}
