using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Router.Votes.Noise;

/// <summary>
/// The leading words of whole groups of 64 coordinates, in vectors. A 64-bit lane holds one Philox word in its low
/// half; the high half is whatever the last product left there, which the next 32×32-bit multiplication ignores.
/// </summary>
internal static class LeadingWords
{
    /// <summary>
    /// Fills <paramref name="words"/> (whole groups) with the leading words of the coordinates from group
    /// <paramref name="firstGroup"/> on.
    /// </summary>
    public static void Fill(NoiseStream stream, long sampleIndex, int firstGroup, Span<uint> words)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
            Fill512(stream, sampleIndex, firstGroup, words);
        else if (Avx2.IsSupported)
            Fill256(stream, sampleIndex, firstGroup, words);
        else
            FillScalar(stream, sampleIndex, firstGroup, words);
    }

    internal static void FillScalar(NoiseStream stream, long sampleIndex, int firstGroup, Span<uint> words)
    {
        for (int i = 0; i < words.Length; i += NoiseStream.GroupSize)
        {
            uint block = (uint)((firstGroup + i / NoiseStream.GroupSize) * NoiseStream.BlocksPerGroup);
            for (int lane = 0; lane < NoiseStream.BlocksPerGroup; lane++)
                (words[i + lane], words[i + 16 + lane], words[i + 32 + lane], words[i + 48 + lane]) = Philox4x32.Block(
                    (block + (uint)lane, (uint)sampleIndex, (uint)(sampleIndex >> 32), stream.Id), stream.Seed);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill256(NoiseStream stream, long sampleIndex, int firstGroup, Span<uint> words)
    {
        Vector256<ulong> multiplier0 = Vector256.Create((ulong)Philox4x32.Multiplier0),
        multiplier1 = Vector256.Create((ulong)Philox4x32.Multiplier1);
        Vector256<ulong> sampleLow = Vector256.Create((ulong)(uint)sampleIndex),
            sampleHigh = Vector256.Create((ulong)sampleIndex >> 32);
        Vector256<ulong> id = Vector256.Create((ulong)stream.Id), low = Vector256.Create(0xFFFF_FFFFUL);
        ref uint target = ref MemoryMarshal.GetReference(words);
        for (int i = 0; i < words.Length; i += NoiseStream.GroupSize)
        {
            for (int half = 0; half < NoiseStream.BlocksPerGroup; half += 8)
            {
                ulong block = (ulong)((firstGroup + i / NoiseStream.GroupSize) * NoiseStream.BlocksPerGroup + half);
                // Even blocks in one state, odd blocks in the other: together they are 8 consecutive words.
                Vector256<ulong> a0 = Vector256.Create(block) + Vector256.Create(0UL, 2, 4, 6), a1 = sampleLow,
                    a2 = sampleHigh, a3 = id;
                Vector256<ulong> b0 = a0 + Vector256<ulong>.One, b1 = sampleLow, b2 = sampleHigh, b3 = id;
                uint key0 = (uint)stream.Seed, key1 = (uint)(stream.Seed >> 32);
                for (int round = 0; round < Philox4x32.Rounds; round++)
                {
                    Vector256<ulong> k0 = Vector256.Create((ulong)key0), k1 = Vector256.Create((ulong)key1);
                    Vector256<ulong> product0 = Avx2.Multiply(a0.AsUInt32(), multiplier0.AsUInt32());
                    Vector256<ulong> product1 = Avx2.Multiply(a2.AsUInt32(), multiplier1.AsUInt32());
                    (a0, a1, a2, a3) = ((product1 >> 32) ^ a1 ^ k0, product1, (product0 >> 32) ^ a3 ^ k1, product0);
                    product0 = Avx2.Multiply(b0.AsUInt32(), multiplier0.AsUInt32());
                    product1 = Avx2.Multiply(b2.AsUInt32(), multiplier1.AsUInt32());
                    (b0, b1, b2, b3) = ((product1 >> 32) ^ b1 ^ k0, product1, (product0 >> 32) ^ b3 ^ k1, product0);
                    key0 += Philox4x32.KeyStep0;
                    key1 += Philox4x32.KeyStep1;
                }
                ((a0 & low) | (b0 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + half));
                ((a1 & low) | (b1 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + half + 16));
                ((a2 & low) | (b2 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + half + 32));
                ((a3 & low) | (b3 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + half + 48));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill512(NoiseStream stream, long sampleIndex, int firstGroup, Span<uint> words)
    {
        Vector512<ulong> multiplier0 = Vector512.Create((ulong)Philox4x32.Multiplier0),
        multiplier1 = Vector512.Create((ulong)Philox4x32.Multiplier1);
        Vector512<ulong> sampleLow = Vector512.Create((ulong)(uint)sampleIndex),
            sampleHigh = Vector512.Create((ulong)sampleIndex >> 32);
        Vector512<ulong> id = Vector512.Create((ulong)stream.Id), low = Vector512.Create(0xFFFF_FFFFUL);
        ref uint target = ref MemoryMarshal.GetReference(words);
        for (int i = 0; i < words.Length; i += NoiseStream.GroupSize)
        {
            ulong block = (ulong)((firstGroup + i / NoiseStream.GroupSize) * NoiseStream.BlocksPerGroup);
            Vector512<ulong> a0 = Vector512.Create(block) + Vector512.Create(0UL, 2, 4, 6, 8, 10, 12, 14),
                a1 = sampleLow, a2 = sampleHigh, a3 = id;
            Vector512<ulong> b0 = a0 + Vector512<ulong>.One, b1 = sampleLow, b2 = sampleHigh, b3 = id;
            uint key0 = (uint)stream.Seed, key1 = (uint)(stream.Seed >> 32);
            for (int round = 0; round < Philox4x32.Rounds; round++)
            {
                Vector512<ulong> k0 = Vector512.Create((ulong)key0), k1 = Vector512.Create((ulong)key1);
                Vector512<ulong> product0 = Avx512F.Multiply(a0.AsUInt32(), multiplier0.AsUInt32());
                Vector512<ulong> product1 = Avx512F.Multiply(a2.AsUInt32(), multiplier1.AsUInt32());
                (a0, a1, a2, a3) = ((product1 >> 32) ^ a1 ^ k0, product1, (product0 >> 32) ^ a3 ^ k1, product0);
                product0 = Avx512F.Multiply(b0.AsUInt32(), multiplier0.AsUInt32());
                product1 = Avx512F.Multiply(b2.AsUInt32(), multiplier1.AsUInt32());
                (b0, b1, b2, b3) = ((product1 >> 32) ^ b1 ^ k0, product1, (product0 >> 32) ^ b3 ^ k1, product0);
                key0 += Philox4x32.KeyStep0;
                key1 += Philox4x32.KeyStep1;
            }
            ((a0 & low) | (b0 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)i);
            ((a1 & low) | (b1 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + 16));
            ((a2 & low) | (b2 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + 32));
            ((a3 & low) | (b3 << 32)).AsUInt32().StoreUnsafe(ref target, (nuint)(i + 48));
        }
    }
}

/// <summary>
/// The trailing halves of the uniform words of one sample: from its stream, or given, which is how the undecided path
/// is tested.
/// </summary>
internal readonly ref struct TrailingWords
{
    private readonly ReadOnlySpan<uint> _given;
    private readonly NoiseStream _stream;
    private readonly long _sampleIndex;

    public TrailingWords(NoiseStream stream, long sampleIndex) => (_stream, _sampleIndex) = (stream, sampleIndex);

    public TrailingWords(ReadOnlySpan<uint> given) => _given = given;

    public uint At(int coordinate) => _given.IsEmpty ? _stream.Trailing(_sampleIndex, coordinate) : _given[coordinate];
}
