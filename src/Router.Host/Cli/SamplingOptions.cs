using System.CommandLine;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Smoothing;

namespace Router.Host.Cli;

/// <summary>n0, n, α and the seed of a certificate; Cohen's names are aliases, the registry gives the defaults.</summary>
internal sealed class SamplingOptions
{
    private readonly Option<int?> _selection = new("--n0", "--N0") { Description = "Samples that select route and class." };
    private readonly Option<int?> _estimation = new("--n", "--N") { Description = "Samples that bound their probability." };
    private readonly Option<double?> _alpha = new("--alpha") { Description = "Failure probability of a certificate." };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Repeat the noise of this seed (default: a fresh secret)." };

    public SamplingOptions(Command command, bool selects = true)
    {
        if (selects) command.Options.Add(_selection);
        command.Options.Add(_estimation);
        command.Options.Add(_alpha);
        command.Options.Add(_seed);
        _selection.Validators.Add(Range.Samples());
        _estimation.Validators.Add(Range.Samples());
        _alpha.Validators.Add(Range.FailureProbability());
    }

    /// <summary>The plan of every certificate.</summary>
    /// <exception cref="InputFault">These counts could prove no radius at this α.</exception>
    public CertificationPlan ReadPlan(ParseResult parsed, CertificationConfig registry, RoutedClassifier classifier)
    {
        SampleCounts counts = new(parsed.GetValue(_selection) ?? registry.Selection, parsed.GetValue(_estimation) ?? registry.Estimation);
        double alpha = parsed.GetValue(_alpha) ?? (double)registry.FailureProbability;
        CertificationPlan plan = new(counts, counts, alpha);
        double share = classifier.Split(plan)[AlphaLedger.Expert]; // no radius is above the expert's
        if (counts.RadiusCeiling(sigma: 1, share) == 0)
            throw new InputFault(
                $"n = {counts.Estimation} samples can prove nothing at α = {share}: even if all agree the bound is at most ½; "
                + $"accepted is n ≥ {SampleCounts.FewestThatProve(share)}");
        return plan;
    }

    /// <summary>n and α of a prediction.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="registry">The defaults.</param>
    /// <param name="tests">How many binomial tests share α.</param>
    /// <exception cref="InputFault">So few samples could decide nothing at this α.</exception>
    public (int Count, double Alpha) ReadPrediction(ParseResult parsed, CertificationConfig registry, int tests)
    {
        int count = parsed.GetValue(_estimation) ?? registry.Estimation;
        double alpha = parsed.GetValue(_alpha) ?? (double)registry.FailureProbability;
        // A unanimous vote has p-value 2^(1−n) in the two-sided test.
        int least = (int)Math.Ceiling(1 - Math.Log2(alpha / tests));
        return count >= least
            ? (count, alpha)
            : throw new InputFault($"n = {count} samples can decide nothing at α = {alpha / tests}, even if all agree; accepted is n ≥ {least}");
    }

    /// <summary>The seed that was given; null where a fresh secret is drawn.</summary>
    public ulong? Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>Where the noise comes from.</summary>
    public SeedSource ReadSeeds(ParseResult parsed, Surroundings surroundings) => parsed.GetValue(_seed) is { } seed
        ? SeedSource.FromCaller(seed)
        : new SeedSource(surroundings.FreshSecret(), SeedOrigin.Server);
}
