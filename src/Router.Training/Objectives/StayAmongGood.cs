using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// What a router loses of what its experts can prove. With q_ρi the chance that route i is good at radius ρ and f the
/// router's distribution,
/// <code>L = Σ_ρ w_ρ · max_i q_ρi · ( log max_i q_ρi − log Σ_i q_ρi f_i )</code>
/// It is 0 where f lies on routes that are as good as any at every radius, and knows no single best route: an image
/// that all experts, or none, can prove costs nothing wherever it goes.
/// </summary>
internal static class StayAmongGood
{
    // A route that is certainly bad still has a logarithm.
    private const double Floor = 1e-6;

    /// <summary>L of each image and copy.</summary>
    /// <param name="logits">[m·B, K], copy after copy.</param>
    /// <param name="chances">q [B, P, K].</param>
    /// <param name="weights">w [P], ≥ 0.</param>
    /// <returns>[m·B].</returns>
    public static torch.Tensor PerImage(torch.Tensor logits, torch.Tensor chances, torch.Tensor weights)
    {
        int copies = NoiseCopies.CountOf(logits, chances);
        torch.Tensor logF = logits.log_softmax(1).unsqueeze(1), logQ = chances.Plus(Floor).log();
        torch.Tensor best = chances.amax(2), logBest = logQ.amax(2);
        torch.Tensor kept = logQ.repeat(copies, 1, 1).Plus(logF).logsumexp(2);
        return ((logBest.repeat(copies, 1) - kept) * best.repeat(copies, 1) * weights).sum(1);
    }

    /// <summary>
    /// The share of what the best routes can prove that the most probable route keeps: Σ w q_ρ,argmax / Σ w max q.
    /// </summary>
    /// <param name="logits">[m·B, K].</param>
    /// <param name="chances">q [B, P, K].</param>
    /// <param name="weights">w [P].</param>
    /// <returns>A scalar in [0,1].</returns>
    public static torch.Tensor Kept(torch.Tensor logits, torch.Tensor chances, torch.Tensor weights)
    {
        int copies = NoiseCopies.CountOf(logits, chances);
        torch.Tensor chosen = logits.argmax(1).view(-1, 1, 1).expand(-1, chances.shape[1], 1);
        torch.Tensor kept = chances.repeat(copies, 1, 1).gather(2, chosen).squeeze(2);
        return (kept * weights).sum() / (chances.amax(2) * weights).sum().Times(copies).AtLeast(Floor);
    }
}
