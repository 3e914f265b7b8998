using System.Runtime.CompilerServices;

namespace Router.Votes.Noise;

/// <summary>
/// Gaussian noise rounded to the grid of 8-bit images: integers m with P(m) = Φ((m+½)/(255σ)) − Φ((m−½)/(255σ)),
/// exactly. For an image u/255, (u + m)/255 is the exact sum of the image and the rounded noise, so votes on it
/// estimate the smoothing of f∘Q by true Gaussian noise without the leak of floating-point noise (Voráček &amp; Hein
/// 2023). Immutable; safe to use from many threads.
/// </summary>
public sealed class GridNoise
{
    private const int ChunkSize = BucketTable.MaxLength;

    // U = ½ is the middle of m = 0 for every σ.
    private const uint Middle = 1u << 31;

    private readonly BucketTable _table;

    /// <summary>The noise of the exact decimal σ. Takes some 80 ms at σ = 1, more for larger σ: keep it.</summary>
    /// <param name="sigma">
    /// In (0, <see cref="GridThresholds.MaxSigma"/>], in units of the [0, 1] intensity range.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> is outside its range.</exception>
    public GridNoise(decimal sigma)
    {
        Thresholds = GridThresholds.For(sigma);
        _table = new BucketTable(Thresholds);
    }

    /// <summary>σ, the exact decimal.</summary>
    public decimal Sigma => Thresholds.Sigma;

    /// <summary>Where the values change, in units of 2⁻⁶⁴.</summary>
    public GridThresholds Thresholds { get; }

    /// <summary>
    /// Draws one sample: coordinate j takes the value that <see cref="NoiseStream.Uniform"/> decides there.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="sampleIndex">Which sample of the stream, ≥ 0.</param>
    /// <param name="m">
    /// One value per coordinate, any number of them; |m| ≤ <see cref="GridThresholds.Largest"/>.
    /// </param>
    /// <returns>
    /// False where some coordinate is undecided: the vote of this sample is then undecided and <paramref name="m"/>
    /// holds no sample.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sampleIndex"/> is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fill(NoiseStream stream, long sampleIndex, Span<short> m)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sampleIndex);
        Span<uint> words = stackalloc uint[ChunkSize];
        Span<short> drawn = stackalloc short[ChunkSize];
        for (int start = 0; start < m.Length; start += ChunkSize)
        {
            Span<short> chunk = m.Slice(start, Math.Min(ChunkSize, m.Length - start));
            bool whole = chunk.Length % NoiseStream.GroupSize == 0;
            if (!Draw(stream, sampleIndex, start, chunk.Length, words, whole ? chunk : drawn))
                return false;
            if (!whole)
                drawn[..chunk.Length].CopyTo(chunk);
        }
        return true;
    }

    /// <summary>
    /// Draws one sample around an 8-bit image: x[j] is the float nearest to (u[j] + m[j])/255. Nothing is clipped.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="sampleIndex">Which sample of the stream, ≥ 0.</param>
    /// <param name="u">The levels 0 … 255 of the image.</param>
    /// <param name="x">As long as <paramref name="u"/>.</param>
    /// <returns>
    /// False where some coordinate is undecided: the vote of this sample is then undecided and <paramref name="x"/>
    /// holds no sample.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="x"/> and <paramref name="u"/> differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sampleIndex"/> is negative.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Fill(NoiseStream stream, long sampleIndex, ReadOnlySpan<byte> u, Span<float> x)
    {
        if (u.Length != x.Length)
            throw new ArgumentException(
                $"the image has {u.Length} levels, the sample has room for {x.Length}", nameof(x));
        ArgumentOutOfRangeException.ThrowIfNegative(sampleIndex);
        Span<uint> words = stackalloc uint[ChunkSize];
        Span<short> m = stackalloc short[ChunkSize];
        for (int start = 0; start < u.Length; start += ChunkSize)
        {
            int count = Math.Min(ChunkSize, u.Length - start);
            if (!Draw(stream, sampleIndex, start, count, words, m))
                return false;
            GridLevels.Add(u.Slice(start, count), m[..count], x.Slice(start, count));
        }
        return true;
    }

    /// <summary>
    /// What <see cref="Fill(NoiseStream, long, Span{short})"/> does with given words in place of drawn ones.
    /// </summary>
    internal bool Decide(ReadOnlySpan<uint> leading, ReadOnlySpan<uint> trailing, Span<short> m)
    {
        Span<uint> words = stackalloc uint[ChunkSize];
        Span<short> decided = stackalloc short[ChunkSize];
        for (int start = 0; start < leading.Length; start += ChunkSize)
        {
            int count = Math.Min(ChunkSize, leading.Length - start);
            words.Fill(Middle);
            leading.Slice(start, count).CopyTo(words);
            if (!_table.Decide(words, new TrailingWords(trailing), start, decided))
                return false;
            decided[..count].CopyTo(m[start..]);
        }
        return true;
    }

    // Coordinates start … start + count − 1, in whole groups; what is drawn beyond the last is replaced by a word that
    // always decides.
    private bool Draw(NoiseStream stream, long sampleIndex, int start, int count, Span<uint> words, Span<short> m)
    {
        int room = RoundUp(count);
        LeadingWords.Fill(stream, sampleIndex, start / NoiseStream.GroupSize, words[..room]);
        words[count..room].Fill(Middle);
        return _table.Decide(words[..room], new TrailingWords(stream, sampleIndex), start, m[..room]);
    }

    private static int RoundUp(int count) =>
        (count + NoiseStream.GroupSize - 1) / NoiseStream.GroupSize * NoiseStream.GroupSize;
}
