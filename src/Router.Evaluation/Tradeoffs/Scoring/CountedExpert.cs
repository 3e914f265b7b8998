using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes.Noise;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>An expert that is known by its votes: any certificate it is part of follows from them.</summary>
/// <param name="votes">Its votes.</param>
/// <param name="table">Bounds that are known.</param>
/// <param name="seconds">Mean measured seconds per image; null where nothing says.</param>
internal sealed class CountedExpert(NetworkVotes votes, BoundTable table, double? seconds) : ExpertAnswers(
    votes.Id, votes.Sigma)
{
    /// <summary>Its votes.</summary>
    public NetworkVotes Votes { get; } = votes;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<int, int?> Labels { get; } = votes.Images.ToDictionary(
        image => image.Key, image => image.Value.Label);

    /// <inheritdoc/>
    public override string? Function => Votes.Function;

    /// <inheritdoc/>
    public override uint? Stream => Votes.Stream;

    /// <inheritdoc/>
    public override double? Seconds { get; } = seconds;

    /// <inheritdoc/>
    public override int? ClassOf(int image) => Votes.Images[image].Selection.MostVoted;

    /// <inheritdoc/>
    public override double RadiusAlone(int image, double alpha) =>
        Radius(
            image, ClassOf(image)!.Value, AlphaLedger.Expert,
            AlphaLedger.Single(alpha).WithOtherClasses(Votes.OutcomeCount));

    /// <inheritdoc/>
    public override double Radius(int image, int label, string share, AlphaLedger ledger) =>
        Cohen.Radius(Sigma, Bounds(image, ledger), ledger, label, share);

    /// <inheritdoc/>
    public override double Ceiling(int image, string share, AlphaLedger ledger)
    {
        (long draws, NoiseStream stream) = (Votes.Images[image].Estimation.Total, Votes.Images[image].Stream);
        return Cohen.Radius(
            Sigma,
            table.Of(Votes.Family, ledger[share], BoundSide.Lower, draws, draws, selected: 0, selection: 0, stream));
    }

    /// <inheritdoc/>
    public override (long Selection, long Estimation)? Samples(int image) =>
        (Votes.Images[image].Selection.Total, Votes.Images[image].Estimation.Total);

    internal CountedBounds Bounds(int image, AlphaLedger ledger) =>
        new(table, Votes.Family, ledger, Votes.Images[image]);
}
