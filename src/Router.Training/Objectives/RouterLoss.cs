using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// The loss of the variance estimator (Sun, Mao, Vechev 2026): the mean over images of
/// <code>w_e(x)·( softCE(x) + w_r(x)·L_con(x) )</code>
/// softCE being the mean over the noise copies.
/// </summary>
internal static class RouterLoss
{
    /// <summary>The mean over the batch.</summary>
    /// <param name="logits">The router's, [m·B, K], copy after copy.</param>
    /// <param name="targets">Soft labels [B, K].</param>
    /// <param name="balance">w_e [B]: <see cref="Balance"/> of each image's best route.</param>
    /// <param name="stake">w_r [B]: what a change of route would cost.</param>
    /// <param name="lambda">λ of <see cref="Consistency"/>; the paper's is 40.</param>
    /// <param name="eta">η of <see cref="Consistency"/>; the paper's is 0.5.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes disagree.</exception>
    public static torch.Tensor Value(
        torch.Tensor logits, torch.Tensor targets, torch.Tensor balance, torch.Tensor stake, double lambda, double eta)
    {
        int copies = NoiseCopies.CountOf(logits, targets);
        torch.Tensor crossEntropy =
            NoiseCopies.Split(SoftCrossEntropy.PerImage(logits, targets.repeat(copies, 1)), copies).mean([0]);
        torch.Tensor consistency = Consistency.PerImage(logits, copies, lambda, eta);
        return (balance * crossEntropy.Plus(stake * consistency)).mean();
    }

    /// <summary>
    /// w_e of every route: 1/q_i, q_i being the share of images whose best σ is σ_i, times what makes the mean over
    /// these images 1. Every route that is best somewhere weighs as much as every other.
    /// </summary>
    /// <param name="best">The best route of each image.</param>
    /// <param name="routes">K.</param>
    /// <returns>[K]; 0 for a route that is best nowhere.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static double[] Balance(IReadOnlyCollection<int> best, int routes)
    {
        if (best.Count == 0)
            throw new ArgumentException("the weights of routes are shares of images, and there are none", nameof(best));
        int[] images = new int[routes];
        foreach (int route in best) images[route]++;
        // The mean of 1/q over the images is the number of routes that occur.
        double occurring = images.Count(count => count > 0);
        return [.. images.Select(count => count == 0 ? 0 : best.Count / (occurring * count))];
    }
}
