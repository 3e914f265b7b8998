using System.Globalization;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Evaluation.Runs;

/// <summary>What every certificate of one log has in common: the functions, the sample ranges and the α of each stage. A log is about one classifier.</summary>
/// <param name="classifier">What is certified.</param>
/// <param name="plan">n0, n and α.</param>
public sealed class RunTerms(RoutedClassifier classifier, CertificationPlan plan)
{
    private readonly AlphaLedger _ledger = classifier.Split(plan);
    private readonly string _rule = classifier.Routing;
    private readonly HashSet<string> _functions = [.. classifier.Functions.Select(function => function.Value)];

    /// <summary>What a row of a counts file was certified with otherwise, or null where it fits.</summary>
    /// <param name="row">The row's fields in the order of <see cref="CountsLogWriter.Columns"/>.</param>
    public string? Difference(IReadOnlyList<string> row)
    {
        string Field(string column) => row[CountsLogWriter.Columns.Index().First(known => known.Item == column).Index];
        string stage = Field("stage");
        if (_ledger.Shares.All(share => share.Bound != CountsLogWriter.ShareOf(stage)))
            return $"it has a row of a {stage}, this classifier has none";
        SampleCounts counts = stage == AlphaLedger.Router ? plan.Router : plan.Expert;
        string alpha = _ledger[CountsLogWriter.ShareOf(stage)].ToString("R", CultureInfo.InvariantCulture);
        SampleRange estimation = stage is AlphaLedger.Peer or RecordStages.Later ? counts.PeerRange : counts.EstimationRange;
        // An earlier stage of a cascade is not estimated where nothing can be certified any more.
        if (stage == RecordStages.Earlier && Field("estimation_from") == Field("estimation_to")) estimation = counts.SelectionRange.Next(0);
        string drawn = $"{Field("selection_to")} + {Field("estimation_to")}", planned = $"{estimation.From} + {estimation.To}";
        // A plan that stops early draws as many as it needs; the most it may draw is in its name.
        if (plan.Sampling.IsAdaptive) planned = $"{estimation.From} + {Field("estimation_to")}";
        return Field("alpha") != alpha ? $"its {stage} spent α = {Field("alpha")}, now {alpha}"
            : drawn != planned ? $"its {stage} drew samples up to {drawn}, now {planned}"
            : !_functions.Contains(Field("function")) ? $"its {stage} was another function, {Field("function")}: other weights, settings, build or machine"
            : Field("routing") != _rule ? $"its votes became a route by '{Field("routing")}', now by '{_rule}'"
            : Field("ledger") != _ledger.ToString() ? $"its α was split {Field("ledger")}, now {_ledger}"
            : Field("plan") != plan.Sampling.ToString() ? $"its votes were drawn by '{Field("plan")}', now by '{plan.Sampling}'"
            : null;
    }
}
