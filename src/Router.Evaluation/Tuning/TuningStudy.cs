using System.Collections.Immutable;
using Router.Evaluation.Runs;
using Router.Evaluation.Tradeoffs.Scoring;
using Router.Smoothing;

namespace Router.Evaluation.Tuning;

/// <summary>
/// Chooses a cascade (its experts, θ and τ) on recorded votes of some images, and reports it on others. How much may be
/// chosen is itself chosen, by cross-validation: what only looks better on the images it was chosen on is left.
/// </summary>
public sealed class TuningStudy
{
    // Half of the distance between the usual radii. Without a ramp cross-validation found a little less.
    private const double Ramp = 0.125;

    // From the mean share alone to nearly the least alone.
    private static readonly double[] LeastParts = [0, 0.25, 0.5, 0.75, 0.95];

    // How much the least share of one system of the front is above that of the one before.
    private const double FrontStep = 0.02;

    // A choice among more has to be better than one among less on images not seen, by more than a gain of chance.
    private const double Better = 0.002;

    private readonly TuningRequest _request;
    private readonly RecordedImages _images;
    private readonly TuningVotes _votes;
    private readonly double[] _radii;
    private readonly ImmutableArray<int> _envelope;
    private readonly ImmutableArray<ImmutableArray<int>> _mixes;
    private readonly TuningAim _aim;
    private readonly Action<string> _progress;
    private long _tried;

    private TuningStudy(TuningRequest request, RecordedImages images, Action<string> progress)
    {
        (_request, _images, _progress) = (request, images, progress);
        _votes = new(
            [.. images.Networks.Select(network => VotesByConfidence.Of(network, images.Images))], images.Labels,
            request.Estimation, request.FailureProbability);
        _radii = [.. request.Radii.Concat(request.Wishes.Select(wish => wish.Radius)).Distinct().Order()];
        _envelope = PlacesOf(request.Envelope);
        ImmutableArray<int> asked = PlacesOf(request.Experts);
        if (asked.Length is < 2 or > MixPlan.MostExperts)
            throw new BadInputException($"a cascade asks two experts or more, and of up to {MixPlan.MostExperts} every "
                + $"mix is tried: {asked.Length} may be asked");
        _mixes = [.. MixPlan.EverySubset(asked.Length)
            .Select(mix => mix.Select(place => asked[place]).ToImmutableArray())];
        _aim = request.Wishes.IsEmpty ? request.Shares : TuningAim.OfAccuracy.Wanted(request.Wishes, [.. _radii]);
    }

    /// <summary>Reads, searches, chooses and reports.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Told in a line what came out, step by step.</param>
    /// <exception cref="BadInputException">
    /// Recordings are damaged or do not fit together, or images are to be reported on that are chosen on.
    /// </exception>
    public static TuningDocument Of(TuningRequest request, Action<string> progress)
    {
        ImmutableArray<string> needed =
            request.Experts.IsEmpty || request.Envelope.IsEmpty ? [] : [.. request.Experts.Union(request.Envelope)];
        RecordedImages chosenOn = RecordedImages.Read(request.ChosenOn, needed, request.Wanted);
        if (chosenOn.Images.Length < 2 * request.Parts)
            throw new BadInputException($"{chosenOn.Images.Length} images are too few to choose on: cross-validation "
                + $"in {request.Parts} parts needs {2 * request.Parts} or more");
        RecordedImages? reportedOn = request.ReportedOn.IsEmpty ? null : RecordedImages.Read(
            request.ReportedOn, [.. chosenOn.Networks.Select(network => network.Terms.Network)], request.Reported);
        if (reportedOn is not null) MustFit(reportedOn, chosenOn, request);
        return new TuningStudy(request, chosenOn, progress).Run(reportedOn);
    }

    private static void MustFit(RecordedImages reported, RecordedImages chosenOn, TuningRequest request)
    {
        reported.MustNotHave(chosenOn);
        foreach ((VoteRecording here, VoteRecording there) in reported.Networks.Zip(chosenOn.Networks))
            if (here.Terms.Function != there.Terms.Function || here.Terms.Sigma != there.Terms.Sigma)
                throw new BadInputException($"{here.Terms.Network} is another function where it is reported on than "
                    + $"where it is chosen on: other weights, σ, settings, build or machine");
        if (reported.Draws < request.Selection + request.Estimation)
            throw new BadInputException($"the recordings to report on have {reported.Draws} votes per image, fewer "
                + $"than {request.Selection} + {request.Estimation}: lower --n0 or --n");
    }

