namespace Router.Votes;

/// <summary>
/// The contiguous sample indices [<paramref name="From"/>, <paramref name="To"/>) of one noise stream.
/// </summary>
/// <param name="From">First index, ≥ 0.</param>
/// <param name="To">One past the last index, ≥ <paramref name="From"/>.</param>
public readonly record struct SampleRange(long From, long To)
{
    /// <summary>How many samples the range holds.</summary>
    public long Count => To - From;

    /// <summary>The <paramref name="count"/> indices that follow this range.</summary>
    public SampleRange Next(long count) => new(To, To + count);

    /// <inheritdoc/>
    public override string ToString() => $"[{From}, {To})";
}
