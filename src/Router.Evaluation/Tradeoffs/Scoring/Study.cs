using System.Collections.Immutable;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>What is compared: experts and a router on the images that all of them answered.</summary>
/// <param name="experts">
/// In the order of the router's outputs, without a router in ascending order of σ; then the same networks with
/// thresholds of the study's own, which no router votes over.
/// </param>
/// <param name="router">The router's votes over them; null where there is none.</param>
/// <param name="images">The images, by ascending index.</param>
/// <param name="labels">The true class of each.</param>
/// <param name="alpha">α of each certificate.</param>
/// <param name="table">Bounds that are known.</param>
internal sealed class Study(
    ImmutableArray<ExpertAnswers> experts, NetworkVotes? router, ImmutableArray<int> images, ImmutableArray<int> labels,
    double alpha, BoundTable table)
{
    /// <summary>The experts.</summary>
    public ImmutableArray<ExpertAnswers> Experts { get; } = experts;

    /// <summary>The router's votes; null where there is none.</summary>
    public NetworkVotes? Router { get; } = router;

    /// <summary>The images, by ascending index.</summary>
    public ImmutableArray<int> Images { get; } = images;

    /// <summary>The true class of each.</summary>
    public ImmutableArray<int> Labels { get; } = labels;

    /// <summary>α of each certificate.</summary>
    public double Alpha { get; } = alpha;

    /// <summary>
    /// Floating-point operations of one forward pass of each expert, the router last; null where they are not known.
    /// </summary>
    public ImmutableArray<double?> Flops { get; init; } = [.. experts.Select(_ => (double?)null), null];

    /// <summary>
    /// Whether all votes are of one <c>dualrs certify --all</c>, which asks every network about the same pixels.
    /// </summary>
    public bool IsOnePass { get; init; }

    /// <summary>
    /// Whether it is known which expert each output of the router stands for; else what it routes is an estimate.
    /// </summary>
    public bool RoutesAreTold { get; init; } = true;

    /// <summary>
    /// Whether every expert's votes are known, so that certificates of a mix spend one α, split beforehand; else they
    /// are estimates.
    /// </summary>
    public bool IsCounted { get; } = experts.All(expert => expert is CountedExpert);

    /// <summary>C, where votes are known.</summary>
    public int? ClassCount { get; } = (
        experts.FirstOrDefault(expert => expert is CountedExpert) as CountedExpert)?.Votes.OutcomeCount;

    /// <summary>
    /// How many experts there are as they were found, before those with thresholds of the study's own.
    /// </summary>
    public int Networks { get; } = experts.Count(expert => !ScoredId.Of(expert.Id).IsVariant);

    /// <summary>σ of each expert as it was found, in the order of the router's outputs.</summary>
    public ImmutableArray<decimal> Sigmas =>
        [.. Experts.Take(Networks).Select(expert => expert.Sigma)];

    internal BoundTable Table { get; } = table;

    /// <summary>What asking an expert costs.</summary>
    /// <param name="expert">Which.</param>
    /// <param name="image">The image.</param>
    /// <param name="asPeer">Whether its class is given, so that it draws no selection samples.</param>
    internal Cost CostOf(int expert, int image, bool asPeer)
    {
        ExpertAnswers answers = Experts[expert];
        double? samples = answers.Samples(image) is { } drawn
            ? (asPeer ? 0 : drawn.Selection) + drawn.Estimation
            : null;
        return Cost.Of(samples, samples * Flops[expert], answers.Seconds);
    }

    /// <summary>
    /// What an expert costs that is asked no more than who it would select; its share of the measured time is not
    /// known.
    /// </summary>
    internal Cost CostOfSelection(int expert, int image) =>
        Experts[expert].Samples(image) is { } drawn
            ? Cost.Of(drawn.Selection, drawn.Selection * Flops[expert], null)
            : Cost.Of(null, null, null);

    /// <summary>What asking the router costs; nobody measures it alone.</summary>
    internal Cost CostOfRouter(int image)
    {
        ImageVotes votes = Router!.Images[image];
        double samples = votes.Selection.Total + votes.Estimation.Total;
        return Cost.Of(samples, samples * Flops[^1], seconds: null);
    }
}