    private TuningDocument Run(RecordedImages? reportedOn)
    {
        int[] all = [.. Enumerable.Range(0, _images.Images.Length)];
        CascadeSearch search = SearchOn(all);
        if (search.Envelope.All(held => held == 0))
            throw new BadInputException(FormattableString.Invariant(
                $"no expert by itself is expected to certify an image at r = {_radii[0]} or further: ask for smaller ")
                + "radii");
        ImmutableArray<ImmutableArray<int>> parts = CrossValidation.Parts(
            [.. _images.Images.Select(image => image.Index)], _request.Parts, _request.Seed);
        List<(TuningRound Round, TunedCascade Cascade)> rounds = [];
        for (TuningFreedom freedom = TuningFreedom.Mix; freedom <= _request.Freedom; freedom++)
            rounds.Add(RoundOf(freedom, search, parts));
        _tried += search.Tried;
        (TuningRound Round, TunedCascade Cascade) chosen = rounds[0];
        foreach ((TuningRound, TunedCascade) other in rounds[1..])
            if (other.Item1.Unseen.Score > chosen.Round.Unseen.Score + Better) chosen = other;
        ImmutableArray<ShareFront.Point> front = _request.Front ? FrontOf(all) : [];
        ImmutableArray<TuningBound> bounds = _request.BoundImages > 0 ? BoundsOf(chosen.Cascade) : [];
        TuningReport? report = reportedOn is null ? null : ReportOf(
            reportedOn, chosen.Cascade, rounds, front.Select(point => point.Cascade));
        return new(
            TuningDocument.CurrentSchema, _aim.ToString(), [.. _radii], _request.FailureProbability, _votes.Networks,
            IdsOf(_envelope), new(
                _images.Data, all.Length, _images.Draws, 0, _request.Estimation,
                [.. search.Envelope.Select(held => held / all.Length)]),
            [.. rounds.Select(round => round.Round)], _tried, SystemOf(chosen.Cascade),
            [.. front.Select(point => FiguresOf(point.Cascade, search))], bounds, report);
    }

    private (TuningRound Round, TunedCascade Cascade) RoundOf(
        TuningFreedom freedom, CascadeSearch search, ImmutableArray<ImmutableArray<int>> parts)
    {
        (TunedCascade best, _) = search.Best(freedom);
        (double[] held, long tried) = CrossValidation.Held(parts, _radii.Length, SearchOn, freedom);
        _tried += tried;
        TuningRound round = new(
            freedom, SystemOf(best), FiguresOf(best, search), FiguresOf(null, held, search.Envelope));
        _progress(FormattableString.Invariant(
            $"{freedom}: {round.Seen.Score:0.000} on the images chosen on, {round.Unseen.Score:0.000} on images not ")
            + $"seen: {round.Best.Name}");
        return (round, best);
    }

    private ImmutableArray<ShareFront.Point> FrontOf(int[] all)
    {
        ShareFront front = new();
        TuningFreedom freedom = (TuningFreedom)Math.Min((int)_request.Freedom, (int)TuningFreedom.Stages);
        foreach (double part in LeastParts)
        {
            CascadeSearch search = SearchOn(all, new TuningAim.OfShares(part), front);
            search.Best(freedom);
            _tried += search.Tried;
        }
        return front.Spaced(FrontStep);
    }

    private ImmutableArray<TuningBound> BoundsOf(TunedCascade chosen)
    {
        int images = Math.Min(_request.BoundImages, _images.Images.Length);
        int[] some = [.. Enumerable.Range(0, images).Select(k => (int)((long)k * _images.Images.Length / images))];
        double[] envelope = CascadeSearch.EnvelopeOf(_votes, some, new(_radii), _envelope);
        if (envelope.All(held => held == 0)) return [];
        StageMargins[] plain = [.. Enumerable.Range(0, _votes.Networks.Length)
            .Select(network => _votes.BestMargins(network, 0))];
        StageMargins[] passing = [.. chosen.Networks.Zip(chosen.Pass).Where(stage => stage.Second > 0)
            .Select(stage => _votes.BestMargins(stage.First, stage.Second))];
        bool byClass = chosen.Thresholds.Any(stage => stage.Length > 1);
        const string Plain = "these votes", Both = "these votes, at the chosen θ and at none";
        return
        [
            BoundOf(Plain, plain, alike: true),
            .. passing.Length > 0 ? [BoundOf(Both, [.. plain, .. passing], alike: true)] : (TuningBound[])[],
            .. byClass ? [BoundOf(Both, [.. plain, .. passing], alike: false)] : (TuningBound[])[],
        ];

        TuningBound BoundOf(string votes, StageMargins[] margins, bool alike)
        {
            ConflictBound bound = new(margins, _votes.Labels, some, _radii, alike);
            return new(
                votes, alike, images, [.. bound.ShareAt(envelope)], bound.LeastShare(envelope),
                bound.MeanShare(envelope));
        }
    }

