using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

public sealed class DeadlineTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private readonly ManualClock _clock = new();

    private Deadline InTenSeconds => new(_clock, _clock.GetUtcNow() + TimeSpan.FromSeconds(10));

    private static CertificationPlan Plan => new(SamplingPlan.Adaptive(Counts, Counts, new()), 0.001);

    // Votes for class 1, but from the stated request on not before it is told to stop: the clock moves past the
    // deadline.
    private ScriptedVoter Slow(int from)
    {
        int asked = 0;
        return new("slow", 0.5m, 0, 100)
        {
            Before = async (_, cancellationToken) =>
            {
                if (++asked >= from)
                {
                    _clock.Advance(TimeSpan.FromMinutes(1));
                    cancellationToken.ThrowIfCancellationRequested();
                }
                await Task.Yield();
            },
        };
    }

    [Fact]
    public async Task A_draw_under_way_at_the_deadline_is_given_up_whole_and_what_was_proved_before_is_said()
    {
        ScriptedVoter voter = Slow(from: 6);
        Certificate certificate = await new RoutedClassifier(new Route("only", voter))
            .CertifyAsync(Input, Plan, Seeds, deadline: InTenSeconds);
        Assert.Equal(6, voter.Asked.Count);
        Assert.Equal(voter.Asked[4].Range.To, certificate.SamplesDrawn);
        Assert.Equal(1, certificate.Class);
        Assert.True(certificate.Radius > 0);
    }

    [Fact]
    public async Task What_was_given_up_is_drawn_again_when_the_certificate_is_topped_up()
    {
        ScriptedVoter voter = Slow(from: 6);
        RoutedClassifier classifier = new(new Route("only", voter));
        GrowingCertificate certification = classifier.BeginAnytime(Input, Plan, Seeds);
        Growth last = await certification.RunAsync(classifier, Plan.Sampling, InTenSeconds).LastAsync();
        Assert.Equal(StopReason.Deadline, last.Stopped);
        await certification.RunAsync(classifier, Plan.Sampling).LastAsync();
        Assert.Equal(voter.Asked[5].Range, voter.Asked[6].Range);
        Assert.Equal(Counts.EstimationRange.To, certification.Current!.SamplesDrawn);
    }

    [Fact]
    public async Task A_first_look_is_taken_after_the_deadline_too()
    {
        ScriptedVoter voter = Slow(from: 1);
        Certificate certificate = await new RoutedClassifier(new Route("only", voter))
            .CertifyAsync(Input, Plan, Seeds, deadline: InTenSeconds);
        Assert.Equal(2, voter.Asked.Count);
        Assert.Equal(voter.Asked[1].Range.To, certificate.SamplesDrawn);
    }

    [Fact]
    public async Task Fixed_counts_are_drawn_to_their_end()
    {
        ScriptedVoter voter = Slow(from: 2);
        Certificate certificate = await new RoutedClassifier(new Route("only", voter))
            .CertifyAsync(Input, new(Counts, Counts, 0.001), Seeds, deadline: InTenSeconds);
        Assert.Equal(Counts.EstimationRange.To, certificate.SamplesDrawn);
    }

    [Fact]
    public async Task Cancelled_by_the_caller_it_claims_nothing()
    {
        using CancellationTokenSource stop = new();
        await stop.CancelAsync();
        ScriptedVoter never = ScriptedVoter.Drawn("never", 1, 0.5, 0.5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new RoutedClassifier(new Route("only", never))
            .CertifyAsync(Input, Plan, Seeds, cancellationToken: stop.Token, deadline: InTenSeconds));
    }

    // Who gave votes is heard by each answer for itself.
    private static Claim Own(VoteRequest request) => request.Claim with { Sources = null };

    [Fact]
    public async Task A_claim_reaches_every_voter_and_changes_no_certificate()
    {
        ScriptedVoter router = ScriptedVoter.Drawn("router", 1, 0.6, 0.4),
            a = ScriptedVoter.Drawn("a", 0.25m, 0.1, 0.9), b = ScriptedVoter.Drawn("b", 0.5m, 0.2, 0.8);
        RoutedClassifier classifier = new("router", router, [new("a", a), new("b", b)]);
        CertificationPlan plan = new(Counts, Counts, 0.001);
        Certificate plain = await classifier.CertifyAsync(Input, plan, Seeds);
        Assert.All([.. router.Asked, .. a.Asked, .. b.Asked], request => Assert.Equal(Claim.None, Own(request)));
        foreach (ScriptedVoter voter in (ScriptedVoter[])[router, a, b]) voter.Asked.Clear();

        Claim claim = new() { Priority = 3, Party = new object() };
        RoutedClassifier claiming = classifier.For(new() { Claim = claim });
        Certificate claimed = await claiming.CertifyAsync(Input, plan, Seeds);
        Assert.Equal(classifier.Functions, claiming.Functions);
        Assert.Equal((plain.Class, plain.Radius, plain.SamplesDrawn),
            (claimed.Class, claimed.Radius, claimed.SamplesDrawn));
        Assert.All([.. router.Asked, .. a.Asked, .. b.Asked], request => Assert.Equal(claim, Own(request)));
        Assert.NotEmpty(router.Asked);
    }

    [Fact]
    public async Task Whoever_looks_is_told_of_each_draw_and_for_which_stage_it_is()
    {
        RoutedClassifier classifier = new(
            "router", ScriptedVoter.Drawn("router", 1, 0.55, 0.45),
            [
                new("a", ScriptedVoter.Drawn("a", 0.25m, 0.02, 0.98)),
                new("b", ScriptedVoter.Drawn("b", 0.5m, 0.02, 0.98)),
            ]);
        List<(Stage Stage, string Id, SampleRange Range, long Votes)> seen = [];
        async Task<VoteCounts> Look(Stage stage, Route asked, VoteRequest request, Func<Task<VoteCounts>> draw)
        {
            VoteCounts votes = await draw();
            seen.Add((stage, asked.Id, request.Range, votes.Total));
            return votes;
        }

        RoutedClassifier watched = classifier.For(new() { Observer = Look });
        Certificate certificate = await watched.CertifyAsync(Input, new(Counts, Counts, 0.001), Seeds);
        string routed = certificate.Expert!.Id;
        Assert.Equal(
            [
                (Stage.Router, "router", Counts.SelectionRange), (Stage.Router, "router", Counts.EstimationRange),
                (Stage.Expert, routed, Counts.SelectionRange), (Stage.Expert, routed, Counts.EstimationRange),
                (Stage.Peer, Assert.Single(certificate.Peers).Id, Counts.PeerRange),
            ],
            seen.Select(draw => (draw.Stage, draw.Id, draw.Range)));
        Assert.Equal(certificate.SamplesDrawn, seen.Sum(draw => draw.Votes));

        // The mix that goes on is watched as well, and so is a prediction.
        seen.Clear();
        await watched.Restrict(["b"]).CertifyAsync(Input, new(Counts, Counts, 0.001), Seeds);
        RoutedPrediction prediction = await watched.PredictAsync(Input, 5000, 0.001, Seeds);
        string chosen = classifier.Routes[prediction.Route.Route!.Value].Id;
        Assert.Equal(
            [(Stage.Expert, "b"), (Stage.Expert, "b"), (Stage.Router, "router"), (Stage.Expert, chosen)],
            seen.Select(draw => (draw.Stage, draw.Id)));
    }
}
