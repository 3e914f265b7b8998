using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// What a trade-off study found, whole: written as JSON it is what charts and the report are drawn from, and what other
/// programs read (docs/formats.md, section 10). Radii are in [0,1] pixels, shares in [0, 1].
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Title">What was studied.</param>
/// <param name="Caveats">
/// What keeps figures from being more than they are: images that were left out, and why something is only an estimate.
/// </param>
/// <param name="Sources">The files that were read.</param>
/// <param name="FailureProbability">α of each certificate.</param>
/// <param name="Radii">The grid of radii, ascending.</param>
/// <param name="Networks">
/// The experts in the order of the router's outputs, and then the router; without a router in ascending order of σ.
/// </param>
/// <param name="Systems">Every system that was scored.</param>
/// <param name="Choice">What was asked for and chosen; null where nothing was.</param>
/// <param name="Images">The images, in the order of their index.</param>
public sealed record TradeoffDocument(
    string Schema, string Title, ImmutableArray<string> Caveats, ImmutableArray<StudySource> Sources,
    double FailureProbability, ImmutableArray<double> Radii,
    ImmutableArray<StudyNetwork> Networks, ImmutableArray<StudySystem> Systems, StudyChoice? Choice,
    ImmutableArray<StudyImage> Images)
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.tradeoff/1";

    /// <summary>The systems that no other beats everywhere; null where nobody asked.</summary>
    public StudyFront? Front { get; init; }
}

/// <summary>The Pareto front over certified accuracy at two radii and samples per image.</summary>
/// <param name="First">r₁.</param>
/// <param name="Second">r₂.</param>
/// <param name="Systems">Names of the systems on it, the most accurate at r₁ first.</param>
public sealed record StudyFront(double First, double Second, ImmutableArray<string> Systems);

/// <summary>A file that was read.</summary>
/// <param name="Path">As it was named.</param>
/// <param name="Network">Whose answers it holds.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record StudySource(string Path, string Network, int Images, string Sha256);

/// <summary>An expert or the router.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sigma">σ of its noise.</param>
/// <param name="Role">"expert" or "router".</param>
/// <param name="Flops">
/// Floating-point operations of one forward pass of one image; null where its architecture is not known.
/// </param>
/// <param name="Seconds">Measured seconds per image, all its samples; null where no log says.</param>
public sealed record StudyNetwork(string Id, decimal Sigma, string Role, double? Flops, double? Seconds)
{
    /// <summary>
    /// The id of the function that was scored; null where what was read does not say it, as logs without counts.
    /// </summary>
    public string? Function { get; init; }
}

/// <summary>A system and its figures.</summary>
/// <param name="Name">Unique in the document, as tables print it: "s012+s100 quantile 0.8".</param>
/// <param name="Kind">One of <see cref="SystemKinds"/>.</param>
/// <param name="Experts">Ids of its mix, in the order of the networks; of a cascade in the order asked.</param>
/// <param name="Routing">
/// The routing rule as the registry writes it ("mostVoted", "quantile 0.8", "cascade 0.7"); empty where there is none.
/// </param>
/// <param name="Standing">One of <see cref="Standings"/>.</param>
/// <param name="Accuracy">Certified accuracy at each radius of the grid.</param>
/// <param name="Abstained">
/// The share of images without a class; null of what an attack left, which was tried on right answers alone.
/// </param>
/// <param name="Routes">
/// The share of images routed to each expert of the mix, in its order; empty where nothing is routed.
/// </param>
/// <param name="Losses">Where radius is lost; null where nothing is routed.</param>
/// <param name="MeanRadius">
/// Average certified radius, 0 where the class is wrong: a side figure, since it favours large σ. Null of what an
/// attack left.
/// </param>
/// <param name="Cost">Per image.</param>
public sealed record StudySystem(
    string Name, string Kind, ImmutableArray<string> Experts, string Routing, string Standing,
    ImmutableArray<StudyAccuracy> Accuracy, double? Abstained,
    ImmutableArray<double> Routes, StudyLosses? Losses, double? MeanRadius, StudyCost Cost)
{
    /// <summary>
    /// Whether a single classifier has this accuracy; not that of a hard route, an oracle or an envelope.
    /// </summary>
    [JsonIgnore]
    public bool IsAttained => Standing != Standings.Bound;
}

/// <summary>Certified accuracy at one radius.</summary>
/// <param name="Radius">r.</param>
/// <param name="Share">The share of images with the right class and a radius ≥ r.</param>
/// <param name="Low">Lower end of the 95 % Clopper–Pearson interval over images.</param>
/// <param name="High">Its upper end.</param>
/// <param name="HighProbability">
/// What is certified with probability .999, were each certificate wrong with probability α independently: the share
/// less q/m, with q the .999 quantile of Bin(m, α) and m the number of images.
/// </param>
public sealed record StudyAccuracy(double Radius, double Share, double Low, double High, double HighProbability);

