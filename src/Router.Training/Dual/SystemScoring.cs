using Router.Data;
using Router.Engine;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Smoothing;

namespace Router.Training.Dual;

/// <summary>Certifies held-out images with a routed system into a log that goes on where it stopped.</summary>
/// <param name="scoring">n0, n, α.</param>
/// <param name="data">The data set.</param>
/// <param name="held">Which of its images.</param>
/// <param name="seed">The seed of all noise: every system is asked on the same.</param>
/// <param name="machine">Where the networks run.</param>
/// <param name="clock">The time.</param>
internal sealed class SystemScoring(
    DualScoring scoring, DataSet data, IReadOnlyList<int> held, ulong seed, Machine machine, TimeProvider clock)
{
    /// <summary>How many images.</summary>
    public int Count => held.Count;

    // Few draws of one image leave most of a pass empty; those of several fill it.
    private const int UnderWay = 8;

    /// <summary>Writes the rows that are missing.</summary>
    /// <returns>All rows, as a reader finds them.</returns>
    /// <exception cref="BadInputException">
    /// So few samples could prove nothing, or the rows that are there are of other functions, or damaged.
    /// </exception>
    public async Task<IReadOnlyList<LogRow>> CertifyAsync(
        RegistryConfig system, string path, Action<int> done, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogRow> before = [];
        using (FileLock.Take(path))
        using (CertificationLogWriter log = File.Exists(path) ? CertificationLogWriter.Continue(path, out before)
            : CertificationLogWriter.Create(path))
        {
            int count = before.Count;
            done(count);
            if (count < held.Count)
            {
                using LoadedRegistry registry = new RegistryLoader(machine).Load(system);
                RoutedClassifier classifier = RegisteredMix.Deployed(registry);
                // Rows of other functions, of another build or machine too, are of another system.
                CertificationTerms.FileOf(path).Claim(CertificationTerms.Of(classifier, data));
                CertifyRun run = new(classifier, PlanFor(classifier), SeedSource.FromCaller(seed), clock);
                IAsyncEnumerable<CertifiedImage> certified = InOrder.RunAsync(
                    held.Except(before.Select(row => row.Index)), UnderWay,
                    (index, stop) => run.CertifyAsync(data.Read(index), stop), cancellationToken);
                await foreach (CertifiedImage image in certified)
                {
                    log.Write(image.ToRow(SeedOrigin.Caller));
                    done(++count);
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        return CertificationLogReader.Read(path).Rows;
    }

    private CertificationPlan PlanFor(RoutedClassifier classifier)
    {
        SampleCounts counts = new(scoring.Selection, scoring.Estimation);
        CertificationPlan plan = new(counts, counts, scoring.FailureProbability);
        int least = classifier.FewestThatProve(plan);
        return least == counts.Estimation
            ? plan
            : throw new BadInputException(
                $"systems cannot be compared with n = {counts.Estimation}: it proves nothing at "
                + $"α = {plan.FailureProbability}, accepted is n ≥ {least}");
    }
}
