using System.Collections.Immutable;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Estimator;

/// <summary>
/// The deployed classifier g(x) = g_ρ(x)(x): the smoothed variance estimator ρ picks an expert, the smoothed expert
/// picks the class (Sun, Mao, Vechev 2026; docs/certificates.md). A mix of one expert has no router.
/// </summary>
public sealed partial class RoutedClassifier
{
    private readonly int _firstStream;

    /// <summary>A router over experts.</summary>
    /// <param name="routerId">The router's name in records.</param>
    /// <param name="router">Votes over routes: outcome k is <paramref name="routes"/>[k].</param>
    /// <param name="routes">The experts in the order of the router's outputs.</param>
    /// <param name="rule">How votes become a route; the most voted unless told.</param>
    /// <exception cref="ArgumentException">
    /// The router has another number of outputs than there are routes, the experts differ in their classes, or the rule
    /// cannot route between them.
    /// </exception>
    public RoutedClassifier(string routerId, IVoter router, ImmutableArray<Route> routes, RoutingRule? rule = null)
    {
        if (router.OutcomeCount != routes.Length)
            throw new ArgumentException(
                $"the router votes over {router.OutcomeCount} routes, but {routes.Length} experts are routed",
                nameof(routes));
        CheckClasses(routes);
        (Router, Routes, Rule) = (new(routerId, router), routes, rule ?? new RoutingRule.MostVoted());
        if (Rule.Objection([.. routes.Select(route => route.Voter.Sigma)]) is { } objection)
            throw new ArgumentException(objection, nameof(rule));
    }

    /// <summary>One expert alone: plain randomized smoothing.</summary>
    /// <param name="expert">The expert.</param>
    /// <param name="route">
    /// The route whose noise it draws; the first unless told. Experts that are each certified alone on the noise of
    /// their own route have votes that are independent of each other, so a certificate of several of them can be made
    /// from theirs.
    /// </param>
    public RoutedClassifier(Route expert, int route = 0) =>
        (Routes, Rule, _firstStream) = ([expert], new RoutingRule.MostVoted(), route);

    /// <summary>A cascade: experts asked in turn until one is sure.</summary>
    /// <param name="stages">The experts in the order they are asked.</param>
    /// <param name="cascade">How sure each has to be.</param>
    /// <exception cref="ArgumentException">
    /// There is another number of stages than the cascade has, or the experts differ in their classes, have one alone,
    /// or others than the cascade has thresholds for.
    /// </exception>
    public RoutedClassifier(ImmutableArray<Route> stages, Cascade cascade)
    {
        if (stages.Length != cascade.StageCount)
            throw new ArgumentException(
                $"{cascade} has {cascade.StageCount} stages, but {stages.Length} experts are given", nameof(stages));
        CheckClasses(stages);
        if (cascade.Objection(stages[0].Voter.OutcomeCount) is { } objection)
            throw new ArgumentException(objection, nameof(stages));
        (Routes, Cascade, Rule) = (stages, cascade, new RoutingRule.MostVoted());
    }

    private RoutedClassifier(RoutedClassifier same, CallContext context)
    {
        (Router, Routes, Rule, Cascade) = (same.Router, same.Routes, same.Rule, same.Cascade);
        (_firstStream, Context) = (same._firstStream, context);
    }

    /// <summary>The experts in the order of the router's outputs, or of the stages of a cascade.</summary>
    public ImmutableArray<Route> Routes { get; }

    /// <summary>How the router's votes become a route.</summary>
    public RoutingRule Rule { get; }

    /// <summary>Whether a router picks the expert; otherwise there is only one.</summary>
    public bool IsRouted => Router is not null;

    /// <summary>How sure each stage has to be, or null where experts are not asked in turn.</summary>
    public Cascade? Cascade { get; }

    /// <summary>
    /// How the classifier picks its expert, in logs: a routing rule or a cascade; empty for one expert alone.
    /// </summary>
    public string Routing => Cascade?.ToString() ?? (IsRouted ? Rule.ToString() : "");

    /// <summary>
    /// In how many parts a prediction splits its α: router and expert, or C bounds of each stage of a cascade.
    /// </summary>
    public int PredictionTests => Cascade is { } cascade ? cascade.StageCount * ClassCount : IsRouted ? 2 : 1;

    /// <summary>How many classes the experts vote over.</summary>
    public int ClassCount => Routes[0].Voter.OutcomeCount;

    /// <summary>Every function that can vote, the router first.</summary>
    public IEnumerable<FunctionId> Functions =>
        Networks.Select(route => route.Voter.FunctionId);

    /// <summary>The router's name in records; null where there is none.</summary>
    public string? RouterId => Router?.Id;

    /// <summary>The network of an id, the router's included; null where there is none of it here.</summary>
    public IVoter? VoterOf(string id) =>
        Networks.FirstOrDefault(route => route.Id == id)?.Voter;

