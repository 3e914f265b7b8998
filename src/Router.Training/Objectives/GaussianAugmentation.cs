using Router.Training.Batches;
using Router.Training.Networks;

namespace Router.Training.Objectives;

/// <summary>
/// Cross-entropy of the label on x + δ, δ ~ N(0, σ²I): Cohen, Rosenfeld and Kolter 2019, section 3.3.
/// </summary>
/// <param name="noise">σ, or several.</param>
internal sealed class GaussianAugmentation(NoiseLevels noise) : IObjective
{
    /// <inheritdoc/>
    public string Description => $"Gaussian augmentation at σ = {noise}";

    /// <inheritdoc/>
    public Judgement Judge(Batch batch, TrainableResNet network, bool training)
    {
        torch.Tensor logits = network.Forward(
            batch.Noisy(noise, copies: 1), training, batch.Sigmas(noise, copies: 1));
        return new(torch.nn.functional.cross_entropy(logits, batch.Labels), Judgement.Share(logits, batch.Labels));
    }
}
