using Router.Data;
using Router.Estimator;
using Router.Smoothing;
using Router.Votes;

namespace Router.Evaluation.Runs;

/// <summary>The log and the counts of one expert, certified alone on the noise of its route.</summary>
internal sealed class ExpertFiles : INetworkFiles
{
    private readonly CertifyRun _run;
    private readonly CertificationPlan _plan;
    private readonly SeedSource _seeds;
    private readonly CertifiedLog _log;

    /// <exception cref="BadInputException">The files are there, but were written otherwise.</exception>
    public ExpertFiles(string folder, PassMember expert, CertificationPlan plan, SeedSource seeds, TimeProvider clock)
    {
        RoutedClassifier alone = new(
            new Route(expert.Id, expert.Voter) { Pass = expert.Threshold }, expert.Route!.Value);
        (_run, _plan, _seeds) = (new(alone, plan, seeds, clock), plan, seeds);
        string log = Pass.LogOf(folder, expert.Id);
        RunTerms terms = new(alone, plan);
        _log = File.Exists(log)
            ? CertifiedLog.Continue(log, terms)
            : CertifiedLog.Create(log, passes: terms.Passes);
        Done = _log.Done.Select(row => row.Index).ToHashSet();
    }

    public IReadOnlySet<int> Done { get; }

    public async Task<Action> DrawAsync(
        LabelledImage image, AnswerSources sources, CancellationToken cancellationToken)
    {
        CertifiedImage certified = await _run.CertifyAsync(image, cancellationToken, sources);
        return () => _log.Write(certified, _plan.Sampling, _seeds.Origin);
    }

    public void Dispose() => _log.Dispose();
}
