using Router.Engine;
using Router.Experts.Checkpoints;

namespace Router.Training.Runs;

/// <summary>Where a training starts from, other than fresh weights.</summary>
/// <param name="Sha256">Of the checkpoint file.</param>
/// <param name="Tensors">Its weights, perhaps rearranged.</param>
public sealed record Initial(string Sha256, IReadOnlyDictionary<string, NamedTensor> Tensors)
{
    /// <summary>
    /// Whether its last layers are taken up too; else they begin at random where they are of another shape.
    /// </summary>
    public bool HasHead { get; init; }

    /// <summary>A checkpoint as it is.</summary>
    public static Initial Of(Checkpoint checkpoint) => new(checkpoint.Sha256, checkpoint.Tensors);
}
