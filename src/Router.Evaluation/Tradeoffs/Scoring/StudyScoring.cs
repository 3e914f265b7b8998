using System.Collections.Immutable;
using Router.Smoothing;

namespace Router.Evaluation.Tradeoffs.Scoring;

/// <summary>
/// Scores every system of a study: single experts, each mix in every way it can be routed, and what none of them
/// attains.
/// </summary>
/// <param name="study">Experts, router and images.</param>
/// <param name="plan">Which mixes, and how they are routed.</param>
/// <param name="radii">The grid, ascending.</param>
internal sealed class StudyScoring(Study study, MixPlan plan, ImmutableArray<double> radii)
{
    private readonly Shares _shares = new(study.Images.Length, study.Alpha);
    private readonly Answer[][] _singles = [
        .. Enumerable.Range(0, study.Experts.Length).Select(expert => Singles.Of(study, expert))];

    private string Standing { get; } = study.IsCounted
        && Estimates.AreOfOneInput(study) ? Standings.Certificate : Standings.Estimate;

    private string StandingOfRouted => study.RoutesAreTold ? Standing : Standings.Estimate;

    /// <summary>Each expert alone, then each mix.</summary>
    public IEnumerable<ScoredSystem> Systems() => _singles
        .Select((answers, expert) => new ScoredSystem(
            study.Experts[expert].Id, SystemKinds.Single, [expert], "", Standings.Certificate, answers))
        .Concat(plan.Mixes.AsParallel().AsOrdered().SelectMany(mix => Systems(mix).ToArray()))
        .Concat(plan.Cascades.Select(named => Scored(named.Stages, named.Cascade)))
        .DistinctBy(system => system.Name);

    private IEnumerable<ScoredSystem> Systems(ImmutableArray<int> mix)
    {
        string name = string.Join('+', IdsOf(mix));
        if (study.Router is not null && AreAsFound(mix))
        {
            RoutedMix routed = new(study, mix);
            RoutingRule mostVoted = new RoutingRule.MostVoted();
            yield return new(
                $"{name} hard route", SystemKinds.Hard, mix, mostVoted.ToString()!, Standings.Bound,
                routed.Hard(mostVoted));
            yield return new(
                $"{name} dual", SystemKinds.Dual, mix, mostVoted.ToString()!, StandingOfRouted,
                routed.Certify(mostVoted, CertificateKind.Dual));
            yield return new(
                $"{name} exclusion", SystemKinds.Exclusion, mix, mostVoted.ToString()!, StandingOfRouted,
                routed.Certify(mostVoted, CertificateKind.Exclusion));
            // Of routes in another order than that of σ no quantile can be served.
            foreach (RoutingRule.Quantile rule in plan.Rules.Where(rule => rule.Objection(study.Sigmas) is null))
                yield return new(
                    $"{name} {rule}", SystemKinds.Quantile, mix, rule.ToString(), StandingOfRouted,
                    routed.Certify(rule, CertificateKind.Exclusion));
        }
        if (mix.Length > 1 && CountedCascade.IsPossible(study))
            foreach (ScoredSystem cascade in Cascades(mix))
                yield return cascade;
        if (AreAsFound(mix))
            yield return new(
                $"{name} oracle", SystemKinds.Oracle, mix, "", Standings.Bound,
                Singles.Best([.. mix.Select(expert => _singles[expert])], study));
    }

    private bool AreAsFound(ImmutableArray<int> mix) => mix.All(expert => expert < study.Networks);

    /// <summary>A system's figures.</summary>
    public StudySystem FiguresOf(ScoredSystem system) => new(
        system.Name, system.Kind, IdsOf(system.Members), system.Routing, system.Standing,
        _shares.At(radii, radius => Count(i => system.Holds(i, study.Labels[i], radius))),
        Share(Count(i => system.Answers[i].Class is null)),
        IsRouted(system) ? [.. system.Members.Select(
            member => Share(Count(i => system.Answers[i].Route == member)))] : [],
        IsRouted(system) ? LossesOf(system) : null,
        MeanRadius(system.Answers), system.MeanCost);

    /// <summary>
    /// Of each mix the best single expert at each radius: which one that is was seen on these images.
    /// </summary>
    public IEnumerable<StudySystem> Envelopes() => plan.Mixes.Where(AreAsFound).Select(mix => new StudySystem(
        $"{string.Join('+', IdsOf(mix))} best single", SystemKinds.Envelope, IdsOf(mix), "", Standings.Bound,
        _shares.At(radii, radius => mix.Max(expert =>
            Count(i => _singles[expert][i].Class == study.Labels[i] && _singles[expert][i].Radius >= radius))),
        mix.Min(expert => Share(Count(i => _singles[expert][i].Class is null))), [], null,
        mix.Max(expert => MeanRadius(_singles[expert])), new(null, null, null)));

    // The most noise first: who is sure there has the largest radius, and who is not passes on. A threshold above ½
    // trades radius for accuracy, at the first stage alone or at all of them.
    private IEnumerable<ScoredSystem> Cascades(ImmutableArray<int> mix)
    {
        ImmutableArray<int> stages = [.. mix.Reverse().OrderByDescending(expert => study.Experts[expert].Sigma)];
        foreach (decimal threshold in plan.Thresholds)
            foreach (Cascade cascade in new[] { threshold, 0.5m }.Distinct()
                .Select(rest => new Cascade([threshold, .. Enumerable.Repeat(rest, mix.Length - 2)])).Distinct())
                yield return Scored(stages, cascade);
    }

    private ScoredSystem Scored(ImmutableArray<int> stages, Cascade cascade) => new(
        $"{string.Join('>', IdsOf(stages))} {cascade}", SystemKinds.Cascade, stages, cascade.ToString(), Standing,
        new CountedCascade(study, stages).Certify(cascade));

    private StudyLosses LossesOf(ScoredSystem system)
    {
        double byRoute = 0, byExpert = 0;
        for (int i = 0; i < study.Images.Length; i++)
        {
            if (system.Answers[i].Route is not { } route) continue;
            int label = study.Labels[i];
            double routed = _singles[route][i].RadiusIf(label);
            byRoute += Math.Max(0, routed - system.Answers[i].RadiusIf(label));
            byExpert += system.Members.Max(member => _singles[member][i].RadiusIf(label)) - routed;
        }
        int certified = Math.Max(1, Count(i => system.Answers[i].Class is not null));
        double LimitedBy(Func<Stage, bool> which) =>
            (double)Count(i => system.Answers[i].Class is not null && which(system.Answers[i].Stage)) / certified;
        return new(
            byRoute / study.Images.Length, byExpert / study.Images.Length, LimitedBy(stage => stage == Stage.Router),
            LimitedBy(stage => stage == Stage.Expert),
            LimitedBy(stage => stage is Stage.Peer or Stage.Earlier or Stage.Later));
    }

    private static bool IsRouted(ScoredSystem system) => system.Kind is SystemKinds.Hard or SystemKinds.Dual
        or SystemKinds.Exclusion or SystemKinds.Quantile or SystemKinds.Cascade;

    private ImmutableArray<string> IdsOf(ImmutableArray<int> experts) =>
        [.. experts.Select(expert => study.Experts[expert].Id)];

    private double MeanRadius(Answer[] answers) =>
        answers.Select((answer, i) => answer.RadiusIf(study.Labels[i])).Average();

    private int Count(Func<int, bool> which)
    {
        int count = 0;
        for (int i = 0; i < study.Images.Length; i++)
            if (which(i)) count++;
        return count;
    }

    private double Share(int count) => (double)count / study.Images.Length;
}
