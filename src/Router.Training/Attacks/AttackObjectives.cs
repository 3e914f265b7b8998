using Router.Engine.LibTorch;
using Router.Training.Objectives;

namespace Router.Training.Attacks;

/// <summary>
/// What is ascended, on draws of noise that stay the same: that an expert answers something else, or that another
/// expert answers. From images [B, C, H, W] to a value each, [B].
/// </summary>
internal static class AttackObjectives
{
    /// <summary>The smoothed cross-entropy of the routed expert at class c (Salman et al. 2019).</summary>
    /// <param name="expert">The routed expert.</param>
    /// <param name="label">c as a tensor [1].</param>
    /// <param name="noise">Draws of its noise, [m, C, H, W].</param>
    public static Func<torch.Tensor, torch.Tensor> OfExpert(
        AttackedNetwork expert, torch.Tensor label, torch.Tensor noise) =>
        at => SmoothAdversary.Loss(expert.Logits(NoiseCopies.Noisy(at, noise)), label);

    /// <summary>
    /// log Q_t + log(1 − P_t(c)): that route t is taken, and that its expert does not answer c. Where it does not
    /// anyway, the second term is flat.
    /// </summary>
    /// <param name="router">The router, its draws of noise, and t as a tensor [1].</param>
    /// <param name="expert">The expert of route t, draws of its noise, and c as a tensor [1].</param>
    public static Func<torch.Tensor, torch.Tensor> OfRoute(
        (AttackedNetwork Network, torch.Tensor Noise, torch.Tensor Target) router,
        (AttackedNetwork Network, torch.Tensor Noise, torch.Tensor Label) expert) =>
        at =>
            LogNot(expert.Network.Logits(NoiseCopies.Noisy(at, expert.Noise)), expert.Label)
            - SmoothAdversary.Loss(router.Network.Logits(NoiseCopies.Noisy(at, router.Noise)), router.Target);

    // log((1/m) Σ_i Σ_{j ≠ c} softmax(f(x + δ_i))_j), [1]: over the others themselves, for 1 − P rounds to 0 where the
    // expert is sure.
    private static torch.Tensor LogNot(torch.Tensor logits, torch.Tensor label)
    {
        int copies = NoiseCopies.CountOf(logits, label);
        torch.Tensor others = logits.log_softmax(1) - torch.nn.functional.one_hot(label.repeat(copies), logits.shape[1])
            .to(logits.dtype).Times(Excluded);
        return NoiseCopies.Split(others.logsumexp(1), copies).logsumexp(0).Plus(-Math.Log(copies));
    }

    // Below every log-probability that counts.
    private const double Excluded = 1e4;
}
