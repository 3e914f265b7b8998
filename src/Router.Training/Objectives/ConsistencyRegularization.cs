using System.Globalization;
using Router.Engine.LibTorch;
using Router.Training.Batches;
using Router.Training.Networks;

namespace Router.Training.Objectives;

/// <summary>Cross-entropy under noise, and answers that agree across m draws of it: Jeong and Shin 2020.</summary>
/// <param name="noise">σ, or several.</param>
/// <param name="copies">m ≥ 2; theirs is 2.</param>
/// <param name="lambda">λ ≥ 0; theirs are 5 to 20.</param>
/// <param name="eta">η ≥ 0; theirs is 0.5.</param>
internal sealed class ConsistencyRegularization(NoiseLevels noise, int copies, double lambda, double eta) : IObjective
{
    /// <inheritdoc/>
    public string Description =>
        string.Create(
            CultureInfo.InvariantCulture, $"consistency at σ = {noise}, m = {copies}, λ = {lambda}, η = {eta}");

    /// <inheritdoc/>
    public Judgement Judge(Batch batch, TrainableResNet network, bool training)
    {
        torch.Tensor logits = network.Forward(batch.Noisy(noise, copies), training, batch.Sigmas(noise, copies));
        torch.Tensor labels = batch.Labels.repeat(copies);
        torch.Tensor agreement = Consistency.PerImage(logits, copies, lambda, eta).mean();
        return new(torch.nn.functional.cross_entropy(logits, labels).Plus(agreement), Judgement.Share(logits, labels));
    }
}
