using Router.Data;
using Router.Estimator;
using Router.Evaluation.Logs;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Runs;

/// <summary>
/// The router's votes, all that were planned: which mix and which rule they will serve is not known yet, so nothing
/// says when there are enough.
/// </summary>
internal sealed class RouterFile : INetworkFiles
{
    private readonly PassMember _router;
    private readonly CertificationPlan _plan;
    private readonly SeedSource _seeds;
    private readonly RouterCountsWriter _counts;

    /// <exception cref="BadInputException">The file is there, but was written otherwise.</exception>
    public RouterFile(string folder, PassMember router, CertificationPlan plan, SeedSource seeds)
    {
        (_router, _plan, _seeds) = (router, plan, seeds);
        _counts = RouterCountsWriter.Open(
            Pass.RouterCountsOf(folder), router.Voter.FunctionId, plan.Router, out IReadOnlySet<int> done);
        Done = done;
    }

    public IReadOnlySet<int> Done { get; }

    public async Task<Action> DrawAsync(
        LabelledImage image, AnswerSources sources, CancellationToken cancellationToken)
    {
        GridInput input = image.Image.ToInput();
        NoiseStream stream = _router.StreamOf(_seeds.SeedFor(new()
        {
            Statement = SeedMessage.Votes,
            InputHash = input.Hash,
            Router = new(_router.Voter.FunctionId, _router.Voter.Sigma, _router.StreamOf(0).Id),
            Ledger = AlphaLedger.Single(_plan.FailureProbability),
            Samples = _plan.Sampling.Registered,
        }));
        (VoteCounts selection, VoteCounts estimation) = await AnswerSources.OfRightVotesAsync(async own =>
            (await DrawAsync(_plan.Router.SelectionRange, own),
                await DrawAsync(_plan.Router.EstimationRange, own)), sources);
        return () => _counts.Write(image.Index, _router.Id, _router.Voter.Sigma, stream, selection, estimation);

        Task<VoteCounts> DrawAsync(SampleRange range, AnswerSources own) => Certifier.AskAsync(
            _router.Voter, new(input, stream, range) { Claim = new() { Sources = own } }, cancellationToken);
    }

    public void Dispose() => _counts.Dispose();
}
