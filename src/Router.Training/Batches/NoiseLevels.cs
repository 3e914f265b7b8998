using System.Globalization;
using Router.Engine;

namespace Router.Training.Batches;

/// <summary>
/// The noise that a network learns: one σ, or several, of which the images of a batch have one each in turn. The order
/// of an epoch is random, so every image meets every σ; copies of an image share theirs.
/// </summary>
/// <param name="Sigmas">In [0,1] pixels, each &gt; 0; at least one.</param>
public sealed record NoiseLevels(ValueArray<decimal> Sigmas)
{
    /// <summary>One σ for every image.</summary>
    public static NoiseLevels Of(decimal sigma) => new([sigma]);

    /// <summary>The σ where there is one; null where there are several.</summary>
    public double? Single => Sigmas.Count == 1 ? (double)Sigmas[0] : null;

    /// <summary>σ of every image, copy after copy: [copies·images], Float32.</summary>
    /// <param name="images">How many images a batch has.</param>
    /// <param name="copies">Copies of each.</param>
    /// <param name="device">Where the batch is.</param>
    public torch.Tensor PerImage(long images, int copies, torch.Device device) => torch.tensor(
        [.. Enumerable.Range(0, (int)images).Select(i => (float)Sigmas[i % Sigmas.Count])]).repeat(copies).to(device);

    /// <summary>The σ in words: <c>0.25</c>, or <c>0.25, 0.5 and 1 in turn</c>.</summary>
    public override string ToString()
    {
        string[] all = [.. Sigmas.Select(sigma => ((double)sigma).ToString(CultureInfo.InvariantCulture))];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} and {all[^1]} in turn";
    }
}
