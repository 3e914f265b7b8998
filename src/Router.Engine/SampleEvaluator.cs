using Router.Votes;
using Router.Votes.Noise;

namespace Router.Engine;

/// <summary>
/// Votes of one network on noisy images, a batch at a time: draws exact grid noise (docs/certificates.md, section 6),
/// applies the input layer, runs the network, takes the argmax. Not for concurrent use: a device runs one pass at a
/// time.
/// </summary>
/// <param name="evaluator">The network.</param>
/// <param name="sigma">σ of the noise, in [0,1] pixels.</param>
/// <param name="draw">Draws the noise: <see cref="GridNoise.Fill(NoiseStream, long, Span{short})"/>.</param>
/// <param name="levels">The input layer.</param>
internal sealed class SampleEvaluator(BatchEvaluator evaluator, decimal sigma, NoiseDraw draw, LevelTable levels)
{
    private readonly float[] _images = new float[evaluator.BatchSize * evaluator.ImageSize];
    private readonly float[] _logits = new float[evaluator.BatchSize * evaluator.ClassCount];
    private readonly bool[] _decided = new bool[evaluator.BatchSize];

    /// <summary>Samples per forward pass.</summary>
    public int BatchSize => evaluator.BatchSize;

    /// <summary>Outcomes.</summary>
    public int OutcomeCount => evaluator.ClassCount;

    /// <summary>σ of the noise, in [0,1] pixels.</summary>
    public decimal Sigma => sigma;

    /// <summary>Votes on up to <see cref="BatchSize"/> samples.</summary>
    /// <param name="samples">The samples, of any inputs and streams.</param>
    /// <param name="votes">Receives a vote per sample.</param>
    /// <param name="asTrained">Asks the layers alone, as a model card has their answers.</param>
    public void Vote(IReadOnlyList<Sample> samples, Span<SampleVote> votes, bool asTrained = false)
    {
        int size = evaluator.ImageSize, classes = evaluator.ClassCount;
        Parallel.For(0, samples.Count, () => new short[size], (i, _, drawn) =>
        {
            Span<float> image = _images.AsSpan(i * size, size);
            _decided[i] = draw(samples[i].Stream, samples[i].Index, drawn);
            if (_decided[i]) levels.Write(samples[i].Input.Levels.Span, drawn, image);
            else image.Clear();
            return drawn;
        }, _ => { });
        evaluator.Run(_images.AsSpan(0, samples.Count * size), _logits.AsSpan(0, samples.Count * classes), asTrained);
        for (int i = 0; i < samples.Count; i++)
            votes[i] = _decided[i] ? VoteOf(_logits.AsSpan(i * classes, classes), samples[i].AsksConfidence)
                : new(SampleVote.Undecided, 0);
    }

    private static SampleVote VoteOf(ReadOnlySpan<float> logits, bool asksConfidence)
    {
        int outcome = LargestLogit(logits);
        return outcome == SampleVote.Undecided || !asksConfidence ? new(outcome, 0)
            : new(outcome, PassThreshold.StepOf(Softmax.LargestShare(logits, outcome)));
    }

    /// <summary>
    /// The index of the largest logit, the lowest among equals; <see cref="SampleVote.Undecided"/> where one is NaN or
    /// infinite.
    /// </summary>
    internal static int LargestLogit(ReadOnlySpan<float> logits)
    {
        int largest = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i])) return SampleVote.Undecided;
            if (logits[i] > logits[largest]) largest = i;
        }
        return largest;
    }
}

/// <summary>Draws the noise of one sample in levels; false where it is undecided.</summary>
internal delegate bool NoiseDraw(NoiseStream stream, long sampleIndex, Span<short> m);
