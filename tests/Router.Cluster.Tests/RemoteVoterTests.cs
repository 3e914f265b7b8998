using System.Collections.Immutable;
using Router.Cluster.Dispatch;
using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Cluster.Tests;

/// <summary>Certificates whose votes are drawn by workers are those of one process, letter by letter.</summary>
public sealed class RemoteVoterTests : IDisposable
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 1000);
    private static readonly SeedSource Seeds = new([1, 2, 3], SeedOrigin.Server);

    private static readonly CertificationPlan[] Plans =
    [
        new(Counts, Counts, .001), new(Counts, Counts, .001) { Kind = CertificateKind.Dual, PeerBudget = 2 },
        new(SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = .05 }), .001),
    ];

    private readonly VirtualTime _time = new();
    private readonly Dictionary<FunctionId, RangeDispatcher> _pools = [];
    private readonly HashSet<(string Worker, FunctionId Function)> _dead = [], _lying = [];
    private Func<FunctionId, Task> _asked = _ => Task.CompletedTask;
    private readonly ScriptedVoter _router = ScriptedVoter.Drawn("router", 1, .04, .9, .06);

    private readonly Dictionary<string, ScriptedVoter> _experts = new(StringComparer.Ordinal)
    {
        ["a"] = ScriptedVoter.Drawn("a", .25m, .03, .02, .95),
        ["b"] = ScriptedVoter.Drawn("b", .5m, .85, .1, .05),
        ["c"] = ScriptedVoter.Drawn("c", 1, .2, .6, .2),
    };

    public void Dispose()
    {
        foreach (RangeDispatcher pool in _pools.Values) pool.Dispose();
    }

    private async Task<IVoter> RemoteAsync(ScriptedVoter network, int workers)
    {
        RangeDispatcher pool = _pools[network.FunctionId] = new(
            new(network.FunctionId, network.OutcomeCount, [3], 10),
            new() { AuditEvery = 3, Patience = TimeSpan.FromSeconds(5) }, _time, 11);
        for (int i = 0; i < workers; i++) await pool.JoinAsync(new Worker(this, network, $"w{i}"), 1);
        return new RemoteVoter(pool, network.Sigma);
    }

    private RoutedClassifier Classifier(Func<ScriptedVoter, IVoter> voter) => new(
        "router", voter(_router), [.. _experts.Select(expert => new Route(expert.Key, voter(expert.Value)))],
        new RoutingRule.MostVoted());

    private async Task<RoutedClassifier> RemoteClassifierAsync(int workers)
    {
        Dictionary<ScriptedVoter, IVoter> remote = [];
        foreach (ScriptedVoter network in _experts.Values.Prepend(_router))
            remote[network] = await RemoteAsync(network, workers);
        return Classifier(network => remote[network]);
    }

    private static async Task<string> RecordAsync(RoutedClassifier classifier, CertificationPlan plan) =>
        RecordJson.WriteLine(new RecordSigner(classifier, ImmutableSortedDictionary<string, string>.Empty)
            .Record(await classifier.CertifyAsync(Input, plan, Seeds), SeedOrigin.Server));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Records_are_those_of_one_process(int workers) => _time.Run(async () =>
    {
        RoutedClassifier single = Classifier(network => network), remote = await RemoteClassifierAsync(workers);
        foreach (CertificationPlan plan in Plans)
            Assert.Equal(await RecordAsync(single, plan), await RecordAsync(remote, plan));
    });

    [Fact]
    public void Certificates_that_grow_are_those_of_one_process() => _time.Run(async () =>
    {
        RoutedClassifier single = Classifier(network => network), remote = await RemoteClassifierAsync(2);
        SamplingPlan sampling = SamplingPlan.Scheduled(100, new(100, 400, 1000), new() { Target = .2 });
        List<double>[] radii = [[], []];
        foreach ((RoutedClassifier classifier, List<double> told) in new[] { single, remote }.Zip(radii))
            await foreach ((Certificate? certificate, _) in classifier
                .BeginAnytime(Input, new(sampling, .001), Seeds).RunAsync(classifier, sampling))
                told.Add(certificate!.Radius);
        Assert.NotEmpty(radii[0]);
        Assert.Equal(radii[0], radii[1]);
    });

    [Fact]
    public void Where_a_network_has_no_worker_the_others_go_on_as_the_policy_says() => _time.Run(async () =>
    {
        RoutedClassifier remote = await RemoteClassifierAsync(2);
        foreach (string worker in new[] { "w0", "w1" }) _dead.Add((worker, _experts["b"].FunctionId));
        FailoverClassifier failover = new(remote, new FailoverPolicy.Reroute(.2, []));
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await failover.CertifyAsync(Input, Plans[0], Seeds));
        Assert.Equal("b", answer.Failed);
        _experts["b"].Fails = _ => true;
        CertificationAnswer.Certified single = Assert.IsType<CertificationAnswer.Certified>(
            await new FailoverClassifier(Classifier(network => network), new FailoverPolicy.Reroute(.2, []))
                .CertifyAsync(Input, Plans[0], Seeds));
        Assert.Equal(
            (single.Certificate.Class, single.Certificate.Radius),
            (answer.Certificate.Class, answer.Certificate.Radius));
    });

    // The router's votes are found wrong while so manieth other network is asked: the routed expert, or a peer, whose
    // failure alone ends nothing. Of 0 nobody finds out: the control.
    private void Lie(int foundAt)
    {
        RangeDispatcher routing = _pools[_router.FunctionId];
        _lying.Add(("w0", _router.FunctionId));
        HashSet<FunctionId> others = [];
        bool isOver = foundAt == 0;
        _asked = async function =>
        {
            if (function != _router.FunctionId) others.Add(function);
            if (isOver || others.Count < foundAt) return;
            isOver = true;
            routing.Distrust("w0", "as another network: two others vote otherwise");
            await routing.JoinAsync(new Worker(this, _router, "w1"), 1);
        };
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(0)]
    public void A_certificate_of_votes_that_turn_out_to_be_wrong_is_made_anew_of_others(int foundAt) => _time.Run(
        async () =>
        {
            RoutedClassifier remote = await RemoteClassifierAsync(1);
            Lie(foundAt);
            string single = await RecordAsync(Classifier(network => network), Plans[0]);
            Assert.Equal(foundAt > 0, single == await RecordAsync(remote, Plans[0]));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void So_is_a_prediction(int foundAt) => _time.Run(async () =>
    {
        RoutedClassifier remote = await RemoteClassifierAsync(1);
        Lie(foundAt);
        RoutedPrediction single = await Classifier(network => network).PredictAsync(Input, 1000, .001, Seeds),
            drawn = await remote.PredictAsync(Input, 1000, .001, Seeds);
        Assert.Equal(
            foundAt > 0, single.Route.Votes!.Counts.SequenceEqual(drawn.Route.Votes!.Counts));
    });

    [Fact]
    public void A_certificate_that_grew_on_wrong_votes_grows_no_more_and_another_does() => _time.Run(async () =>
    {
        RoutedClassifier classifier = await RemoteClassifierAsync(1);
        SamplingPlan sampling = SamplingPlan.Adaptive(Counts, Counts, new() { Resolution = .001 });
        GrowingCertificate growing = classifier.BeginAnytime(Input, new(sampling, .001), Seeds);
        Assert.Null((await growing.StepAsync(classifier, sampling, isFirst: true)).Stopped);
        foreach (RangeDispatcher pool in _pools.Values)
        {
            pool.Distrust("w0", "as another network: two others vote otherwise");
            await pool.JoinAsync(
                new Worker(
                    this, _experts.Values.Prepend(_router).Single(one => one.FunctionId == pool.Function.Id), "w1"), 1);
        }
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => growing.StepAsync(classifier, sampling));
        Assert.IsType<WithdrawnVotesException>(fault.InnerException);
        GrowingCertificate anew = classifier.BeginAnytime(Input, new(sampling, .001), Seeds);
        await anew.StepAsync(classifier, sampling, isFirst: true);
        Assert.Null((await anew.StepAsync(classifier, sampling)).Stopped);
    });

    [Fact]
    public void Every_sample_is_told_to_be_done_once() => _time.Run(async () =>
    {
        RoutedClassifier remote = await RemoteClassifierAsync(3);
        DrawnSamples drawn = new();
        Certificate certificate = await remote.For(new() { Drawn = drawn }).CertifyAsync(Input, Plans[0], Seeds);
        Assert.Equal(certificate.SamplesDrawn, drawn.Count);
    });

    private sealed class Worker(RemoteVoterTests tests, IVoter network, string name) : IWorkerLink
    {
        string IWorkerLink.Worker => name;

        public async Task<RangeAnswer> AskAsync(RangeAsk ask, CancellationToken cancellationToken)
        {
            await tests._time.Delay(ask.Range.Count * .001, cancellationToken);
            if (tests._dead.Contains((name, ask.Function))) throw new WorkerLostException(name, "its process ended");
            await tests._asked(ask.Function);
            VoteCounts votes = await network.VoteAsync(new(ask.Input, ask.Stream, ask.Range), CancellationToken.None);
            return new RangeAnswer.Voted(
                tests._lying.Contains((name, ask.Function))
                    ? new([votes.Total - votes.Total / 3, votes.Total / 3, 0], 0, votes.Range, votes.FunctionId)
                    : votes, 0);
        }
    }
}
