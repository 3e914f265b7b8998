using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>Classifiers whose experts keep votes back: what is left of a hundred votes passes.</summary>
public sealed class PassingExpertsTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private static Route Expert(string id, decimal sigma, params double[] shares) =>
        new(id, new ScriptedVoter(
            id, sigma, shares.Length, request => shares.Select(share => (long)(share * request.Range.Count)))
        {
            Passes = true,
        })
        {
            Pass = PassThreshold.At(0.35m),
        };

    private static RoutedClassifier Of(string kind) => kind switch
    {
        "single" => new(Expert("a", 0.5m, 0.3, 0.05, 0.02)),
        "cascade" => new([Expert("a", 1, 0.05, 0.1, 0.01), Expert("b", 0.5m, 0.9, 0.02, 0)], new Cascade(0.5m)),
        _ => new("router", new ScriptedVoter("router", 1, 55, 45),
            [Expert("a", 0.5m, 0.6, 0.05, 0.02), Expert("b", 1, 0.8, 0.05, 0)]),
    };

    private static string[] Kinds => ["single", "cascade", "routed"];

    public static TheoryData<string> AllKinds => [.. Kinds];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task A_certificate_has_a_record_with_thresholds_and_passes_that_verifies_and_replays(string kind)
    {
        RoutedClassifier classifier = Of(kind);
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        CertificateRecord record = new RecordSigner(classifier, ImmutableSortedDictionary<string, string>.Empty)
            .Record(certificate, SeedOrigin.Server);
        Assert.Equal(0, certificate.Class);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(RecordJson.WriteLine(record)));
        Assert.All(record.Routing.Mix, member => Assert.Equal("0.35", member.Pass));
        Assert.Null(record.Routing.Router?.Pass);
        Assert.Equal(
            record.Stages.Select(stage => stage.Stage != RecordStages.Router),
            record.Stages.Select(stage => stage.Estimation.Passed > 0));
        ReplayedRecord replayed = await RecordReplay.RunAsync(record, Input, classifier.VoterOf);
        Assert.Equal($"replayed: all {certificate.SamplesDrawn} votes agree", replayed.ToString());

        // A replay that passes otherwise is told from this one.
        ReplayedRecord undecided = await RecordReplay.RunAsync(record, Input, id => new Changed(
            classifier.VoterOf(id)!, votes => new(votes.Counts, votes.Passed, votes.Range, votes.FunctionId)));
        Assert.False(undecided.Agrees);
    }

    [Fact]
    public async Task A_class_with_few_votes_holds_where_the_rest_passes_and_not_where_it_is_undecided()
    {
        RoutedClassifier passes = Of("single");
        Assert.True((await passes.CertifyAsync(Input, Plan, Seeds)).Radius > 0);
        Route alone = passes.Routes[0];
        RoutedClassifier undecided = new(alone with
        {
            Voter = new Changed(
                alone.Voter, votes => new(votes.Counts, votes.Passed, votes.Range, votes.FunctionId)),
        });
        Assert.True((await undecided.CertifyAsync(Input, Plan, Seeds)).Abstains);
    }

    [Fact]
    public async Task A_stage_whose_votes_pass_passes_on_and_is_silent_though_it_says_nothing_for_the_class()
    {
        Certificate certificate = await Of("cascade").CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((0, "b"), (certificate.Class, certificate.Expert!.Id));
        CascadeEvidence earlier = Assert.Single(certificate.Earlier);
        Assert.True(earlier.LowerBound.Value < 0.1 && earlier.SilenceRadius > 1);
        Assert.Equal(certificate.Expert!.Radius, certificate.Radius);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Where_every_vote_passes_the_answer_is_to_abstain(string kind)
    {
        RoutedClassifier of = Of(kind);
        ImmutableArray<Route> routes = [.. of.Routes.Select(route => route with
        {
            Voter = new Changed(route.Voter, votes =>
                new([.. new long[3]], 0, votes.Range, votes.FunctionId, votes.Total)),
        })];
        RoutedClassifier silent = kind switch
        {
            "single" => new(routes[0]),
            "cascade" => new(routes, of.Cascade!),
            _ => new("router", of.VoterOf("router")!, routes),
        };
        Certificate certificate = await silent.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((null, 0), (certificate.Class, certificate.Radius));
        Assert.Null((await silent.PredictAsync(Input, 1000, 0.001, Seeds)).Class);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(
            new RecordSigner(silent, ImmutableSortedDictionary<string, string>.Empty)
                .Record(certificate, SeedOrigin.Server)));
    }

    // Its true radius is .64: were its passes to become votes, as decided ones so far, it would be seen to reach 1.08.
    [Fact]
    public async Task A_plan_gives_up_a_radius_that_is_out_of_reach_for_a_class_that_passes()
    {
        RoutedClassifier expert = new(Expert("a", 1, 0.5, 0.1, 0));
        CertificationPlan plan = new(
            SamplingPlan.Adaptive(new(100, 20_000), new(100, 20_000), new() { Target = 0.8 }), 0.001);
        Certificate certificate = await expert.CertifyAsync(Input, plan, Seeds);
        Assert.InRange(certificate.SamplesDrawn, 100, 3000);
    }

    // A prediction needs most of the votes that count, and few of all.
    [Fact]
    public async Task A_prediction_compares_the_two_top_counts_and_leaves_passes_out()
    {
        RoutedClassifier expert = new(Expert("a", 1, 0.05, 0.01, 0));
        Assert.Equal(0, (await expert.PredictAsync(Input, 1000, 0.001, Seeds)).Class);
        Assert.Null((await expert.PredictAsync(Input, 100, 0.001, Seeds)).Class);
    }

    private sealed class Changed(IVoter voter, Func<VoteCounts, VoteCounts> change) : IVoter
    {
        public FunctionId FunctionId => voter.FunctionId;

        public decimal Sigma => voter.Sigma;

        public int OutcomeCount => voter.OutcomeCount;

        public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
        {
            VoteCounts votes = await voter.VoteAsync(request, cancellationToken);
            return votes.Passed > 0 ? change(votes) : votes;
        }
    }
}
