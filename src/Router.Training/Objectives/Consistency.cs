using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// Consistency regularisation (Jeong and Shin 2020): an answer under noise that stays the same from one draw to the
/// next, and is sure of itself. With f_i = softmax(z_i) of the copies i = 1 … m and f̄ their mean,
/// <code>L_con = λ·(1/m) Σ_i KL(f̄ ‖ f_i) + η·H(f̄)</code>
/// All of it from log f_i and log f̄ = logsumexp_i(log f_i) − log m: the logarithm of a mean of probabilities that
/// round to 0 has no finite gradient.
/// </summary>
internal static class Consistency
{
    /// <summary>L_con of each image.</summary>
    /// <param name="logits">z [m·B, K], copy after copy.</param>
    /// <param name="copies">m ≥ 1; of one copy only the entropy is left.</param>
    /// <param name="lambda">λ ≥ 0.</param>
    /// <param name="eta">η ≥ 0.</param>
    /// <returns>[B], in the type of the logits.</returns>
    /// <exception cref="ArgumentException">The rows do not divide into m copies.</exception>
    public static torch.Tensor PerImage(torch.Tensor logits, int copies, double lambda, double eta)
    {
        torch.Tensor logF = NoiseCopies.Split(logits, copies).log_softmax(2);
        torch.Tensor logMean = logF.logsumexp(0).Plus(-Math.Log(copies));
        torch.Tensor mean = logMean.exp();
        // (1/m) Σ_i Σ_c f̄_c (log f̄_c − log f_ic), the sum over i drawn inside.
        torch.Tensor divergence = (mean * (logMean - logF.mean([0]))).sum(1);
        torch.Tensor entropy = -(mean * logMean).sum(1);
        return divergence.Times(lambda).Plus(eta, entropy);
    }
}
