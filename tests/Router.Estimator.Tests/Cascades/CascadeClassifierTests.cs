using Router.Smoothing;
using Router.Votes;
using Tests;

namespace Router.Estimator.Tests.Cascades;

public sealed class CascadeClassifierTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private readonly ScriptedVoter _unsure = new("unsure", 1, 50, 30, 20), _surer = new("surer", 0.5m, 65, 30, 5),
        _last = new("last", 0.25m, 90, 10, 0);

    private RoutedClassifier Of(params decimal[] thresholds) =>
        new([.. new[] { new Route("unsure", _unsure), new("surer", _surer), new("last", _last) }.Take(
            thresholds.Length + 1)], new Cascade([.. thresholds]));

    [Fact]
    public async Task The_first_stage_that_is_sure_enough_answers()
    {
        Certificate certificate = await Of(0.7m, 0.6m).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((0, "surer", CertificateKind.Cascade),
            (certificate.Class, certificate.Expert!.Id, certificate.Kind));
        Assert.Equal(["unsure"], certificate.Earlier.Select(stage => stage.Id));
        Assert.Equal((0.0008 / 3, 0.0002 / 3),
            (certificate.Ledger[AlphaLedger.Expert], certificate.Ledger[AlphaLedger.Silence]));
    }

    [Fact]
    public async Task A_later_stage_that_agrees_enlarges_the_radius_and_draws_on_indices_of_its_own()
    {
        Certificate certificate = await Of(0.7m, 0.6m).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((Stage.Later, "last"), (certificate.LimitingStage, certificate.LimitingRoute));
        Assert.Equal(certificate.Later[0].Radius, certificate.Radius);
        Assert.True(certificate.Radius > 3 * certificate.Expert!.Radius); // .25·Φ⁻¹(.9) beside .5·(Φ⁻¹(.65) − Φ⁻¹(.6))
        Assert.Equal([Counts.PeerRange], _last.Asked.Select(request => request.Range));
        Assert.Equal((0L, 4000L), (certificate.Later[0].Selection.Total, certificate.Later[0].Estimation.Total));
        Assert.Equal(2 * 4100 + 4000, certificate.SamplesDrawn);
    }

    [Fact]
    public async Task A_later_stage_that_names_another_class_changes_nothing()
    {
        ScriptedVoter other = new("other", 0.25m, 10, 90, 0);
        RoutedClassifier classifier = new([new("surer", _surer), new("other", other)], new Cascade(0.6m));
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((0, Stage.Expert, null),
            (certificate.Class, certificate.LimitingStage, certificate.LimitingRoute));
        Assert.Equal(certificate.Expert!.Radius, certificate.Radius);
    }

    [Fact]
    public async Task A_later_stage_that_could_add_nothing_is_not_asked()
    {
        RoutedClassifier classifier = new(
            [new("sure", new ScriptedVoter("sure", 1, 99, 1, 0)), new("last", _last)], new Cascade(0.6m));
        // at σ = .25 even every vote proves less than this
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal(("sure", Stage.Expert), (certificate.Expert!.Id, certificate.LimitingStage));
        Assert.Empty(_last.Asked);
        Assert.Empty(certificate.Later);
    }

    [Fact]
    public async Task The_limiting_stage_is_named()
    {
        Certificate byAnswer = await Of(0.7m, 0.7m).CertifyAsync(Input, Plan, Seeds);
        // .25·Φ⁻¹(.9) is less than any silence before it
        Assert.Equal(("last", Stage.Expert), (byAnswer.Expert!.Id, byAnswer.LimitingStage));
        RoutedClassifier close = new(
            [new("first", new ScriptedVoter("first", 0.5m, 30, 45, 25)), new("last", _last)], new Cascade(0.5m));
        Certificate limited = await close.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((0, Stage.Earlier, "first"), (limited.Class, limited.LimitingStage, limited.LimitingRoute));
        Assert.Equal((limited.Earlier[0].SilenceRadius, limited.RouteRadius), (limited.Radius, limited.Radius));
    }

    [Fact]
    public async Task The_first_stage_has_nobody_before_it()
    {
        Certificate certificate = await Of(0.5m, 0.6m)
            .CertifyAsync(Input, Plan with { FailureProbability = 0.5 }, Seeds);
        Assert.Equal("unsure", certificate.Expert!.Id);
        Assert.Empty(certificate.Earlier);
        Assert.Equal(double.PositiveInfinity, certificate.RouteRadius);
    }

    [Fact]
    public async Task Where_the_last_stage_proves_nothing_earlier_ones_are_not_estimated_but_their_selection_is_kept()
    {
        RoutedClassifier classifier = new(
            [new("unsure", _unsure), new("torn", new ScriptedVoter("torn", 0.25m, 48, 47, 5))], new Cascade(0.7m));
        Certificate certificate = await classifier.CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((null, Stage.Expert, "torn"),
            (certificate.Class, certificate.LimitingStage, certificate.Expert!.Id));
        CascadeEvidence earlier = Assert.Single(certificate.Earlier);
        Assert.Equal((100L, 0L, 0.0), (earlier.Selection.Total, earlier.Estimation.Total, earlier.SilenceRadius));
        Assert.Equal([Counts.SelectionRange], _unsure.Asked.Select(request => request.Range));
        Assert.Equal(4200, certificate.SamplesDrawn);
    }

    [Fact]
    public async Task Every_stage_has_a_stream_of_its_own_and_ranges_that_do_not_overlap()
    {
        await Of(0.7m, 0.7m).CertifyAsync(Input, Plan, Seeds);
        foreach (ScriptedVoter voter in (ScriptedVoter[])[_unsure, _surer, _last])
            Assert.Equal([Counts.SelectionRange, Counts.EstimationRange], voter.Asked.Select(request => request.Range));
        Assert.Equal(3, new[] { _unsure, _surer, _last }.Select(voter => voter.Asked[0].Stream.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_mix_of_a_cascade_keeps_the_thresholds_of_those_that_stay()
    {
        RoutedClassifier restricted = Of(0.7m, 0.8m).Restrict(["last", "unsure"]);
        Assert.Equal(new Cascade(0.7m), restricted.Cascade);
        Assert.Equal(["unsure", "last"], restricted.Routes.Select(route => route.Id));
        RoutedClassifier alone = Of(0.7m, 0.8m).Restrict(["surer"]);
        Assert.Null(alone.Cascade);
        Assert.Equal("surer", (await alone.CertifyAsync(Input, Plan, Seeds)).Expert!.Id);
    }

    [Fact]
    public async Task A_stage_that_cannot_answer_is_gone_round_where_that_is_allowed()
    {
        _unsure.Fails = _ => true;
        RoutedClassifier classifier = new(
            [new("first", _unsure), new("surer", _surer), new("last", _last)], new Cascade(0.7m, 0.7m));
        CertificationAnswer.Certified answer = Assert.IsType<CertificationAnswer.Certified>(
            await new FailoverClassifier(classifier, new FailoverPolicy.Reroute(0.5, []))
                .CertifyAsync(Input, Plan, Seeds));
        Assert.Equal(("first", new Cascade(0.7m)), (answer.Failed, answer.Certificate.Cascade));
        Assert.IsType<CertificationAnswer.Refused>(
            await new FailoverClassifier(classifier, new FailoverPolicy.Refuse()).CertifyAsync(Input, Plan, Seeds));
    }

    [Fact]
    public void Another_number_of_experts_than_stages_is_refused() => Assert.Contains(
        "cascade 0.7 has 2 stages, but 1 experts are given",
        Assert.Throws<ArgumentException>(() => new RoutedClassifier([new Route("a", _last)], new Cascade(0.7m)))
            .Message, StringComparison.Ordinal);

    [Fact]
    public async Task Samples_of_every_stage_are_counted_for_whoever_asks()
    {
        DrawnSamples drawn = new();
        Certificate certificate =
            await Of(0.7m, 0.6m).For(new() { Drawn = drawn }).CertifyAsync(Input, Plan, Seeds);
        Assert.Equal((12_200, 12_200), (certificate.SamplesDrawn, drawn.Count));
    }
}