    // Each cascade once, by what it is foremost.
    private TuningReport ReportOf(
        RecordedImages reported, TunedCascade chosen, IEnumerable<(TuningRound Round, TunedCascade Cascade)> rounds,
        IEnumerable<TunedCascade> front)
    {
        SampleCounts counts = new(_request.Selection, _request.Estimation);
        ReportedSystems systems = new(reported, counts, _request.FailureProbability);
        ReportScoring scoring = new(
            reported.Labels, _radii, _envelope.Select(systems.Alone), _request.FailureProbability, _request.Seed);
        (string Name, string Role, Answer[] Answers)[] all =
        [
            .. _envelope.Select(network => (_votes.Networks[network].Id, "single", systems.Alone(network))),
            .. Cascades().DistinctBy(cascade => cascade.Cascade).Select(cascade =>
                (SystemOf(cascade.Cascade).Name, cascade.Role, systems.Of(cascade.Cascade))),
        ];
        Answer[] ours = all.First(system => system.Role == "chosen").Answers;
        return new(
            new(reported.Data, reported.Images.Length, reported.Draws, counts.Selection, counts.Estimation,
                scoring.Envelope),
            [.. all.Select(system => scoring.FiguresOf(system.Name, system.Role, system.Answers))],
            [.. all.Where(system => system.Role is "single" or "plain")
                .Select(other => scoring.Difference(other.Name, ours, other.Answers))]);

        IEnumerable<(string Role, TunedCascade Cascade)> Cascades() =>
        [
            ("chosen", chosen), .. _envelope.Length > 1 ? [("plain", TunedCascade.Plain(_envelope))]
                : ((string, TunedCascade)[])[],
            .. rounds.Select(round => (RoleOf(round.Round.Freedom), round.Cascade)),
            .. front.Select(cascade => ("front", cascade)),
        ];
    }

    private static string RoleOf(TuningFreedom freedom) => freedom switch
    {
        TuningFreedom.Mix => "mix",
        TuningFreedom.Pass => "pass",
        TuningFreedom.Stages => "stages",
        _ => "classes",
    };

    private CascadeSearch SearchOn(int[] images) => SearchOn(images, _aim, front: null);

    private CascadeSearch SearchOn(int[] images, TuningAim aim, ShareFront? front) =>
        new(_votes, images, new(_radii, Ramp), _envelope, _mixes, aim) { Front = front };

    private TunedFigures FiguresOf(TunedCascade cascade, CascadeSearch search) =>
        FiguresOf(SystemOf(cascade), search.Held(cascade), search.Envelope);

    private TunedFigures FiguresOf(TunedSystem? system, double[] held, ReadOnlySpan<double> envelope)
    {
        int images = _images.Images.Length;
        (double least, double mean) = TuningAim.Shares(held, envelope);
        return new(
            system, _aim.Of(held, envelope, images), [.. held.Select(kept => kept / images)],
            ReportScoring.SharesOf(held, envelope), least, mean);
    }

    private TunedSystem SystemOf(TunedCascade cascade) => new(
        cascade.Text([.. _votes.Networks.Select(network => network.Id)]),
        [.. cascade.Networks.Select((network, stage) => new TunedStage(
            _votes.Networks[network].Id, cascade.ThetaOf(stage),
            stage < cascade.StageCount - 1 ? cascade.ThresholdsOf(stage) : []))]);

    private ImmutableArray<string> IdsOf(ImmutableArray<int> places) =>
        [.. places.Select(place => _votes.Networks[place].Id)];

    // In the order of the networks; of no ids all of them.
    private ImmutableArray<int> PlacesOf(ImmutableArray<string> ids)
    {
        string[] missing = [.. ids.Except(_votes.Networks.Select(network => network.Id))];
        return missing.Length > 0
            ? throw new BadInputException($"there is no recording of {string.Join(", ", missing)} in what was named")
            : [.. Enumerable.Range(0, _votes.Networks.Length)
                .Where(place => ids.IsEmpty || ids.Contains(_votes.Networks[place].Id))];
    }
}
