using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Router.Votes.Noise;

/// <summary>
/// Decides m from the leading 32 bits of a uniform word. The first 14 bits choose one of 2¹⁴ buckets. A bucket with at
/// most one threshold, whose enclosure lies in a single leading word t, holds base = m below t, so that m = base +
/// (word &gt; t): one load, one addition, one shift. Where that cannot be said, because the word is t itself or the
/// bucket has more thresholds, the word is left to the exact thresholds.
/// </summary>
internal sealed class BucketTable
{
    /// <summary>2¹⁴ buckets of 4 bytes: about 1 word in 100 falls into a bucket of several thresholds.</summary>
    private const int BucketBits = 14;
    private const int Lanes = 16;

    /// <summary>The most words <see cref="Decide"/> takes at a time.</summary>
    public const int MaxLength = 512;

    private const int RestBits = 32 - BucketBits;
    private const int RestMask = (1 << RestBits) - 1;
    private const int Several = -1 << (BucketBits - 1);

    // The largest |m| an entry can hold beside the mark for several thresholds.
    private const int Largest = -Several - 2;

    // A sum below this comes from an entry that stands for several thresholds.
    private const int LeastClear = (Several + 1) << RestBits;

    // base·2¹⁸ + (2¹⁸ − 1 − rest of t): adding the rest of the word carries into the base exactly where it exceeds t's.
    private readonly int[] _entries = new int[1 << BucketBits];
    private readonly ushort[] _firstThreshold = new ushort[(1 << BucketBits) + 1];
    private readonly GridThresholds _thresholds;

    public BucketTable(GridThresholds thresholds)
    {
        if (thresholds.Largest > Largest)
            throw new ArgumentException(
                $"σ = {thresholds.Sigma} has values up to {thresholds.Largest}, the table holds up to {Largest}",
                nameof(thresholds));
        _thresholds = thresholds;
        ReadOnlySpan<ulong> lowest = thresholds.Lowest, highest = thresholds.Highest;
        int below = 0;
        for (int bucket = 0; bucket < _entries.Length; bucket++)
        {
            ulong first = (ulong)bucket << (64 - BucketBits), last = first + (ulong.MaxValue >> BucketBits);
            while (below < highest.Length && highest[below] < first)
                below++;
            _firstThreshold[bucket] = (ushort)below;
            int above = below;
            while (above < lowest.Length && lowest[above] <= last)
                above++;
            _entries[bucket] = Entry(below, above - below);
        }
        _firstThreshold[^1] = (ushort)highest.Length;

        int Entry(int index, int count)
        {
            int start = index - 1 - thresholds.Largest;
            if (count == 0)
                return start << RestBits;
            ulong low = thresholds.Lowest[index], high = thresholds.Highest[index];
            if (count > 1 || low >> 32 != high >> 32)
                return Several << RestBits;
            return (start << RestBits) + RestMask - (int)(low >> 32 & RestMask);
        }
    }

    /// <summary>Decides the values of <paramref name="leading"/>.</summary>
    /// <param name="leading">Leading words: at most <see cref="MaxLength"/>, a multiple of 16.</param>
    /// <param name="trailing">Where the other halves come from.</param>
    /// <param name="firstCoordinate">The coordinate of leading[0] in <paramref name="trailing"/>.</param>
    /// <param name="m">As long as <paramref name="leading"/>; defined only where true is returned.</param>
    /// <returns>False where a word is undecided.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Decide(ReadOnlySpan<uint> leading, TrailingWords trailing, int firstCoordinate, Span<short> m)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(m.Length, leading.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leading.Length, MaxLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(leading.Length % Lanes, 0, nameof(leading));
        ref uint words = ref MemoryMarshal.GetReference(leading);
        ref int entries = ref MemoryMarshal.GetArrayDataReference(_entries);
        ref short target = ref MemoryMarshal.GetReference(m);
        // All loads first: a vector read right behind the single stores it covers would wait for them.
        Span<int> loaded = stackalloc int[MaxLength];
        ref int load = ref MemoryMarshal.GetReference(loaded);
        for (int i = 0; i < leading.Length; i += 4)
        {
            Unsafe.Add(ref load, i) = Unsafe.Add(ref entries, (nint)(Unsafe.Add(ref words, i) >> RestBits));
            Unsafe.Add(ref load, i + 1) = Unsafe.Add(ref entries, (nint)(Unsafe.Add(ref words, i + 1) >> RestBits));
            Unsafe.Add(ref load, i + 2) = Unsafe.Add(ref entries, (nint)(Unsafe.Add(ref words, i + 2) >> RestBits));
            Unsafe.Add(ref load, i + 3) = Unsafe.Add(ref entries, (nint)(Unsafe.Add(ref words, i + 3) >> RestBits));
        }

        Vector256<int> mask = Vector256.Create(RestMask), clear = Vector256.Create(LeastClear);
        for (int i = 0; i < leading.Length; i += Lanes)
        {
            Vector256<int> sumA = Vector256.LoadUnsafe(ref load, (nuint)i)
                + (Vector256.LoadUnsafe(ref words, (nuint)i).AsInt32() & mask);
            Vector256<int> sumB = Vector256.LoadUnsafe(ref load, (nuint)i + 8)
                + (Vector256.LoadUnsafe(ref words, (nuint)i + 8).AsInt32() & mask);
            Vector256.Narrow(sumA >> RestBits, sumB >> RestBits).StoreUnsafe(ref target, (nuint)i);
            Vector256<int> unclear = Vector256.Equals(sumA & mask, mask) | Vector256.LessThan(sumA, clear)
                | Vector256.Equals(sumB & mask, mask) | Vector256.LessThan(sumB, clear);
            if (unclear != Vector256<int>.Zero
                && !DecideExactly(leading.Slice(i, Lanes), loaded.Slice(i, Lanes), trailing, firstCoordinate + i,
                    m.Slice(i, Lanes)))
                return false;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool DecideExactly(ReadOnlySpan<uint> leading, ReadOnlySpan<int> entries, TrailingWords trailing,
        int firstCoordinate, Span<short> m)
    {
        for (int lane = 0; lane < leading.Length; lane++)
        {
            int sum = entries[lane] + (int)(leading[lane] & RestMask);
            if ((sum & RestMask) != RestMask && sum >= LeastClear)
                continue;
            uint bucket = leading[lane] >> RestBits;
            ulong first = (ulong)leading[lane] << 32;
            int from = _firstThreshold[bucket], to = _firstThreshold[bucket + 1];
            if (_thresholds.TryInvert(first, first | uint.MaxValue, from, to, out m[lane]))
                continue;
            ulong word = first | trailing.At(firstCoordinate + lane);
            if (!_thresholds.TryInvert(word, word, from, to, out m[lane]))
                return false;
        }
        return true;
    }
}
