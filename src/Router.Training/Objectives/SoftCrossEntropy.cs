
namespace Router.Training.Objectives;

/// <summary>Cross-entropy with a distribution over the classes, or over the routes, as target.</summary>
internal static class SoftCrossEntropy
{
    /// <summary>−Σ_k t_k·log softmax(z)_k of each row.</summary>
    /// <param name="logits">z [B, K].</param>
    /// <param name="targets">t [B, K], each row a distribution: ≥ 0 and adding up to 1.</param>
    /// <returns>[B], in the type of the logits.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static torch.Tensor PerImage(torch.Tensor logits, torch.Tensor targets) =>
        logits.shape.SequenceEqual(targets.shape)
            ? -(targets * logits.log_softmax(1)).sum(1)
            : throw new ArgumentException(
                $"targets [{string.Join(", ", targets.shape)}] are not those of logits "
                + $"[{string.Join(", ", logits.shape)}]", nameof(targets));
}
