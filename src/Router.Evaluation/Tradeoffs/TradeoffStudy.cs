using System.Collections.Immutable;
using Router.Evaluation.Attacks;
using Router.Evaluation.Tradeoffs.Scoring;

namespace Router.Evaluation.Tradeoffs;

/// <summary>
/// The accuracy–robustness trade-off of every mix of experts, from what they once answered: no model is run again.
/// </summary>
public static class TradeoffStudy
{
    /// <summary>Reads, joins, scores and chooses.</summary>
    /// <exception cref="BadInputException">
    /// The files make up no study or one is damaged, or a mix names an expert that is not there.
    /// </exception>
    public static TradeoffDocument Of(TradeoffRequest request)
    {
        StudyMaterial material = new(request.Material);
        (ImmutableArray<ExpertAnswers> experts, NetworkVotes? router) = material.Read();
        List<string> caveats = [.. material.Caveats];
        (ImmutableArray<int> images, ImmutableArray<int> labels) =
            CommonImages.Of(experts, router, request.Wanted, caveats.Add);
        Study study = new(experts, router, images, labels, request.FailureProbability, material.Table)
        {
            IsOnePass = material.IsOnePass,
            RoutesAreTold = material.RoutesAreTold,
            Flops = [.. experts.Select(expert => request.Flops(ScoredId.Of(expert.Id).Network)),
                router is null ? null : request.Flops(router.Id)],
        };
        caveats.AddRange(Estimates.Of(study));
        (string Name, IReadOnlyList<AttackRow> Rows)[] attacks =
            [.. request.Attacks.Select(path => ($"after {Path.GetFileName(path)}", AttackLog.Read(path)))];
        caveats.AddRange(attacks.Select(attack => AttackedSystem.Caveat(attack.Name, attack.Rows, study)));
        return Document(request, study, attacks, [.. caveats], material.Sources);
    }

    private static TradeoffDocument Document(
        TradeoffRequest request, Study study, (string Name, IReadOnlyList<AttackRow> Rows)[] attacks,
        ImmutableArray<string> caveats, ImmutableArray<StudySource> sources)
    {
        ImmutableArray<double> radii =
            [.. request.Radii.Concat(request.Wishes.Select(wish => wish.Radius)).Append(request.Front.First)
                .Append(request.Front.Second).Distinct().Order()];
        MixPlan plan = new(MixesOf(request, study.Experts), request.Quantiles, request.Thresholds)
        {
            Cascades = [.. request.Cascades.Select(named => (StagesOf(named, study), named.Cascade))],
        };
        StudyScoring scoring = new(study, plan, radii);
        ScoredSystem[] scored = [.. scoring.Systems()];
        ImmutableArray<StudySystem> systems = [
            .. scored.AsParallel().AsOrdered().Select(scoring.FiguresOf), .. scoring.Envelopes(),
            .. attacks.Select(attack => AttackedSystem.Of(attack.Name, attack.Rows, study, radii))];
        if (!request.Wishes.IsEmpty && study.Images.Length < Choosing.FewestImages)
            throw new BadInputException($"a system is chosen on one half of the images and reported on the other: "
                + $"{study.Images.Length} are there, accepted are {Choosing.FewestImages} or more");
        StudyChoice? choice = request.Wishes.IsEmpty ? null
            : new Choosing(study, request.Wishes, request.MaxCost, request.Seed).Of(scored)
                ?? throw new BadInputException(
                    $"no system is known to take at most {request.MaxCost} samples per image");
        return new(
            TradeoffDocument.CurrentSchema, request.Title, caveats, sources, study.Alpha, radii, Networks(study),
            systems, choice, StudyImages.Of(study, scored, choice))
        {
            Front = Front.Of(systems, request.Front.First, request.Front.Second),
        };
    }

