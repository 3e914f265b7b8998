using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests;

public sealed class AnytimeTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private readonly ScriptedVoter _router = ScriptedVoter.Drawn("router", 1, 0.6, 0.35, 0.05);
    private readonly ScriptedVoter[] _experts =
    [
        ScriptedVoter.Drawn("a", 0.25m, 0.02, 0.03, 0.95), ScriptedVoter.Drawn("b", 0.5m, 0.05, 0.1, 0.85),
        ScriptedVoter.Drawn("c", 1, 0.2, 0.2, 0.6),
    ];

    private IEnumerable<ScriptedVoter> Voters => _experts.Prepend(_router);

    private RoutedClassifier Classifier() =>
        new("router", _router, [new("a", _experts[0]), new("b", _experts[1]), new("c", _experts[2])]);

    private static CertificationPlan Plan(StoppingRules rules, CertificateKind kind = CertificateKind.Exclusion) =>
        new(SamplingPlan.Adaptive(Counts, Counts, rules), 0.001) { Kind = kind };

    // What is told, and why the last of it was the last.
    private async Task<(List<Certificate> Told, StopReason? Stopped)> Grow(
        GrowingCertificate growing, StoppingRules rules, Deadline? deadline = null)
    {
        List<Certificate> told = [];
        StopReason? stopped = null;
        await foreach (Growth step in growing.RunAsync(Classifier(), Plan(rules).Sampling, deadline))
        {
            told.Add(step.Certificate!);
            stopped = step.Stopped;
        }
        return (told, stopped);
    }

    [Theory]
    [InlineData(CertificateKind.Dual)]
    [InlineData(CertificateKind.Exclusion)]
    public async Task Radii_only_grow_and_each_is_what_its_bounds_give(CertificateKind kind)
    {
        StoppingRules rules = new() { Resolution = 0.05 };
        (List<Certificate> certificates, _) =
            await Grow(Classifier().BeginAnytime(Input, Plan(rules, kind), Seeds), rules);
        Assert.True(certificates.Count > 5, $"{certificates.Count}");
        double previous = 0;
        foreach (Certificate certificate in certificates)
        {
            Assert.True(certificate.Radius > previous || ReferenceEquals(certificate, certificates[^1]));
            Assert.Equal(2, certificate.Class);
            Assert.Equal(certificate.Radius, Recomputed(certificate));
            certificate.Ledger.Cover([.. certificate.Route!.Bounds, .. certificate.Expert!.Bounds,
                .. certificate.Peers.SelectMany(peer => peer.Bounds)]);
            previous = certificate.Radius;
        }
        Certificate last = await Classifier().CertifyAsync(Input, Plan(new() { Resolution = 0.05 }, kind), Seeds);
        Assert.Equal((certificates[^1].Radius, certificates[^1].SamplesDrawn), (last.Radius, last.SamplesDrawn));
    }

    [Fact]
    public async Task Every_sample_is_asked_once_in_order_and_no_stage_beyond_its_cap()
    {
        Certificate certificate = await Classifier().CertifyAsync(Input, Plan(new()), Seeds);
        foreach (ScriptedVoter voter in Voters.Where(voter => voter.Asked.Count > 0))
        {
            bool peer = voter.Asked[0].Range.From == Counts.PeerRange.From;
            Assert.Equal(peer ? Counts.PeerRange.From : 0, voter.Asked[0].Range.From);
            Assert.All(voter.Asked.Zip(voter.Asked.Skip(1)),
                pair => Assert.Equal(pair.First.Range.To, pair.Second.Range.From));
            Assert.True(voter.Asked[^1].Range.To <= (peer ? Counts.PeerRange.To : Counts.EstimationRange.To));
        }
        Assert.Equal(certificate.SamplesDrawn, Voters.Sum(voter => voter.Asked.Sum(request => request.Range.Count)));
    }

    [Fact]
    public async Task Topping_up_goes_on_where_it_stopped_and_ends_like_the_run_that_never_stopped()
    {
        StoppingRules coarse = new() { Target = 0.1 }, fine = new() { Resolution = 0.05 };
        GrowingCertificate interrupted = Classifier().BeginAnytime(Input, Plan(coarse, CertificateKind.Dual), Seeds);
        (List<Certificate> told, StopReason? stopped) = await Grow(interrupted, coarse);
        double first = told[^1].Radius;
        Assert.Equal((StopReason.TargetReached, true), (stopped, first >= 0.1));
        Certificate toppedUp = (await Grow(interrupted, fine)).Told[^1];
        List<SampleRange> ranges = [.. _router.Asked.Select(request => request.Range)];
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));

        Certificate uninterrupted = await Classifier().CertifyAsync(Input, Plan(fine, CertificateKind.Dual), Seeds);
        Assert.True(toppedUp.Radius > first);
        Assert.Equal((uninterrupted.Radius, uninterrupted.SamplesDrawn), (toppedUp.Radius, toppedUp.SamplesDrawn));
        Assert.Equal(uninterrupted.Route!.Bounds.Select(Counted), toppedUp.Route!.Bounds.Select(Counted));
        Assert.Equal(uninterrupted.Expert!.Bounds.Select(Counted), toppedUp.Expert!.Bounds.Select(Counted));
    }

    [Fact]
    public async Task A_schedule_is_certified_by_the_same_plan()
    {
        SamplingPlan schedule = SamplingPlan.Scheduled(
            100, new BoundFamily.Schedule(100, 1000, 4000), new() { Target = 0.2 });
        Certificate certificate = await Classifier()
            .CertifyAsync(Input, new(schedule, 0.001) { Kind = CertificateKind.Dual }, Seeds);
        Assert.All(certificate.Route!.Bounds, bound => Assert.IsType<LookSchedule>(bound.Bound));
        Assert.True(certificate.Radius > 0);
    }

    [Fact]
    public async Task A_passed_deadline_leaves_a_valid_certificate_of_what_was_drawn()
    {
        Clock clock = new();
        Deadline deadline = new(clock, clock.GetUtcNow() + TimeSpan.FromSeconds(8));
        GrowingCertificate certification = Classifier().BeginAnytime(Input, Plan(new()), Seeds);
        (List<Certificate> told, StopReason? stopped) = await Grow(certification, new(), deadline: deadline);
        Certificate last = told[^1];
        Assert.Equal(StopReason.Deadline, stopped);
        Assert.Equal((last.Radius, last), (Recomputed(last), certification.Current!));
        Assert.True((await Grow(certification, new())).Told[^1].Radius > last.Radius);
    }

    [Fact]
    public void Fixed_counts_are_refused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => Classifier().BeginAnytime(Input, new(Counts, Counts, 0.001), Seeds));
        Assert.Contains("accepted are SamplingPlan.Adaptive and SamplingPlan.Scheduled", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_on_beyond_its_n_and_below_it_draws_nothing()
    {
        GrowingCertificate certification = Classifier().BeginAnytime(Input, Plan(new()), Seeds);
        await Grow(certification, new());
        double first = certification.Current!.Radius;
        long drawn = certification.Current.SamplesDrawn;
        SampleCounts fewer = new(100, 1000), more = new(100, 20_000);
        Growth none = await certification.StepAsync(Classifier(), SamplingPlan.Adaptive(fewer, fewer, new()));
        Assert.NotNull(none.Stopped);
        Assert.Equal(drawn, certification.Current.SamplesDrawn);
        SamplingPlan further = SamplingPlan.Adaptive(more, more, new());
        while ((await certification.StepAsync(Classifier(), further)).Stopped is null) { }
        Assert.True(certification.Current.Radius > first);
        Assert.Equal(certification.Current.Radius, Recomputed(certification.Current));
        Assert.Equal(certification.Current.SamplesDrawn,
            Voters.Sum(voter => voter.Asked.Sum(request => request.Range.Count)));
    }

    [Fact]
    public async Task A_peer_that_was_gone_is_asked_again_when_it_goes_on()
    {
        bool isGone = true;
        ScriptedVoter peer = _experts[1];
        peer.Fails = _ => isGone;
        GrowingCertificate certification = Classifier().BeginAnytime(Input, Plan(new()), Seeds);
        await Grow(certification, new());
        Assert.Single(peer.Asked);
        Assert.DoesNotContain(certification.Current!.Peers, asked => asked.Id == "b");
        isGone = false;
        await Grow(certification, new());
        Assert.Contains(certification.Current.Peers, asked => asked.Id == "b");
    }

    [Fact]
    public async Task Other_functions_other_selection_votes_and_other_bounds_cannot_go_on()
    {
        GrowingCertificate certification = Classifier().BeginAnytime(Input, Plan(new()), Seeds);
        RoutedClassifier others = new("router", _router,
            [new("a", _experts[0]), new("b", _experts[1]), new("c", ScriptedVoter.Drawn("d", 1, 0.2, 0.2, 0.6))]);
        await Assert.ThrowsAsync<ArgumentException>(() => certification.StepAsync(others, Plan(new()).Sampling));
        SampleCounts selected = new(101, 4000);
        await Assert.ThrowsAsync<ArgumentException>(
            () => certification.StepAsync(Classifier(), SamplingPlan.Adaptive(selected, selected, new())));
        await Assert.ThrowsAsync<ArgumentException>(
            () => certification.StepAsync(Classifier(), SamplingPlan.Fixed(Counts, Counts)));
        await Assert.ThrowsAsync<ArgumentException>(
            () => certification.StepAsync(
                Classifier(), SamplingPlan.Scheduled(100, new BoundFamily.Schedule(100, 4000), new())));
        Assert.All(Voters, voter => Assert.Empty(voter.Asked));
    }

    [Fact]
    public async Task Who_picks_n_and_target_by_what_it_has_seen_gets_a_false_radius_no_more_often_than_alpha()
    {
        // P[Bin(400, .05) ≥ 45] < 1e-6 (SciPy): the seeds are fixed, and a sound bound would pass with nearly all
        // others.
        const int Runs = 400, MostFalse = 44;
        const double Alpha = 0.05, TrueShare = 0.8, TrueRadius = 0.8416212335729143; // Φ⁻¹(.8)
        RoutedClassifier expert = new(new Route("only", ScriptedVoter.Drawn("only", 1, 1 - TrueShare, TrueShare)));
        int wrong = 0;
        for (int run = 0; run < Runs; run++)
        {
            GridInput input = new(new[] { (byte)run, (byte)(run >> 8), (byte)0 }, 3);
            SampleCounts few = new(20, 200);
            GrowingCertificate certification = expert.BeginAnytime(
                input, new(SamplingPlan.Adaptive(few, few, new()), Alpha), Seeds);
            foreach (int n in new[] { 200, 500, 300, 1200, 3000 })
            {
                SampleCounts counts = new(20, n);
                // It asks for hardly more than was proved, looks, and asks again.
                while ((await certification.StepAsync(expert, SamplingPlan.Adaptive(
                    counts, counts, new() { Target = (certification.Current?.Radius ?? 0) + 0.001 }))).Stopped is null
                    or StopReason.TargetReached)
                    if (certification.Current!.Radius > TrueRadius) break;
            }
            if (certification.Current!.Class == 1 && certification.Current.Radius > TrueRadius) wrong++;
        }
        Assert.InRange(wrong, 1, MostFalse);
    }

    private static (long, long, double) Counted(BoundEvidence bound) =>
        (bound.Successes, bound.Draws, bound.Value.Value);

    private static double Recomputed(Certificate certificate) =>
        certificate.Expert is not { } expert ? 0 : ((RouteEvidence)certificate.Route!).RouteBounds.Radii
        .Select((excluded, j) => Math.Max(
            excluded, certificate.Peers.FirstOrDefault(peer => peer.Route == j)?.Radius ?? 0))
        .Append(expert.Radius).Min();

    // A second passes whenever somebody asks.
    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(1);
    }
}