    /// <summary>For whom it is asked.</summary>
    public CallContext Context { get; } = CallContext.None;

    internal Route? Router { get; }

    private IEnumerable<Route> Networks => Router is null ? Routes : Routes.Prepend(Router);

    /// <summary>
    /// g_M, the classifier of some of the experts: another function, whose certificates say nothing about this one. The
    /// router's votes are recounted, one by one as they are cast; stages that go leave the others their thresholds; a
    /// mix of one has neither; the whole mix is this classifier itself.
    /// </summary>
    /// <param name="mix">The ids of the experts that stay, in any order and without regard to case.</param>
    /// <param name="instead">
    /// Who stands in for an expert outside, by id, where it is not the one of the nearest σ.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The mix is empty, names an expert twice, or one that is not here: <see cref="Restriction.Objection"/>.
    /// </exception>
    public RoutedClassifier Restrict(
        IReadOnlyCollection<string> mix, IReadOnlyDictionary<string, string>? instead = null)
    {
        Restriction restriction = Restriction.Of(Routes, mix, instead);
        ImmutableArray<int> members = restriction.Members;
        if (members.Length == Routes.Length)
            return this;
        if (members.Length == 1)
            return new RoutedClassifier(Routes[members[0]]).For(Context);
        ImmutableArray<Route> routes = [.. members.Select(member => Routes[member])];
        if (Cascade is { } cascade)
            return new RoutedClassifier(routes, cascade.Restrict(members)).For(Context);
        Route router = Router ?? throw new InvalidOperationException("several experts have a router or are a cascade");
        RestrictedVoter restricted = new(router.Voter, restriction);
        return new RoutedClassifier(router.Id, restricted, routes, Rule.Restrict(members)).For(Context);
    }

    /// <summary>The same classifier, asked for somebody: answers come at another time, and are the same.</summary>
    /// <param name="context">For whom.</param>
    public RoutedClassifier For(CallContext context) => new(this, context);

    /// <summary>
    /// The most samples that a certificate of one input can draw: the router's, the routed expert's, and n of each
    /// peer; of a cascade those of every stage.
    /// </summary>
    /// <param name="plan">n0 and n, the theorem, and how many peers may be asked.</param>
    public long MostSamples(CertificationPlan plan)
    {
        long stage = (long)plan.Expert.Selection + plan.Expert.Estimation;
        if (Cascade is { } cascade)
            return cascade.StageCount * stage;
        if (!IsRouted)
            return stage;
        long peers = plan.Kind == CertificateKind.Exclusion ? Math.Min(plan.PeerBudget, Routes.Length - 1) : 0;
        return (long)plan.Router.Selection + plan.Router.Estimation + stage + peers * plan.Expert.Estimation;
    }

    /// <summary>
    /// A radius that no certificate of these counts exceeds, in [0,1] pixels; 0 where they can prove none even if all
    /// votes agree.
    /// </summary>
    /// <param name="plan">n of each stage, α and its split.</param>
    public double RadiusCeiling(CertificationPlan plan)
    {
        AlphaLedger ledger = Split(plan);
        return Cascade is { } cascade
            ? CascadeTerms.Ceiling(cascade, Sigmas, plan.Expert.Estimation, ledger)
            : plan.Expert.RadiusCeiling(Sigmas.Max(), ledger[AlphaLedger.Expert]); // none is above the expert's
    }

    private ImmutableArray<decimal> Sigmas => [.. Routes.Select(route => route.Voter.Sigma)];

    /// <summary>The fewest n, from a plan's own on, with which fixed counts could prove a radius.</summary>
    /// <param name="plan">n0 of each stage, α and its split.</param>
    public int FewestThatProve(CertificationPlan plan)
    {
        SampleCounts counts = plan.Expert;
        AlphaLedger ledger = Split(plan);
        if (Cascade is { } cascade)
            return CascadeTerms.FewestThatProve(cascade, Sigmas, counts.Estimation, ledger);
        while (counts.RadiusCeiling(Sigmas.Max(), ledger[AlphaLedger.Expert]) == 0)
            counts = counts with { Estimation = counts.Estimation + 1 };
        return counts.Estimation;
    }

    /// <summary>
    /// The most samples that a prediction of one input can draw: those of router and expert, or of every stage of a
    /// cascade.
    /// </summary>
    /// <param name="count">Samples of each stage.</param>
    public long MostSamplesOfPrediction(int count) => (Cascade?.StageCount ?? (IsRouted ? 2L : 1L)) * count;

    /// <summary>The samples that a prediction of the route alone draws; none where there is no router.</summary>
    /// <param name="count">Samples of the router.</param>
    public long MostSamplesOfRoute(int count) => IsRouted ? count : 0;