/// <summary>Where radius is lost, as means over all images of radii that are 0 where the class is wrong.</summary>
/// <param name="Route">
/// ΔR_route: what the routed expert alone proves beyond the system, for the route might change.
/// </param>
/// <param name="Expert">ΔR_expert: what the image's best expert proves beyond the routed one.</param>
/// <param name="LimitedByRouter">The share of certified images whose radius the router limits.</param>
/// <param name="LimitedByExpert">… the routed expert.</param>
/// <param name="LimitedByPeer">… another expert to which the route could change, or another stage of a cascade.</param>
public sealed record StudyLosses(
    double Route, double Expert, double LimitedByRouter, double LimitedByExpert, double LimitedByPeer);

/// <summary>What an image costs on average.</summary>
/// <param name="Samples">Forward passes; null where logs do not say.</param>
/// <param name="Flops">Floating-point operations; null where an architecture is not known.</param>
/// <param name="Seconds">Seconds as logs measured them; null where they do not say.</param>
public sealed record StudyCost(double? Samples, double? Flops, double? Seconds);

/// <summary>The choice of a system for stated wishes: made on one half of the images, reported on the other.</summary>
/// <param name="Wanted">Weights by radius.</param>
/// <param name="MaxCost">
/// The largest mean cost in samples per image that was allowed on the first half; null where it was not limited.
/// </param>
/// <param name="Chosen">Name of the system that did best on the first half.</param>
/// <param name="Considered">How many systems were tried.</param>
/// <param name="ChosenOn">Images of the half it was chosen on.</param>
/// <param name="ReportedOn">Images of the other half.</param>
/// <param name="Score">The weighted certified accuracy on the other half.</param>
/// <param name="Accuracy">On the other half, at the wanted radii.</param>
/// <param name="Against">Paired differences to every other system on the other half, the closest first.</param>
public sealed record StudyChoice(
    ImmutableArray<StudyWish> Wanted, double? MaxCost, string Chosen, int Considered, int ChosenOn, int ReportedOn,
    double Score, ImmutableArray<StudyAccuracy> Accuracy, ImmutableArray<StudyDifference> Against)
{
    /// <summary>What the chosen system costs on the other half, per image; null where nothing says.</summary>
    public double? Samples { get; init; }
}

/// <summary>A weight on a radius.</summary>
/// <param name="Radius">r.</param>
/// <param name="Weight">Above 0; weights sum to 1.</param>
public sealed record StudyWish(double Radius, double Weight);

/// <summary>A paired difference of weighted certified accuracy: the chosen system less another one.</summary>
/// <param name="System">The other one.</param>
/// <param name="Difference">Its mean over images.</param>
/// <param name="Low">Lower end of an interval that holds for all systems considered at once, 95 %.</param>
/// <param name="High">Its upper end.</param>
public sealed record StudyDifference(string System, double Difference, double Low, double High);

/// <summary>An image, with what the systems of <see cref="SystemKinds.Featured"/> answered.</summary>
/// <param name="Index">Its index in the data set.</param>
/// <param name="Label">Its true class.</param>
/// <param name="RouterVotes">The router's votes per route; empty where there is no router.</param>
/// <param name="Answers">What single experts and featured systems answered, each naming its system.</param>
public sealed record StudyImage(
    int Index, int Label, ImmutableArray<long> RouterVotes, ImmutableArray<StudyAnswer> Answers);

/// <summary>What one system answered about one image.</summary>
/// <param name="System">Index in <see cref="TradeoffDocument.Systems"/>.</param>
/// <param name="Class">The class; null where it abstained.</param>
/// <param name="Radius">The certified radius, ≥ 0.</param>
/// <param name="Route">The expert that was routed to; null where nothing is routed.</param>
/// <param name="Limit">"router", "expert", "peer:ID", "earlier:ID" or "later:ID".</param>
public sealed record StudyAnswer(int System, int? Class, double Radius, string? Route, string Limit);

/// <summary>The kinds of systems, from one expert to what no system attains.</summary>
public static class SystemKinds
{
    /// <summary>One expert alone.</summary>
    public const string Single = "single";

    /// <summary>The router's route taken as given: an upper bound of any certificate with that route.</summary>
    public const string Hard = "hard";

    /// <summary>The dual certificate.</summary>
    public const string Dual = "dual";

    /// <summary>The exclusion certificate, most voted route.</summary>
    public const string Exclusion = "exclusion";

    /// <summary>The exclusion certificate, a quantile of the votes as route.</summary>
    public const string Quantile = "quantile";

    /// <summary>Experts asked in turn, no router.</summary>
    public const string Cascade = "cascade";

    /// <summary>The best expert of each image.</summary>
    public const string Oracle = "oracle";

    /// <summary>The best single expert at each radius.</summary>
    public const string Envelope = "envelope";

    /// <summary>
    /// What an attack left standing: an upper bound on the accuracy of any certificate of that system.
    /// </summary>
    public const string Attacked = "attacked";

    /// <summary>
    /// The systems whose answers every image lists: single experts; of the whole mix dual, exclusion, three quantiles
    /// and the cascade of least thresholds; and what was chosen.
    /// </summary>
    public const string Featured = "featured";
}
