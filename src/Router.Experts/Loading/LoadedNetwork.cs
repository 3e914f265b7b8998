using System.Collections.Immutable;
using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Registry;
using Router.Experts.Serving;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Experts.Loading;

/// <summary>
/// A network that was built from its registry entry and can vote: an expert, or the router. What it is stays the same
/// whether it is in memory or not; who asks one that is not waits until it is, and gets the same votes.
/// </summary>
public sealed class LoadedNetwork : IDisposable
{
    private readonly NetworkSource _source;
    private readonly Residence _residence;
    private readonly LaneBatcher _batcher;

    internal LoadedNetwork(
        NetworkSource source, ImmutableArray<ModelCard?> cards, IReadOnlyDictionary<string, string> properties,
        ISequenceVoter network, Residence residence, LaneBatcher batcher)
    {
        (_source, Cards, Properties, Network) = (source, cards, properties, network);
        Voter = Pass.Step == 0 ? network : new PassingVoter(network, Pass);
        (_residence, _batcher) = (residence, batcher);
    }

    /// <summary>What the registry says of it.</summary>
    public NetworkConfig Config => _source.Config;

    /// <summary>Its id in the registry.</summary>
    public string Id => Config.Id;

    /// <summary>The model cards of its members, in their order; null for one that has none.</summary>
    public ImmutableArray<ModelCard?> Cards { get; }

    /// <summary>Its model card, or null where it has none; an ensemble has those of its members alone.</summary>
    public ModelCard? Card => Cards is [var only] ? only : null;

    /// <summary>
    /// What it answers if it is rightly loaded, by its card; of an ensemble the mean of the pattern logits on the cards
    /// of its members. Null where a card is missing.
    /// </summary>
    public CardProbe? Probe => Cards is [var only] ? only?.Probe : CardProbe.OfEnsemble(Cards);

    /// <summary>
    /// Everything that makes <see cref="Network"/> the function that it is; its <see cref="FunctionId"/> is their hash.
    /// </summary>
    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>θ: how sure it must be for a vote to count; 0 of a router.</summary>
    public PassThreshold Pass => (Config as ExpertConfig)?.Pass ?? default;

    /// <summary>Votes over classes, or over routes for a router: those of <see cref="Network"/> that count.</summary>
    public IVoter Voter { get; }

    /// <summary>
    /// Every vote, sample by sample, whatever <see cref="Pass"/> is: what recordings and cards are of.
    /// </summary>
    public ISequenceVoter Network { get; }

    /// <summary>(channels, height, width) of its inputs.</summary>
    public ImmutableArray<int> ImageShape => _source.ImageShape;

    /// <summary>The device it is on.</summary>
    public string Device => _batcher.Lane.Device;

    /// <summary>The number format it computes in.</summary>
    internal torch.ScalarType ElementType => _source.Engine.ElementType;

    /// <summary>
    /// For how long the forward pass that is under way on its device has run, whoever's it is; zero where there is
    /// none.
    /// </summary>
    public TimeSpan PassRuns => _batcher.PassRuns;

    /// <summary>
    /// For how long the slowest load that is under way on its device has run, where it waits to come into memory; zero
    /// where it does not.
    /// </summary>
    public TimeSpan LoadRuns => _residence.Room.LoadRuns(_residence);

    /// <summary>Images per forward pass.</summary>
    public int BatchSize => _source.Engine.BatchSize;

    /// <summary>Where it is now.</summary>
    public ExpertStatus Status => _residence.Room.Of(_residence);

    /// <summary>Brings it into memory, also where it was told to go.</summary>
    /// <exception cref="VoterUnavailableException">
    /// It cannot be loaded: its file is gone, damaged or another one, or it does not fit the device.
    /// </exception>
    public Task LoadAsync(CancellationToken cancellationToken = default) =>
        _residence.Room.LoadAsync(_residence, cancellationToken);

    /// <summary>
    /// Sends it out of memory, once the votes it was asked for are drawn. Nobody may ask it until it is loaded again.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting; it goes all the same.</param>
    public Task WithdrawAsync(CancellationToken cancellationToken = default) =>
        _residence.Room.UnloadAsync(_residence, withdraw: true, cancellationToken);

    /// <summary>Sends it out of memory, once the votes it was asked for are drawn, until it is asked again.</summary>
    /// <param name="cancellationToken">Ends the waiting; it goes all the same.</param>
    public Task UnloadAsync(CancellationToken cancellationToken = default) =>
        _residence.Room.UnloadAsync(_residence, withdraw: false, cancellationToken);

    /// <summary>
    /// Float32 logits of inputs without noise, a row per input: those of the layers as a model card has them, which ask
    /// no mirror image.
    /// </summary>
    /// <param name="inputs">Images of the network's shape.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ArgumentException">An input has another shape.</exception>
    public async Task<float[][]> LogitsAsync(
        IReadOnlyList<GridInput> inputs, CancellationToken cancellationToken = default)
    {
        CheckShapes(inputs);
        using NetworkLease lease = await _residence.Room.LeaseAsync(_residence, cancellationToken);
        (BatchEvaluator evaluator, LevelTable levels, _) = lease.Network;
        List<float[]> rows = [];
        foreach (GridInput[] batch in inputs.Chunk(evaluator.BatchSize))
        {
            float[] images = new float[batch.Length * evaluator.ImageSize];
            for (int i = 0; i < batch.Length; i++)
                levels.Write(batch[i].Levels.Span, noise: [],
                    images.AsSpan(i * evaluator.ImageSize, evaluator.ImageSize));
            float[] logits = new float[batch.Length * evaluator.ClassCount];
            await _batcher.Lane.RunAsync(() => evaluator.Run(images, logits, asTrained: true), cancellationToken);
            rows.AddRange(logits.Chunk(evaluator.ClassCount));
        }
        return [.. rows];
    }

    /// <summary>
    /// One vote on each of many inputs, input i under sample i of the stream: accuracy under noise, of the layers as a
    /// model card has them.
    /// </summary>
    /// <returns>An outcome per input; −1 where the vote is undecided.</returns>
    /// <exception cref="ArgumentException">An input has another shape.</exception>
    public async Task<int[]> NoisyVotesAsync(
        IReadOnlyList<GridInput> inputs, NoiseStream stream, CancellationToken cancellationToken = default)
    {
        CheckShapes(inputs);
        using NetworkLease lease = await _residence.Room.LeaseAsync(_residence, cancellationToken);
        SampleEvaluator evaluator = lease.Network.Batched.Samples;
        SampleVote[] votes = new SampleVote[inputs.Count];
        foreach (int[] batch in Enumerable.Range(0, inputs.Count).Chunk(evaluator.BatchSize))
        {
            Sample[] samples = [.. batch.Select(i => new Sample(inputs[i], stream, i))];
            await _batcher.Lane.RunAsync(
                () => evaluator.Vote(samples, votes.AsSpan(batch[0], batch.Length), asTrained: true),
                cancellationToken);
        }
        return [.. votes.Select(vote => vote.Outcome)];
    }

    private void CheckShapes(IReadOnlyList<GridInput> inputs)
    {
        foreach (GridInput input in inputs)
            if (!input.Shape.SequenceEqual(ImageShape))
                throw new ArgumentException(
                    $"an input is ({string.Join(", ", input.Shape)}), the network takes "
                    + $"({string.Join(", ", ImageShape)})", nameof(inputs));
    }

    /// <inheritdoc/>
    public void Dispose() => _residence.Network?.Dispose();
}
