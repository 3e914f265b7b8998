using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Router.Votes.Noise;

/// <summary>
/// The float value of a grid point: float(k/255), the float nearest to the exact rational. One IEEE 754 division of two
/// floats that hold k and 255 exactly is correctly rounded, so it has the same bits everywhere, in a vector, in a
/// scalar or in a table.
/// </summary>
public static class GridLevels
{
    /// <summary>The float nearest to level/255.</summary>
    /// <param name="level">|level| ≤ 2²⁴: exact as a float.</param>
    public static float ToFloat(int level) => level / 255f;

    /// <summary>x = (u + m)/255 for spans of one length.</summary>
    internal static void Add(ReadOnlySpan<byte> u, ReadOnlySpan<short> m, Span<float> x)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(m.Length, u.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(x.Length, u.Length);
        ref readonly byte levels = ref MemoryMarshal.GetReference(u);
        ref readonly short noise = ref MemoryMarshal.GetReference(m);
        ref float target = ref MemoryMarshal.GetReference(x);
        Vector256<float> scale = Vector256.Create(255f);
        int i = 0;
        for (; i <= u.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            (Vector256<int> a, Vector256<int> b) = Vector256.Widen(
                Vector256.WidenLower(Vector128.LoadUnsafe(in levels, (nuint)i).ToVector256Unsafe()).AsInt16()
                    + Vector256.LoadUnsafe(in noise, (nuint)i));
            (Vector256.ConvertToSingle(a) / scale).StoreUnsafe(ref target, (nuint)i);
            (Vector256.ConvertToSingle(b) / scale).StoreUnsafe(ref target, (nuint)i + 8);
        }
        for (; i < u.Length; i++)
            x[i] = ToFloat(u[i] + m[i]);
    }
}
