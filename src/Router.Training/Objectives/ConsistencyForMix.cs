using System.Globalization;
using Router.Training.Batches;
using Router.Training.Networks;
using Router.Training.Runs;

namespace Router.Training.Objectives;

/// <summary>
/// Consistency regularisation of an expert that is one of a mix: each image weighs what this σ can win of it.
/// </summary>
/// <param name="sigma">σ, in [0,1] pixels.</param>
/// <param name="consistency">m, λ and η.</param>
/// <param name="mix">What the experts of the mix answered, κ and β.</param>
internal sealed class ConsistencyForMix(decimal sigma, Robustness.Consistency consistency, Mix mix) : IObjective
{
    private readonly ConsistencyRegularization _unweighted =
        new(NoiseLevels.Of(sigma), consistency.Copies, consistency.Lambda, consistency.Eta);

    private readonly MixWeights _weights = new(mix, sigma);

    /// <inheritdoc/>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"{_unweighted.Description}, for the mix with κ = {mix.Weighting.Floor}, β = {mix.Weighting.Doubt}, "
        + $"targets {mix.Targets.Hash[..16]}");

    /// <inheritdoc/>
    public Judgement Judge(Batch batch, TrainableResNet network, bool training)
    {
        // Held-out and test images have no targets.
        if (!training) return _unweighted.Judge(batch, network, training);
        NoiseLevels noise = NoiseLevels.Of(sigma);
        torch.Tensor logits = network.Forward(
            batch.Noisy(noise, consistency.Copies), training, batch.Sigmas(noise, consistency.Copies));
        (torch.Tensor own, torch.Tensor none) = _weights.Rows(batch);
        torch.Tensor loss = LossForMix.PerImage(
            logits, batch.Labels, own, none, consistency.Lambda, consistency.Eta);
        return new(loss.mean(), Judgement.Share(logits, batch.Labels.repeat(consistency.Copies)));
    }
}
