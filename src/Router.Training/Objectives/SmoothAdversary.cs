using Router.Engine.LibTorch;

namespace Router.Training.Objectives;

/// <summary>
/// SmoothAdv-PGD (Salman et al. 2019): an image near x on which the smoothed classifier, estimated on m draws of noise,
/// is least sure of the true class y. Maximises
/// <code>J(x') = −log( (1/m) Σ_i softmax(f(x' + δ_i))_y )</code>
/// over ‖x' − x‖ ≤ ε and x' ∈ [0,1]^d by steps of fixed length along the gradient, the noise δ_i being the same at
/// every step. J is computed as log m − logsumexp_i(log softmax(f(x' + δ_i))_y), whose gradient is finite where every
/// probability rounds to 0.
/// </summary>
/// <param name="Epsilon">
/// ε in [0,1] pixels, ℓ2; 0 leaves x as it is. A warm-up is the caller's: an adversary of its own for each epoch.
/// </param>
/// <param name="Steps">How many steps, ≥ 1.</param>
internal sealed record SmoothAdversary(double Epsilon, int Steps)
{
    /// <summary>The length of a step; 2ε/Steps unless told, as theirs.</summary>
    public double StepSize { get; init; } = 2 * Epsilon / Steps;

    /// <summary>Finds x'. Only gradients by the images are computed: none reaches a parameter's <c>grad</c>.</summary>
    /// <param name="forward">
    /// Logits [m·B, K] of noisy images. Layers that count what passes (batch normalisation) should be in inference
    /// mode, as theirs are.
    /// </param>
    /// <param name="images">x [B, C, H, W] in [0,1].</param>
    /// <param name="labels">y [B], int64.</param>
    /// <param name="noise">δ [m·B, C, H, W], copy after copy; the training pass takes the same.</param>
    /// <returns>x' [B, C, H, W], without gradients, in the caller's dispose scope.</returns>
    public torch.Tensor Attack(
        Func<torch.Tensor, torch.Tensor> forward, torch.Tensor images, torch.Tensor labels, torch.Tensor noise) =>
        Ascend(at => Loss(forward(NoiseCopies.Noisy(at, noise)), labels), images);

    /// <summary>The same ascent of another objective.</summary>
    /// <param name="objective">From images [B, C, H, W] to a value each, [B].</param>
    /// <param name="images">x [B, C, H, W] in [0,1].</param>
    /// <returns>x' [B, C, H, W], without gradients, in the caller's dispose scope.</returns>
    public torch.Tensor Ascend(Func<torch.Tensor, torch.Tensor> objective, torch.Tensor images)
    {
        torch.Tensor adversarial = images.detach().clone();
        if (Epsilon == 0) return adversarial;
        for (int step = 0; step < Steps; step++)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor ascent = adversarial.Plus(StepSize, Direction(objective, adversarial));
            torch.Tensor offset = ascent.Clamp(0, 1) - images.detach();
            // Shrinking towards x, which is in the cube, keeps x' in the cube.
            torch.Tensor shrink = Norms(offset).AtLeast(Epsilon).reciprocal().Times(Epsilon);
            adversarial.copy_(images.detach().Plus(offset * shrink));
        }
        return adversarial;
    }

    /// <summary>J of each image.</summary>
    /// <param name="logits">[m·B, K], copy after copy.</param>
    /// <param name="labels">y [B], int64.</param>
    /// <returns>[B].</returns>
    public static torch.Tensor Loss(torch.Tensor logits, torch.Tensor labels)
    {
        int copies = NoiseCopies.CountOf(logits, labels);
        torch.Tensor logTrue = logits.log_softmax(1).gather(1, labels.repeat(copies).unsqueeze(1)).squeeze(1);
        return NoiseCopies.Split(logTrue, copies).logsumexp(0).neg().Plus(Math.Log(copies));
    }

    // ∇J/‖∇J‖ of each image; 0 where the gradient is 0.
    private static torch.Tensor Direction(Func<torch.Tensor, torch.Tensor> objective, torch.Tensor adversarial)
    {
        using IDisposable gradients = torch.enable_grad();
        torch.Tensor at = adversarial.detach().clone().requires_grad_();
        torch.Tensor loss = objective(at).sum();
        torch.Tensor gradient = torch.autograd.grad([loss], [at])[0];
        // Where the classifier is sure, gradients are so small that their squares round to 0: their largest element is
        // taken out first.
        torch.Tensor largest = gradient.abs().amax(1, 2, 3).view(-1, 1, 1, 1);
        torch.Tensor scaled = gradient / largest.AtLeast(Smallest);
        return scaled / Norms(scaled).AtLeast(Smallest);
    }

    // Divides no zero gradient, and fits a float32.
    private const double Smallest = 1e-37;

    // [B, 1, 1, 1]
    private static torch.Tensor Norms(torch.Tensor images) => (images * images).sum([1, 2, 3], keepdim: true).sqrt();
}
