using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests.Cascades;

/// <summary>Certificates of a cascade that may stop early, and go on.</summary>
public sealed class GrowingCascadeTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private readonly ScriptedVoter _passesOn = ScriptedVoter.Drawn("passes on", 1, 0.45, 0.3, 0.25),
        _answers = ScriptedVoter.Drawn("answers", 0.5m, 0.8, 0.15, 0.05),
        _agrees = ScriptedVoter.Drawn("agrees", 0.25m, 0.99, 0.01, 0);

    private RoutedClassifier Classifier => new(
        [new("s100", _passesOn), new("s050", _answers), new("s025", _agrees)], new Cascade(0.6m, 0.7m));

    private static CertificationPlan Plan(StoppingRules rules) =>
        new(SamplingPlan.Adaptive(Counts, Counts, rules), 0.001);

    private Task<Certificate> CertifyAsync(StoppingRules rules) => Classifier.CertifyAsync(Input, Plan(rules), Seeds);

    [Fact]
    public async Task A_target_is_decided_in_a_fraction_of_the_samples_that_fixed_counts_take()
    {
        Certificate fixedCounts = await Classifier.CertifyAsync(Input, new(Counts, Counts, 0.001), Seeds);
        Certificate decided = await CertifyAsync(new() { Target = 0.25 });
        Assert.Equal((0, 0, CertificateKind.Cascade), (fixedCounts.Class, decided.Class, decided.Kind));
        Assert.True(fixedCounts.Radius > 0.3 && decided.Radius >= 0.25, $"{fixedCounts.Radius} {decided.Radius}");
        Assert.True(decided.SamplesDrawn * 4 < fixedCounts.SamplesDrawn, $"{decided.SamplesDrawn}");
    }

    [Fact]
    public async Task A_target_out_of_reach_is_given_up_early()
    {
        Certificate hopeless = await CertifyAsync(new() { Target = 1.5 });
        Assert.True(hopeless.SamplesDrawn < 500, $"{hopeless.SamplesDrawn}");
    }

    [Fact]
    public async Task A_resolution_proves_nearly_what_all_samples_do()
    {
        Certificate all = await CertifyAsync(new()), near = await CertifyAsync(new() { Resolution = 0.05 });
        Assert.InRange(near.Radius, all.Radius - 0.05, all.Radius);
        Assert.True(near.SamplesDrawn < all.SamplesDrawn, $"{near.SamplesDrawn} of {all.SamplesDrawn}");
        Assert.InRange(all.Radius, 0.45, 0.582); // the last stage agrees to .25·Φ⁻¹(.99), the others are silent beyond
    }

    [Fact]
    public async Task Radii_only_grow_while_one_goes_on_and_a_top_up_ends_like_the_run_that_never_stopped()
    {
        StoppingRules coarse = new() { Target = 0.1 }, fine = new() { Resolution = 0.02 };
        GrowingCertificate growing = Classifier.BeginAnytime(Input, Plan(coarse), Seeds);
        List<Growth> told = [];
        foreach (StoppingRules rules in (StoppingRules[])[coarse, fine])
            told.AddRange(await growing.RunAsync(
                Classifier, Plan(rules).Sampling, cancellationToken: TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal([StopReason.TargetReached, StopReason.ResolutionReached],
            told.Select(step => step.Stopped).OfType<StopReason>());
        Assert.True(told.Count > 6, $"{told.Count}");
        Assert.All(told.Zip(told.Skip(1)),
            pair => Assert.True(pair.First.Certificate!.Radius <= pair.Second.Certificate!.Radius));
        Certificate straight = await CertifyAsync(fine);
        Assert.Equal((straight.Radius, straight.SamplesDrawn),
            (told[^1].Certificate!.Radius, told[^1].Certificate!.SamplesDrawn));
    }

    [Fact]
    public async Task Every_sample_is_drawn_once_in_order_and_no_stage_beyond_its_cap()
    {
        Certificate certificate = await CertifyAsync(new());
        foreach (ScriptedVoter voter in (ScriptedVoter[])[_passesOn, _answers, _agrees])
        {
            Assert.All(voter.Asked.Zip(voter.Asked.Skip(1)),
                pair => Assert.Equal(pair.First.Range.To, pair.Second.Range.From));
            bool later = voter == _agrees;
            Assert.Equal(later ? Counts.PeerRange.From : 0, voter.Asked[0].Range.From);
            Assert.True(voter.Asked[^1].Range.To <= (later ? Counts.PeerRange.To : Counts.EstimationRange.To));
        }
        Assert.Equal(certificate.SamplesDrawn, new[] { _passesOn, _answers, _agrees }
            .Sum(voter => voter.Asked.Sum(request => request.Range.Count)));
    }

    // Every other class has its bound: at another look another may come nearest.
    [Fact]
    public async Task The_evidence_bounds_every_other_class_and_one_share_pays_for_them()
    {
        Certificate certificate = await CertifyAsync(new() { Resolution = 0.05 });
        CascadeEvidence answer = (CascadeEvidence)certificate.Expert!;
        Assert.Equal([(BoundSide.Lower, 0), (BoundSide.Upper, 1), (BoundSide.Upper, 2)],
            answer.Bounds.Select(bound => (bound.Side, bound.Outcomes[0])));
        Assert.All(answer.Bounds.Skip(1), bound => Assert.Equal(0.0002 / 3, bound.Alpha));
        Assert.All(answer.Bounds, bound => Assert.IsType<BetaMixture>(bound.Bound));
    }

    [Fact]
    public async Task A_later_stage_that_cannot_answer_costs_what_it_could_have_added_and_no_answer()
    {
        double whole = (await CertifyAsync(new() { Resolution = 0.05 })).Radius;
        _agrees.Fails = _ => true;
        Certificate without = await CertifyAsync(new() { Resolution = 0.05 });
        Assert.Equal(0, without.Class);
        Assert.Empty(without.Later);
        Assert.InRange(without.Radius, 0.08, whole - 0.1); // .5·(Φ⁻¹(.8) − Φ⁻¹(.7)) = .16
    }

    [Fact]
    public async Task An_earlier_stage_that_cannot_answer_fails_the_certificate()
    {
        _passesOn.Fails = request => request.Range.From >= Counts.Selection;
        await Assert.ThrowsAsync<VoterUnavailableException>(() => CertifyAsync(new() { Resolution = 0.05 }));
    }

    [Fact]
    public async Task Randomised_bounds_are_refused() => Assert.Contains(
        "not certified by randomised bounds",
        (await Assert.ThrowsAsync<ArgumentException>(() => Classifier.CertifyAsync(
            Input, new(SamplingPlan.Fixed(Counts, Counts, new BoundFamily.RandomisedFixedCount()), 0.001), Seeds)))
            .Message);
}