    private static ImmutableArray<StudyNetwork> Networks(Study study)
    {
        IEnumerable<StudyNetwork> experts = study.Experts.Select((expert, k) =>
            new StudyNetwork(
                expert.Id, expert.Sigma, "expert", study.Flops[k], expert.Seconds) { Function = expert.Function });
        return study.Router is not { } router ? [.. experts]
            : [.. experts, new(router.Id, router.Sigma, "router", study.Flops[^1],
                null) { Function = router.Function }];
    }

    private static ImmutableArray<ImmutableArray<int>> MixesOf(
        TradeoffRequest request, ImmutableArray<ExpertAnswers> experts)
    {
        ScoredId[] ids = [.. experts.Select(expert => ScoredId.Of(expert.Id))];
        int networks = ids.Count(id => !id.IsVariant);
        if (request.Mixes.IsEmpty)
            return networks <= MixPlan.MostExperts ? WithThresholds(MixPlan.EverySubset(networks), ids)
                : throw new BadInputException($"{networks} experts have too many subsets to try all: name mixes, "
                    + $"up to {MixPlan.MostExperts} experts every subset is tried");
        return [.. request.Mixes.Select(
            mix => ByRoute(mix.Select(id => PlaceOf(id, experts)).Distinct()).ToImmutableArray())];

        IEnumerable<int> ByRoute(IEnumerable<int> mix)
        {
            int[] members =
                [.. mix.OrderBy(place => Array.FindIndex(ids, id => id.Network == ids[place].Network))];
            return members.DistinctBy(place => ids[place].Network).Count() == members.Length
                ? members
                : throw new BadInputException($"{string.Join(", ", members.Select(place => ids[place]))} names a "
                    + "network more than once: a mix asks each with one threshold");
        }
    }

    // Each mix of networks, and the same with every choice of a threshold for each of them.
    private static ImmutableArray<ImmutableArray<int>> WithThresholds(
        ImmutableArray<ImmutableArray<int>> mixes, ScoredId[] ids)
    {
        ILookup<string, int> variants = Enumerable.Range(0, ids.Length).ToLookup(place => ids[place].Network);
        long all = mixes.Sum(mix =>
            mix.Aggregate(1L, (product, place) => product * variants[ids[place].Network].Count()));
        if (all > MixPlan.MostMixes)
            throw new BadInputException($"there are {all} mixes of networks with thresholds, too many to try all: name "
                + $"mixes or fewer thresholds, up to {MixPlan.MostMixes} mixes are tried");
        return [.. mixes.SelectMany(mix => mix.Aggregate(
            (IEnumerable<ImmutableArray<int>>)[ImmutableArray<int>.Empty],
            (chosen, place) => chosen.SelectMany(
                one => variants[ids[place].Network].Select(variant => one.Add(variant)))))];
    }

    private static ImmutableArray<int> StagesOf(NamedCascade named, Study study)
    {
        string order = string.Join('>', named.Order);
        ImmutableArray<int> stages = [.. named.Order.Select(id => PlaceOf(id, study.Experts))];
        if (stages.Length != named.Cascade.StageCount
            || stages.DistinctBy(place => ScoredId.Of(study.Experts[place].Id).Network).Count() != stages.Length)
            throw new BadInputException(
                $"{named.Cascade} is for {named.Cascade.StageCount} experts, each once, not for {order}");
        if (!CountedCascade.IsPossible(study))
            throw new BadInputException($"{order} {named.Cascade} needs votes at a fixed count of every expert");
        return named.Cascade.Objection(study.ClassCount!.Value) is { } objection
            ? throw new BadInputException(objection)
            : stages;
    }

    private static int PlaceOf(string id, ImmutableArray<ExpertAnswers> experts) =>
        experts.Index().FirstOrDefault(expert => expert.Item.Id == id) is { Item: not null } found
        ? found.Index
        : throw new BadInputException(
            $"there is no expert '{id}' to mix: found {string.Join(", ", experts.Select(expert => expert.Id))}");
}
