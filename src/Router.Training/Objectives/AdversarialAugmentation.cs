using System.Globalization;
using Router.Training.Batches;
using Router.Training.Networks;

namespace Router.Training.Objectives;

/// <summary>
/// Cross-entropy on noisy images that an adversary of the smoothed classifier has moved, under the noise it moved them
/// for: Salman et al. 2019.
/// </summary>
/// <param name="levels">σ, or several.</param>
/// <param name="epsilon">
/// ε, ℓ2, reached after <paramref name="warmup"/> epochs; before that it grows in proportion.
/// </param>
/// <param name="steps">Steps of the adversary, ≥ 1.</param>
/// <param name="copies">m ≥ 1 draws of noise for each image.</param>
/// <param name="warmup">Epochs, ≥ 0.</param>
internal sealed class AdversarialAugmentation(
    NoiseLevels levels, double epsilon, int steps, int copies, int warmup) : IObjective
{
    /// <inheritdoc/>
    public string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"SmoothAdv-PGD at σ = {levels}, ε = {epsilon} after {warmup} epochs, {steps} steps, m = {copies}");

    /// <inheritdoc/>
    public Judgement Judge(Batch batch, TrainableResNet network, bool training)
    {
        torch.Tensor noise = batch.Noise(levels, copies), sigmas = batch.Sigmas(levels, copies);
        torch.Tensor labels = batch.Labels.repeat(copies);
        torch.Tensor images = training
            ? AdversaryAt(batch.Epoch).Attack(
                x => network.Forward(x, training: false, sigmas), batch.Pixels, batch.Labels, noise)
            : batch.Pixels;
        torch.Tensor logits = network.Forward(NoiseCopies.Noisy(images, noise), training, sigmas);
        return new(torch.nn.functional.cross_entropy(logits, labels), Judgement.Share(logits, labels));
    }

    private SmoothAdversary AdversaryAt(int epoch) =>
        new(epsilon * Math.Min(1, (double)epoch / Math.Max(1, warmup)), steps);
}
