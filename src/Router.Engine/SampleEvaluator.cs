using System.Buffers;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Engine;

/// <summary>
/// Votes of one network on noisy images, a batch at a time: draws exact grid noise (docs/certificates.md, section 6),
/// applies the input layer, runs the network, takes the argmax. Not for concurrent use: its device gives turns.
/// </summary>
/// <param name="evaluator">The network.</param>
/// <param name="sigma">σ of the noise, in [0,1] pixels.</param>
/// <param name="draw">Draws the noise: <see cref="GridNoise.Fill(NoiseStream, long, Span{short})"/>.</param>
/// <param name="levels">The input layer.</param>
internal sealed class SampleEvaluator(BatchEvaluator evaluator, decimal sigma, NoiseDraw draw, LevelTable levels)
{
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
    public void Vote(IReadOnlyList<Sample> samples, Span<SampleVote> votes, bool asTrained = false) =>
        Start(samples, asTrained).End(votes);

    /// <summary>Begins to vote; as many at a time as of <see cref="BatchEvaluator.Start"/>.</summary>
    /// <param name="samples">Up to <see cref="BatchSize"/>, of any inputs and streams.</param>
    /// <param name="asTrained">Asks the layers alone, as a model card has their answers.</param>
    public VotesInProgress Start(IReadOnlyList<Sample> samples, bool asTrained = false)
    {
        VotesInProgress votes = new(samples, OutcomeCount);
        votes.Pass = evaluator.Start(samples.Count, (place, image) =>
        {
            short[] rented = ArrayPool<short>.Shared.Rent(image.Length);
            Span<short> drawn = rented.AsSpan(0, image.Length);
            votes.Decided[place] = draw(samples[place].Stream, samples[place].Index, drawn);
            if (votes.Decided[place]) levels.Write(samples[place].Input.Levels.Span, drawn, image);
            else image.Clear();
            ArrayPool<short>.Shared.Return(rented);
        }, asTrained);
        return votes;
    }

    /// <summary>The vote that a row of logits is.</summary>
    internal static SampleVote VoteOf(ReadOnlySpan<float> logits, bool asksConfidence)
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

/// <summary>Votes of a pass that has begun. All that its end needs is there before it begins.</summary>
/// <param name="samples">On what.</param>
/// <param name="classes">Logits of a sample.</param>
internal sealed class VotesInProgress(IReadOnlyList<Sample> samples, int classes)
{
    private readonly float[] _logits = new float[samples.Count * classes];

    /// <summary>The pass.</summary>
    public BatchInProgress Pass { get; set; } = null!;

    /// <summary>Of which samples the noise is decided, once the pass has ended.</summary>
    public bool[] Decided { get; } = new bool[samples.Count];

    /// <summary>Waits for its end; once.</summary>
    /// <param name="votes">Receives a vote per sample.</param>
    /// <exception cref="Exception">What the pass failed with.</exception>
    public void End(Span<SampleVote> votes)
    {
        Pass.End(_logits);
        for (int i = 0; i < samples.Count; i++)
            votes[i] = Decided[i]
                ? SampleEvaluator.VoteOf(_logits.AsSpan(i * classes, classes), samples[i].AsksConfidence)
                : new(SampleVote.Undecided, 0);
    }
}
