using System.CommandLine;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Registry;
using Router.Smoothing;

namespace Router.Host.Cli;

/// <summary>
/// n0, n, α and the seed of a certificate; Cohen's names are aliases, the registry gives the defaults.
/// </summary>
internal sealed class SamplingOptions(Command command, bool selects = true)
{
    private readonly Option<int?>? _selection = !selects ? null
        : command.Option<int?>("--n0 --N0", "Samples that select route and class.", Accepted.Samples);
    private readonly Option<int?> _estimation = command.Option<int?>(
        "--n --N", "Samples that bound the probability of an answer.", Accepted.Samples);
    private readonly Option<double?> _alpha = command.Option<double?>(
        "--alpha", "Failure probability of a certificate.", Accepted.FailureProbability);
    private readonly Option<ulong?> _seed = command.Option<ulong?>(
        "--seed", "Repeat the noise of this seed (default: a fresh secret).");

    /// <summary>The plan of every certificate, as far as these options say it.</summary>
    public CertificationPlan ReadPlan(ParseResult parsed, CertificationConfig registry)
    {
        int? selection = _selection is null ? null : parsed.GetValue(_selection);
        SampleCounts counts = new(
            selection ?? registry.Selection, parsed.GetValue(_estimation) ?? registry.Estimation);
        return new(counts, counts, parsed.GetValue(_alpha) ?? (double)registry.FailureProbability);
    }

    /// <summary>A plan that can prove a radius.</summary>
    /// <param name="plan">The whole plan.</param>
    /// <param name="classifier">What is certified.</param>
    /// <exception cref="BadInputException">Its counts could prove no radius at its α.</exception>
    public static CertificationPlan Checked(CertificationPlan plan, RoutedClassifier classifier)
    {
        int n = plan.Expert.Estimation, least = classifier.FewestThatProve(plan);
        return least == n
            ? plan
            : throw new BadInputException(
                $"n = {n} samples can prove nothing at α = {plan.FailureProbability}, even if all agree; accepted is "
                + $"n ≥ {least}");
    }

    /// <summary>n and α of a prediction.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="registry">The defaults.</param>
    /// <param name="tests">How many binomial tests share α.</param>
    /// <exception cref="BadInputException">So few samples could decide nothing at this α.</exception>
    public (int Count, double Alpha) ReadPrediction(ParseResult parsed, CertificationConfig registry, int tests)
    {
        int count = parsed.GetValue(_estimation) ?? registry.Estimation;
        double alpha = parsed.GetValue(_alpha) ?? (double)registry.FailureProbability;
        // A unanimous vote has p-value 2^(1−n) in the two-sided test.
        int least = (int)Math.Ceiling(1 - Math.Log2(alpha / tests));
        return count >= least
            ? (count, alpha)
            : throw new BadInputException(
                $"n = {count} samples can decide nothing at α = {alpha / tests}, even if all agree; accepted is n ≥ "
                + $"{least}");
    }

    /// <summary>The seed that was given; null where a fresh secret is drawn.</summary>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Where the noise comes from.</summary>
    public SeedSource ReadSeeds(ParseResult parsed, Surroundings surroundings) =>
        surroundings.Seeds(parsed.GetValue(_seed));
}
