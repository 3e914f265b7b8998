using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Evaluation.Runs;
using Router.Smoothing;

namespace Router.Evaluation.Passes;

/// <summary>The log and the counts of one expert, certified alone on the noise of its route.</summary>
internal sealed class ExpertFiles : INetworkFiles
{
    private readonly CertifyRun _run;
    private readonly CertificationPlan _plan;
    private readonly SeedSource _seeds;
    private readonly CertificationLogWriter _log;
    private readonly CountsLogWriter _counts;

    /// <exception cref="LogFormatException">The files are there, but were written otherwise.</exception>
    public ExpertFiles(string folder, PassMember expert, CertificationPlan plan, SeedSource seeds, TimeProvider clock)
    {
        RoutedClassifier alone = new(new Route(expert.Id, expert.Voter), expert.Route!.Value);
        (_run, _plan, _seeds) = (new(alone, plan, seeds, clock), plan, seeds);
        string log = Pass.LogOf(folder, expert.Id), counts = CountsLogWriter.PathFor(log);
        if (!File.Exists(log))
        {
            (_log, _counts, Done) = (CertificationLogWriter.Create(log), CountsLogWriter.Create(counts), new HashSet<int>());
            return;
        }
        _log = CertificationLogWriter.Continue(log, out IReadOnlyList<LogRow> done);
        Done = done.Select(row => row.Index).ToHashSet();
        try
        {
            _counts = CountsLogWriter.Continue(counts, done, new RunTerms(alone, plan).Difference);
        }
        catch
        {
            _log.Dispose();
            throw;
        }
    }

    public IReadOnlySet<int> Done { get; }

    public async Task<Action> DrawAsync(LabelledImage image, CancellationToken cancellationToken)
    {
        CertifiedImage certified = await _run.CertifyAsync(image, progress: null, cancellationToken);
        return () =>
        {
            _counts.Write(image.Index, certified.Certificate, _plan.Sampling);
            _log.Write(certified.ToRow(_seeds.Origin));
        };
    }

    public void Dispose()
    {
        _log.Dispose();
        _counts.Dispose();
    }
}
