using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing;

namespace Router.Evaluation.Tuning;

/// <summary>
/// What a tuning looked at, tried, chose and found (docs/formats.md, section 10). Radii are in [0,1] pixels, shares in
/// [0, 1], but for shares of the envelope, which may be above 1.
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Aim">What it was tuned for.</param>
/// <param name="Radii">The grid, ascending.</param>
/// <param name="FailureProbability">α of each certificate.</param>
/// <param name="Networks">The recorded experts, those with the most noise first.</param>
/// <param name="Envelope">The experts, every vote counted, whose best at each radius shares are of.</param>
/// <param name="ChosenOn">The images that it chose on.</param>
/// <param name="Rounds">What came out by how much was free, the least first.</param>
/// <param name="Tried">How many cascades were scored, cross-validation included.</param>
/// <param name="Chosen">The cascade that was chosen.</param>
/// <param name="Front">
/// Cascades that no other one that was tried beats in both the least and the mean share; none where nobody asked.
/// </param>
/// <param name="Bounds">What no monotone rule keeps on the images that it chose on; none where nobody asked.</param>
/// <param name="Report">What came out on other images; null where there are none.</param>
public sealed record TuningDocument(
    string Schema, string Aim, ImmutableArray<double> Radii, double FailureProbability,
    ImmutableArray<TunedNetwork> Networks, ImmutableArray<string> Envelope, TuningImages ChosenOn,
    ImmutableArray<TuningRound> Rounds, long Tried, TunedSystem Chosen, ImmutableArray<TunedFigures> Front,
    ImmutableArray<TuningBound> Bounds, TuningReport? Report)
{
    /// <summary>The version of the format that this code writes.</summary>
    public const string CurrentSchema = "dualrs.tuning/1";
}

/// <summary>Images, and how much is known of each.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Images">How many.</param>
/// <param name="Draws">Votes of each expert on each image.</param>
/// <param name="Selection">n0, the votes that select; 0 where all of them do.</param>
/// <param name="Estimation">n, the votes of which bounds are taken.</param>
/// <param name="Envelope">Certified accuracy of the best single expert at each radius.</param>
public sealed record TuningImages(
    string Data, int Images, int Draws, long Selection, long Estimation, ImmutableArray<double> Envelope);

/// <summary>A cascade as a registry has it.</summary>
/// <param name="Name">As tables print it.</param>
/// <param name="Stages">In the order in which they are asked.</param>
public sealed record TunedSystem(string Name, ImmutableArray<TunedStage> Stages)
{
    /// <summary>The rule, as certificates have it.</summary>
    public Cascade ToCascade() => new([.. Stages.SkipLast(1).Select(stage => new Thresholds(stage.Thresholds))]);
}

/// <summary>A stage of a cascade.</summary>
/// <param name="Id">The expert.</param>
/// <param name="Pass">θ: votes of less confidence count for no class.</param>
/// <param name="Thresholds">τ, one for all classes or one by class; none of the last stage.</param>
public sealed record TunedStage(string Id, decimal Pass, ImmutableArray<decimal> Thresholds);

/// <summary>What came out with so much to choose.</summary>
/// <param name="Freedom">What could be chosen.</param>
/// <param name="Best">The best that was found on all images.</param>
/// <param name="Seen">Its figures on them, which it was chosen for.</param>
/// <param name="Unseen">
/// Figures of cascades that were each chosen on the other parts of the images: what choices made so are worth on new
/// ones.
/// </param>
public sealed record TuningRound(TuningFreedom Freedom, TunedSystem Best, TunedFigures Seen, TunedFigures Unseen);

/// <summary>Figures of a cascade on the images that are chosen on, at the evidence that is expected.</summary>
/// <param name="System">Which; null of several, one for each part of the images.</param>
/// <param name="Score">How well it serves the aim.</param>
/// <param name="Accuracy">Certified accuracy at each radius.</param>
/// <param name="Shares">Shares of the envelope at each radius; null where that keeps nothing.</param>
/// <param name="Least">The least of them.</param>
/// <param name="Mean">Their mean.</param>
public sealed record TunedFigures(
    TunedSystem? System, double Score, ImmutableArray<double> Accuracy, ImmutableArray<double?> Shares, double Least,
    double Mean);

/// <summary>What no monotone rule on some votes keeps, though it were fitted to these very images.</summary>
/// <param name="Votes">Which votes it may look at.</param>
/// <param name="Alike">Whether it treats all classes alike; false where thresholds by class are bounded too.</param>
/// <param name="Images">How many images.</param>
/// <param name="At">
/// The largest share of the envelope at each radius, if no other radius counted; null where the envelope keeps nothing.
/// </param>
/// <param name="Least">The largest least share.</param>
/// <param name="Mean">The largest mean share.</param>
public sealed record TuningBound(
    string Votes, bool Alike, int Images, ImmutableArray<double?> At, double Least, double Mean);

/// <summary>Certificates on images that nothing was chosen on.</summary>
/// <param name="Images">The images.</param>
/// <param name="Systems">
/// Experts alone, what was chosen, the plain cascade, the best of each round, and the front; each cascade once.
/// </param>
/// <param name="Against">The cascade that was chosen, against others, on the same images.</param>
public sealed record TuningReport(
    TuningImages Images, ImmutableArray<ReportedSystem> Systems, ImmutableArray<ReportedDifference> Against);

/// <summary>A system on images that nothing was chosen on. Intervals are of 95 %.</summary>
/// <param name="Name">As tables print it.</param>
/// <param name="Role">
/// "single"; "chosen"; "plain", all experts with τ = ½; "mix", "pass", "stages" or "classes", the best of a round;
/// "front".
/// </param>
/// <param name="Accuracy">Certified accuracy at each radius.</param>
/// <param name="Shares">Shares of the envelope at each radius; null where that keeps nothing.</param>
/// <param name="Least">The least share.</param>
/// <param name="Mean">The mean share.</param>
/// <param name="Samples">Mean votes per image.</param>
public sealed record ReportedSystem(
    string Name, string Role, ImmutableArray<StudyAccuracy> Accuracy, ImmutableArray<double?> Shares, Interval Least,
    Interval Mean, double? Samples);

/// <summary>A figure and its interval, by a paired bootstrap over images.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Value, double Low, double High);

/// <summary>Paired differences in certified accuracy: the chosen cascade less another system.</summary>
/// <param name="System">The other one.</param>
/// <param name="At">By radius.</param>
/// <param name="Least">In the least share of the envelope.</param>
/// <param name="Mean">In the mean share.</param>
public sealed record ReportedDifference(string System, ImmutableArray<Interval> At, Interval Least, Interval Mean);
