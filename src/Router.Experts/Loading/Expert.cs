using System.Collections.Immutable;
using Router.Experts.Batching;
using Router.Experts.Cards;
using Router.Experts.Engine;
using Router.Experts.Registry;
using Router.Experts.Voting;
using Router.Smoothing;
using Router.Smoothing.Noise;

namespace Router.Experts.Loading;

/// <summary>A network that was built from its registry entry and can vote: an expert, or the router.</summary>
public sealed class Expert : IDisposable
{
    private readonly BatchEvaluator _evaluator;
    private readonly LevelTable _levels;
    private readonly SampleEvaluator _samples;
    private readonly LaneBatcher _batcher;

    internal Expert(
        NetworkConfig config, ModelCard? card, IReadOnlyDictionary<string, string> properties, ISequenceVoter voter, ImmutableArray<int> imageShape,
        BatchEvaluator evaluator, LevelTable levels, SampleEvaluator samples, LaneBatcher batcher)
    {
        (Config, Card, Properties, Voter, ImageShape) = (config, card, properties, voter, imageShape);
        (_evaluator, _levels, _samples, _batcher) = (evaluator, levels, samples, batcher);
    }

    /// <summary>What the registry says of it.</summary>
    public NetworkConfig Config { get; }

    /// <summary>Its id in the registry.</summary>
    public string Id => Config.Id;

    /// <summary>Its model card, or null where it has none.</summary>
    public ModelCard? Card { get; }

    /// <summary>Everything that makes its function what it is; <see cref="FunctionId"/> is their hash.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Votes over classes, or over routes for a router.</summary>
    public ISequenceVoter Voter { get; }

    /// <summary>(channels, height, width) of its inputs.</summary>
    public ImmutableArray<int> ImageShape { get; }

    /// <summary>The device it is on.</summary>
    public string Device => _batcher.Lane.Device;

    /// <summary>The number format it computes in.</summary>
    internal torch.ScalarType ElementType => _evaluator.ElementType;

    /// <summary>For how long the forward pass that is under way on its device has run, whoever's it is; zero where there is none.</summary>
    public TimeSpan PassRuns => _batcher.PassRuns;

    /// <summary>Images per forward pass.</summary>
    public int BatchSize => _evaluator.BatchSize;

    /// <summary>The network's float32 logits of inputs without noise, a row per input.</summary>
    /// <param name="inputs">Images of the network's shape.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">An input has another shape.</exception>
    public async Task<float[][]> LogitsAsync(IReadOnlyList<GridInput> inputs, CancellationToken cancellationToken = default)
    {
        CheckShapes(inputs);
        List<float[]> rows = [];
        foreach (GridInput[] batch in inputs.Chunk(_evaluator.BatchSize))
        {
            float[] images = new float[batch.Length * _evaluator.ImageSize];
            for (int i = 0; i < batch.Length; i++)
                _levels.Write(batch[i].Levels.Span, noise: [], images.AsSpan(i * _evaluator.ImageSize, _evaluator.ImageSize));
            float[] logits = new float[batch.Length * _evaluator.ClassCount];
            await _batcher.Lane.RunAsync(() => _evaluator.Run(images, logits), cancellationToken);
            rows.AddRange(logits.Chunk(_evaluator.ClassCount));
        }
        return [.. rows];
    }

    /// <summary>One vote on each of many inputs, input i under sample i of the stream: accuracy under noise.</summary>
    /// <returns>An outcome per input; −1 where the vote is undecided.</returns>
    /// <exception cref="ArgumentException">An input has another shape.</exception>
    public async Task<int[]> NoisyVotesAsync(IReadOnlyList<GridInput> inputs, NoiseStream stream, CancellationToken cancellationToken = default)
    {
        CheckShapes(inputs);
        int[] votes = new int[inputs.Count];
        foreach (int[] batch in Enumerable.Range(0, inputs.Count).Chunk(_samples.BatchSize))
        {
            Sample[] samples = [.. batch.Select(i => new Sample(inputs[i], stream, i))];
            await _batcher.Lane.RunAsync(() => _samples.Vote(samples, votes.AsSpan(batch[0], batch.Length)), cancellationToken);
        }
        return votes;
    }

    private void CheckShapes(IReadOnlyList<GridInput> inputs)
    {
        foreach (GridInput input in inputs)
            if (!input.Shape.SequenceEqual(ImageShape))
                throw new ArgumentException(
                    $"an input is ({string.Join(", ", input.Shape)}), the network takes ({string.Join(", ", ImageShape)})", nameof(inputs));
    }

    /// <inheritdoc/>
    public void Dispose() => _evaluator.Dispose();
}
