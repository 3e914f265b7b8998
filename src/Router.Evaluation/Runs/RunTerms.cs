using System.Globalization;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>
/// What every certificate of one log has in common: the functions, the sample ranges and the α of each stage. A log is
/// about one classifier.
/// </summary>
/// <param name="classifier">What is certified.</param>
/// <param name="plan">n0, n and α.</param>
public sealed class RunTerms(RoutedClassifier classifier, CertificationPlan plan)
{
    private readonly AlphaLedger _ledger = classifier.Split(plan);
    private readonly string _rule = classifier.Routing;
    private readonly HashSet<string> _functions = [.. classifier.Functions.Select(function => function.Value)];

    /// <summary>Whether an expert keeps votes back.</summary>
    public bool Passes { get; } = classifier.Routes.Any(route => route.Pass.Step > 0);

    /// <summary>What a row of a counts file was certified with otherwise, or null where it fits.</summary>
    internal string? Difference(TabbedRow row)
    {
        string stage = row[CountsLogWriter.Stage], function = row[CountsLogWriter.Function];
        if (_ledger.Shares.All(share => share.Bound != CountsLogWriter.ShareOf(stage)))
            return $"it has a row of a {stage}, this classifier has none";
        SampleCounts counts = stage == RecordStages.Router ? plan.Router : plan.Expert;
        string alpha = _ledger[CountsLogWriter.ShareOf(stage)].ToString("R", CultureInfo.InvariantCulture);
        SampleRange estimation = stage is RecordStages.Peer or RecordStages.Later
            ? counts.PeerRange
            : counts.EstimationRange;
        // An earlier stage of a cascade is not estimated where nothing can be certified any more.
        if (stage == RecordStages.Earlier && row["estimation_from"] == row[CountsLogWriter.EstimationTo]) estimation =
            counts.SelectionRange.Next(0);
        string drawn = $"{row[CountsLogWriter.SelectionTo]} + {row[CountsLogWriter.EstimationTo]}",
            planned = $"{estimation.From} + {estimation.To}";
        // A plan that stops early draws as many as it needs; the most it may draw is in its name.
        if (plan.Sampling.IsAdaptive) planned = $"{estimation.From} + {row[CountsLogWriter.EstimationTo]}";
        return row["alpha"] != alpha ? $"its {stage} spent α = {row["alpha"]}, now {alpha}"
            : drawn != planned ? $"its {stage} drew samples up to {drawn}, now {planned}"
            : !_functions.Contains(function)
                ? $"its {stage} was another function, {function}: other weights, settings, build or machine"
            : row[CountsLogWriter.Routing] != _rule
                ? $"its votes became a route by '{row[CountsLogWriter.Routing]}', now by '{_rule}'"
            : row[CountsLogWriter.Ledger] != _ledger.ToString()
                ? $"its α was split {row[CountsLogWriter.Ledger]}, now {_ledger}"
            : row["plan"] != plan.Sampling.ToString()
                ? $"its votes were drawn by '{row["plan"]}', now by '{plan.Sampling}'"
            : null;
    }
}
