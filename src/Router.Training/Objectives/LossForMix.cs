using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// What an expert of a mix loses on an image that weighs a for its class and b for none (<see cref="MixWeights"/>).
/// With f_i = softmax(z_i) of the noise copies i = 1 … m, K classes and L_con of <see cref="Consistency"/>,
/// <code>L = a·( (1/m) Σ_i −log f_iy + L_con ) + b·( (1/m) Σ_i (1/K) Σ_c −log f_ic )</code>
/// The second part is least where every class is as likely as any other: a vote that passes at any threshold on the
/// confidence, and gives no class half of all votes without one.
/// </summary>
internal static class LossForMix
{
    /// <summary>L of each image.</summary>
    /// <param name="logits">z [m·B, K], copy after copy.</param>
    /// <param name="labels">y [B], Int64.</param>
    /// <param name="own">a [B], ≥ 0.</param>
    /// <param name="none">b [B], ≥ 0.</param>
    /// <param name="lambda">λ ≥ 0 of the agreement of copies.</param>
    /// <param name="eta">η ≥ 0 of the entropy of their mean.</param>
    /// <returns>[B].</returns>
    /// <exception cref="ArgumentException">There are not as many copies of each image.</exception>
    public static torch.Tensor PerImage(
        torch.Tensor logits, torch.Tensor labels, torch.Tensor own, torch.Tensor none, double lambda, double eta)
    {
        int copies = NoiseCopies.CountOf(logits, labels);
        torch.Tensor mean = NoiseCopies.Split(logits.log_softmax(1), copies).mean([0]);
        torch.Tensor forClass = -mean.gather(1, labels.unsqueeze(1)).squeeze(1), forNone = -mean.mean([1]);
        torch.Tensor agreement = Consistency.PerImage(logits, copies, lambda, eta);
        return (own * forClass.Plus(agreement)).Plus(none * forNone);
    }
}