    /// <summary>How the failure probability of a certificate of this classifier is split.</summary>
    /// <param name="plan">
    /// α and what is reserved of it, the theorem, and whether radii are two-sided (those of a cascade are).
    /// </param>
    public AlphaLedger Split(CertificationPlan plan)
    {
        double own = plan.FailureProbability - plan.Reserved;
        AlphaLedger ledger = Cascade is { } cascade ? cascade.Split(own)
            : !IsRouted ? AlphaLedger.Single(own)
            : Rule.Split(plan.Kind, Routes.Length, own);
        if (plan.TwoSided && Cascade is null)
            ledger = ledger.WithOtherClasses(ClassCount);
        return plan.Reserved > 0 ? ledger.Reserving(plan.Reserved, plan.FailureProbability) : ledger;
    }

    /// <summary>
    /// Certifies one input: the router's votes pick and bound the route, the routed expert's votes pick and bound the
    /// class, and in an exclusion certificate other experts' votes bound that class where the route could change to
    /// them. Where no class could be certified no expert is asked.
    /// </summary>
    /// <param name="input">The input x.</param>
    /// <param name="plan">n0, n, α and the theorem, fixed beforehand; with an adaptive sampling, when to stop.</param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <param name="cancellationToken">Stops the work; nothing is claimed then.</param>
    /// <param name="deadline">
    /// When to stop and say what is proved; an adaptive sampling alone can, all others draw to their end.
    /// </param>
    /// <exception cref="ArgumentException">A cascade is asked with randomised bounds.</exception>
    /// <exception cref="VoterUnavailableException">
    /// The router or the routed expert cannot answer, or a stage of a cascade up to the one that answers; nothing is
    /// claimed then.
    /// </exception>
    public async Task<Certificate> CertifyAsync(
        GridInput input, CertificationPlan plan, SeedSource seeds, CancellationToken cancellationToken = default,
        Deadline? deadline = null)
    {
        return await OfRightVotesAsync(async asked =>
        {
            CertificationInProgress certification = asked.Begin(input, plan, seeds);
            await certification.RunAsync(asked, plan.Sampling, deadline, cancellationToken);
            return certification.Certificate();
        });
    }

    private Task<T> OfRightVotesAsync<T>(Func<RoutedClassifier, Task<T>> make) =>
        AnswerSources.OfRightVotesAsync(sources => make(RestingOn(sources)), Context.Claim.Sources);

    /// <summary>The same classifier, whose answers say whose votes they rest on.</summary>
    /// <param name="sources">Told so, for whoever does not give an answer at once.</param>
    public RoutedClassifier RestingOn(AnswerSources sources) =>
        For(Context with { Claim = Context.Claim with { Sources = sources } });

    /// <summary>Certifies one input step by step; it can be stopped at any time, and topped up later.</summary>
    /// <param name="input">The input x.</param>
    /// <param name="plan">
    /// n0, the most samples, α, the theorem and the stopping rules; the sampling must be adaptive.
    /// </param>
    /// <param name="seeds">Where the noise comes from.</param>
    /// <exception cref="ArgumentException">
    /// The plan's counts are fixed: its bounds may not be looked at before the end.
    /// </exception>
    public GrowingCertificate BeginAnytime(GridInput input, CertificationPlan plan, SeedSource seeds) =>
        new(this, Begin(input, plan, seeds), plan.Sampling);

    private CertificationInProgress Begin(GridInput input, CertificationPlan plan, SeedSource seeds)
    {
        if (Cascade is not null && plan.Sampling.Family is BoundFamily.RandomisedFixedCount)
            throw new ArgumentException(
                $"a cascade is not certified by {plan.Sampling.Family} bounds, which order classes by luck",
                nameof(plan));
        (AlphaLedger ledger, ulong seed) = (Split(plan), seeds.SeedFor(CertificateMessage(input.Hash, plan)));
        return Cascade is { } cascade
            ? new CascadeCertification(this, cascade, input, plan, ledger, seed)
            : new Certification(this, input, plan, ledger, seed);
    }

    private static void CheckClasses(ImmutableArray<Route> routes)
    {
        if (routes.Select(route => route.Voter.OutcomeCount).Distinct().Count() > 1)
            throw new ArgumentException(
                "experts of one mix must vote over the same classes, got "
                + string.Join(", ", routes.Select(route => $"{route.Id}: {route.Voter.OutcomeCount}")), nameof(routes));
    }

    /// <summary>The noise of the expert of one of these routes.</summary>
    internal NoiseStream StreamOf(ulong seed, int route) => ExpertStream(seed, _firstStream + route);

    /// <summary>The noise of the router.</summary>
    public static NoiseStream RouterStream(ulong seed) => new(seed, 0);

    /// <summary>The noise of the expert of a route.</summary>
    public static NoiseStream ExpertStream(ulong seed, int route) => new(seed, (uint)route + 1);
}
