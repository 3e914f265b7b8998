using System.Collections.Immutable;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>A system with its answers.</summary>
/// <param name="Name">Unique in the study.</param>
/// <param name="Kind">One of <see cref="SystemKinds"/>.</param>
/// <param name="Members">Its mix, by place in the study.</param>
/// <param name="Routing">Its routing as the registry writes it; empty where there is none.</param>
/// <param name="Standing">"certificate", "estimate" or "bound".</param>
/// <param name="Answers">Per image of the study.</param>
internal sealed record ScoredSystem(
    string Name, string Kind, ImmutableArray<int> Members, string Routing, string Standing, Answer[] Answers)
{
    /// <summary>Whether a classifier has this accuracy, so that it may be chosen.</summary>
    public bool IsAttained => Standing != Standings.Bound;

    /// <summary>The mean cost of an image.</summary>
    public StudyCost MeanCost { get; } = Cost.Mean([.. Answers.Select(answer => answer.Cost)]);

    /// <summary>The mean cost of some of the images.</summary>
    public StudyCost CostOf(IEnumerable<int> images) => Cost.Mean([.. images.Select(image => Answers[image].Cost)]);

    /// <summary>
    /// Whether an image holds at r: the right class and a radius ≥ r; at 0 the right class, not abstained.
    /// </summary>
    public bool Holds(int image, int label, double radius) =>
        Answers[image].Class == label && Answers[image].Radius >= radius;
}
