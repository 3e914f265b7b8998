using System.Collections.Immutable;
using Router.Data;
using Router.Evaluation.Runs;
using Router.Smoothing;
using Router.Training.Batches;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Training.Targets;

/// <summary>
/// Asks every expert about the true class of training images: the votes from which the best σ of each image follows.
/// The noise is exact grid noise of streams that no certificate draws from; rows depend on image, seed and functions
/// alone, so a run goes on where it was stopped.
/// </summary>
public sealed class TargetRun
{
    /// <summary>
    /// The stream of the first expert; those of the others follow. Certificates use 0 for the router and k + 1 for
    /// route k.
    /// </summary>
    public const uint FirstStream = 1u << 30;

    private readonly ImmutableArray<IVoter> _experts;
    private readonly TrainingImages _images;
    private readonly SeedSource _seeds;

    // Those of one party are served in the order they came: images are done one after the other, and not all at last.
    private readonly Claim _claim = new() { Party = new() };

    /// <summary>A run.</summary>
    /// <param name="experts">The experts, by id.</param>
    /// <param name="images">The images.</param>
    /// <param name="selection">Which of the data set they are.</param>
    /// <param name="draws">Draws of each expert on each image, ≥ 1.</param>
    /// <param name="seed">The seed of all noise.</param>
    /// <exception cref="ArgumentException">
    /// There is no expert, or an image has a label that one of them does not vote over.
    /// </exception>
    public TargetRun(
        IReadOnlyList<(string Id, IVoter Voter)> experts, TrainingImages images, ImageSelection selection, int draws,
        ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (experts.Count == 0)
            throw new ArgumentException("targets need an expert at least", nameof(experts));
        int highest = Enumerable.Range(0, images.Count).Max(images.Label);
        foreach ((string id, IVoter voter) in experts)
            if (highest >= voter.OutcomeCount)
                throw new ArgumentException(
                    $"{images.Name} has label {highest}, but {id} votes over {voter.OutcomeCount} classes",
                    nameof(experts));
        (_experts, _images, _seeds) =
            ([.. experts.Select(expert => expert.Voter)], images, SeedSource.FromCaller(seed));
        Terms = new(
            TargetTerms.CurrentSchema, TargetMeasure.Votes, images.Name, selection.ToString(), images.Count,
            images.Hash, draws, seed,
            [.. experts.Select((expert, k) => new TargetExpert(
                expert.Id, expert.Voter.Sigma, expert.Voter.FunctionId.Value, FirstStream + (uint)k))]);
    }

    // Images at once, with few draws of each more of them: a GPU's batch.
    private int UnderWay => Math.Clamp(4096 / Terms.Draws, 2, 1024);

    /// <summary>What its table is about.</summary>
    public TargetTerms Terms { get; }

    /// <summary>Writes every row that is missing.</summary>
    /// <param name="path">The table, begun or continued.</param>
    /// <param name="progress">Told how many rows are on disk.</param>
    /// <param name="cancellationToken">Stops between batches; rows that are written stay.</param>
    /// <exception cref="Evaluation.BadInputException">There is a table of other terms under this name.</exception>
    /// <exception cref="VoterUnavailableException">An expert cannot answer.</exception>
    public async Task WriteAsync(string path, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using TargetWriter writer = TargetWriter.Open(path, Terms, _images.Indices, out int done);
        progress?.Report(done);
        IAsyncEnumerable<TargetRow> rows = InOrder.RunAsync(
            Enumerable.Range(done, _images.Count - done), UnderWay, MeasureAsync, cancellationToken);
        await foreach (TargetRow row in rows)
        {
            writer.Write(row);
            progress?.Report(++done);
        }
    }

    private async Task<TargetRow> MeasureAsync(int row, CancellationToken cancellationToken)
    {
        GridInput input =
            new(_images.Pixels(row).ToArray(), _images.Shape.Channels, _images.Shape.Height, _images.Shape.Width);
        ulong seed = _seeds.SeedForInput(input.Hash);
        // All at once: experts on one device take turns there, experts on several do not wait for each other.
        VoteCounts[] votes = await Task.WhenAll(_experts.Select((expert, k) =>
            expert.VoteAsync(
                new(input, new NoiseStream(seed, FirstStream + (uint)k), new(0, Terms.Draws)) { Claim = _claim },
                cancellationToken)));
        int label = _images.Label(row);
        return new(_images.Indices[row], label, Terms.Draws, [.. votes.Select(vote => (double)vote.Counts[label])]);
    }
}
