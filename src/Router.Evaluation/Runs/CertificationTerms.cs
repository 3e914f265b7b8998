using System.Collections.Immutable;
using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;

namespace Router.Evaluation.Runs;

/// <summary>
/// What the rows of a certification log are about, which they do not tell themselves; written as JSON beside it.
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Data">The data set, split included.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Routing">How the classifier picks its expert: <see cref="RoutedClassifier.Routing"/>.</param>
/// <param name="Functions">
/// The functions of the classifier: the router's, then the experts' in the order of the routes or stages.
/// </param>
public sealed record CertificationTerms(
    string Schema, string Data, int Images, string Routing, ImmutableArray<string> Functions)
    : ITerms<CertificationTerms>
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.certification/1";

    /// <summary>The terms of a classifier on a data set.</summary>
    public static CertificationTerms Of(RoutedClassifier classifier, DataSet data) => new(
        CurrentSchema, data.Name, data.Count, classifier.Routing,
        [.. classifier.Functions.Select(function => function.Value)]);

    /// <summary>The file of a log's terms.</summary>
    public static TermsFile<CertificationTerms> FileOf(string log) =>
        new(log + ".run.json", "log", CurrentSchema, "file");

    bool ITerms<CertificationTerms>.IsWhole => Data is not null && Routing is not null && !Functions.IsDefault;

    /// <inheritdoc/>
    public string? Difference(CertificationTerms now) =>
        (Data, Images) != (now.Data, now.Images)
            ? $"it is about {Data} of {Images} images, not about {now.Data} of {now.Images}"
        : Routing != now.Routing ? $"its system routes by '{Routing}', not by '{now.Routing}'"
        : Functions.SequenceEqual(now.Functions) ? null
        : Functions.Order(StringComparer.Ordinal).SequenceEqual(now.Functions.Order(StringComparer.Ordinal))
            ? "its experts stood in another order"
            : "it is of other functions: other weights, settings, build or machine";
}
