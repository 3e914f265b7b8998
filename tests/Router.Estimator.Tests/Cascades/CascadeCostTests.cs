using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Votes;
using Router.Votes.Noise;
using Tests;

namespace Router.Estimator.Tests.Cascades;

/// <summary>Which stages a certificate of a cascade asks: those that could enlarge its radius, and no others.</summary>
public sealed class CascadeCostTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2, 3 }, 3);
    private static readonly SampleCounts Counts = new(100, 4000);
    private static readonly CertificationPlan Plan = new(Counts, Counts, 0.001);
    private static readonly SeedSource Seeds = SeedSource.FromCaller(7);

    private static Task<Certificate> CertifyAsync(decimal[] thresholds, params ScriptedVoter[] voters) =>
        new RoutedClassifier([.. voters.Select((voter, place) => new Route($"e{place}", voter))],
            new Cascade([.. thresholds])).CertifyAsync(Input, Plan, Seeds);

    private static SampleRange[] Ranges(ScriptedVoter voter) => [.. voter.Asked.Select(request => request.Range)];

    [Fact]
    public async Task Later_stages_are_asked_in_order_until_the_next_could_add_nothing()
    {
        ScriptedVoter sure = new("sure", 1, 70, 25, 5), agrees = new("agrees", 1, 95, 5, 0),
        small = new("small", 0.12m, 99, 1, 0), smaller = new("smaller", 0.06m, 99, 1, 0);
        Certificate certificate = await CertifyAsync([0.65m, 0.5m, 0.5m], sure, agrees, small, smaller);
        Assert.Equal([Counts.SelectionRange, Counts.EstimationRange], Ranges(sure));
        Assert.Equal([Counts.PeerRange], Ranges(agrees));
        Assert.Empty(small.Asked); // the first stage speaks up before the second one's radius ends
        Assert.Empty(smaller.Asked);
        Assert.Equal(["e1"], certificate.Later.Select(stage => stage.Id));
        Assert.True(certificate.Radius > 2 * certificate.Expert!.Radius);
    }

    [Fact]
    public async Task An_answer_that_proves_nothing_can_be_certified_by_a_later_stage_if_no_other_class_would_answer()
    {
        ScriptedVoter barely = new("barely", 1, 60, 30, 10), last = new("last", 0.25m, 95, 5, 0);
        Certificate certificate = await CertifyAsync([0.6m], barely, last);
        Assert.Equal((0, 0.0, Stage.Later, "e1"),
            (certificate.Class, certificate.Expert!.Radius, certificate.LimitingStage, certificate.LimitingRoute));
        Assert.Equal(Assert.Single(certificate.Later).Radius, certificate.Radius);
    }

    [Fact]
    public async Task Where_another_class_may_answer_here_and_now_no_later_stage_is_asked()
    {
        ScriptedVoter torn = new("torn", 1, 50, 49, 1), last = new("last", 0.25m, 95, 5, 0);
        Assert.True((await CertifyAsync([0.5m], torn, last)).Abstains);
        Assert.Empty(last.Asked);
    }

    [Fact]
    public async Task Behind_a_later_stage_that_answers_another_class_nobody_is_asked()
    {
        ScriptedVoter sure = new("sure", 1, 65, 30, 5), other = new("other", 0.5m, 10, 90, 0),
        last = new("last", 0.25m, 90, 10, 0);
        Certificate certificate = await CertifyAsync([0.6m, 0.6m], sure, other, last);
        Assert.Equal([Counts.PeerRange], Ranges(other));
        Assert.Empty(last.Asked);
        Assert.Equal(certificate.Expert!.Radius, certificate.Radius);
    }

    // Every stage's bounds from all of its votes, whoever was asked: stopping loses nothing but the answer of an
    // earlier stage that its selection passed over.
    [Fact]
    public async Task Stages_that_were_not_asked_would_have_changed_nothing()
    {
        int certified = 0, saved = 0;
        for (ulong world = 0; world < 400; world++)
        {
            NoiseStream random = new(world, 9);
            long next = 0;
            int Below(int count) => (int)(random.Uniform(next++, 0) % (ulong)count);
            int stages = 2 + Below(3);
            decimal[] thresholds = [.. Enumerable.Range(1, stages - 1).Select(_ => 0.5m + Below(5) * 0.08m)];
            ScriptedVoter[] voters = [.. Enumerable.Range(0, stages).Select(place =>
            {
                int own = 30 + Below(70), rival = Below(101 - own);
                return new ScriptedVoter($"v{place}", (1 + Below(10)) * 0.1m, own, rival, 100 - own - rival);
            })];
            Certificate certificate = await CertifyAsync(thresholds, voters);
            Cascade cascade = certificate.Cascade!;
            int label = certificate.Expert!.Selected, answering = certificate.Earlier.Length;
            double[] answers = new double[stages], silences = new double[stages];
            for (int place = 0; place < stages; place++)
            {
                VoteCounts votes = await voters[place].VoteAsync(
                    new VoteRequest(Input, default, Counts.EstimationRange), TestContext.Current.CancellationToken);
                Probability lower = Cohen.LowerBound(label, votes, certificate.Ledger[AlphaLedger.Expert]);
                long most = votes.Counts.Where((_, outcome) => outcome != label).Max();
                Probability upper = Probability.Min(
                    ClopperPearson.Upper(most, votes.Total, certificate.Ledger[AlphaLedger.Silence]), lower.Opposite);
                bool passedOver = place < answering && certificate.Earlier[place].Estimation.Total == 0;
                decimal sigma = voters[place].Sigma, tau = cascade.At(place)[0];
                answers[place] = passedOver ? 0 : Cascade.AnswerRadius(sigma, lower, tau);
                if (place < stages - 1) silences[place] = Cascade.SilenceRadius(sigma, upper, tau);
                else answers[place] = Math.Max(answers[place], Cascade.LeadRadius(sigma, lower, tau, upper, tau));
            }
            Assert.Equal(Cascade.Radius(answers, silences).Radius, certificate.Radius);
            if (!certificate.Abstains) certified++;
            if (answering + 1 + certificate.Later.Length < stages) saved++;
        }
        Assert.True(certified > 100 && saved > 50, $"{certified} certified, in {saved} some stage was not asked");
    }
}
