using Router.Evaluation;
using Router.Training.Batches;
using Router.Training.Runs;
using Router.Training.Targets;

namespace Router.Training.Objectives;

/// <summary>
/// What each image weighs for one expert of a mix in which the most noise is asked first and passes on what it does not
/// decide. With e the chance that this σ gives the true class half of its votes, and r the chance that the next smaller
/// one does (<see cref="GoodRoutes.Chance"/> at radius 0),
/// <code>a = e + κ(1 − e),   b = β(1 − e)r</code>
/// a is for the class: what this σ cannot win it shall not pay much for. b is for no class: where a smaller σ is right,
/// a sure wrong answer loses the image and doubt does not.
/// </summary>
internal sealed class MixWeights
{
    private readonly Dictionary<int, (float Own, float None)> _images = [];

    /// <summary>The weights of every image that has targets.</summary>
    /// <param name="mix">What the experts answered, κ and β.</param>
    /// <param name="sigma">σ of the expert that is trained.</param>
    /// <exception cref="BadInputException">There is not one expert of this σ among those that answered.</exception>
    public MixWeights(Mix mix, decimal sigma)
    {
        TrueRadii targets = mix.Targets;
        int[] same = [.. Columns(targets, sigma)];
        if (same.Length != 1)
            throw new BadInputException(
                $"the targets hold {same.Length} experts of σ = {sigma}, and one is needed to say what it can win: "
                + $"they are of {string.Join(", ", targets.Experts.Select(known => $"{known.Id} (σ {known.Sigma})"))}");
        decimal? next = targets.Experts.Where(expert => expert.Sigma < sigma).Max(expert => (decimal?)expert.Sigma);
        int[] smaller = next is { } below ? [.. Columns(targets, below)] : [];
        foreach (ImageRadii image in targets.Images)
        {
            double wins = GoodRoutes.Chance(image, same[0], sigma, radius: 0);
            double passed = smaller.Select(k => GoodRoutes.Chance(image, k, next!.Value, radius: 0))
                .DefaultIfEmpty(0).Max();
            (double own, double none) = Of(wins, passed, mix.Weighting);
            _images.Add(image.Index, ((float)own, (float)none));
        }
    }

    /// <summary>a and b.</summary>
    /// <param name="wins">e in [0, 1].</param>
    /// <param name="passed">r in [0, 1].</param>
    /// <param name="weighting">κ and β.</param>
    public static (double Own, double None) Of(double wins, double passed, MixWeighting weighting) =>
        (wins + weighting.Floor * (1 - wins), weighting.Doubt * (1 - wins) * passed);

    /// <summary>a and b of the images of a batch, [B] each, on the device of its pixels.</summary>
    public (torch.Tensor Own, torch.Tensor None) Rows(Batch batch) => (
        torch.tensor([.. batch.Images.Select(image => _images[image].Own)]).to(batch.Pixels.device),
        torch.tensor([.. batch.Images.Select(image => _images[image].None)]).to(batch.Pixels.device));

    private static IEnumerable<int> Columns(TrueRadii targets, decimal sigma) =>
        Enumerable.Range(0, targets.Experts.Length).Where(k => targets.Experts[k].Sigma == sigma);
}
