namespace Router.Votes.Noise;

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
