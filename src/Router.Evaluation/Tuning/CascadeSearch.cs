using System.Collections.Immutable;
using Router.Votes;
using Router.Votes.Noise;

namespace Router.Evaluation.Tuning;

/// <summary>
/// Looks for the cascade that serves an aim best on some images: every mix, its experts with the most noise first; of
/// each stage θ and τ together, then τ class by class, round after round while it helps, first in wide steps, then in
/// fine ones; from several starts. An optimum of one coordinate at a time: nothing says that it is the best of all.
/// </summary>
/// <param name="votes">The votes.</param>
/// <param name="images">The images that count, by their place.</param>
/// <param name="radii">How images count.</param>
/// <param name="envelope">The experts whose best at each radius shares are of, by their place.</param>
/// <param name="mixes">The mixes, each in the order of its stages.</param>
/// <param name="aim">What is wanted.</param>
internal sealed class CascadeSearch(
    TuningVotes votes, int[] images, RadiusGrid radii, ImmutableArray<int> envelope,
    ImmutableArray<ImmutableArray<int>> mixes, TuningAim aim)
{
    // In steps of θ and τ: .05, .01 and .005.
    private const int Wide = 10, Narrow = 2, Finest = 1;

    // Rounds over all stages: each round improves or is the last.
    private const int MostRounds = 12;

    // Mixes that are searched from all starts, of those that a first look finds best.
    private const int MixesKept = 3;
    private const int RandomStarts = 4;
    private const ulong StartSeed = 17;
    private const int ClassStep = 4;
    private const double Better = 1e-9;

    private readonly double[] _envelope = EnvelopeOf(votes, images, radii, envelope);

    /// <summary>How many cascades were scored.</summary>
    public long Tried { get; private set; }

    /// <summary>Where everything that is scored is offered; null for nowhere.</summary>
    public ShareFront? Front { get; init; }

    /// <summary>How many images the best single expert of each radius keeps.</summary>
    public double[] Envelope { get; } = EnvelopeOf(votes, images, radii.Exact, envelope);

    /// <summary>The best single expert at each radius.</summary>
    public static double[] EnvelopeOf(TuningVotes votes, int[] images, RadiusGrid radii, ImmutableArray<int> experts)
    {
        double[] envelope = new double[radii.Length];
        foreach (int expert in experts)
        {
            double[] alone = votes.Alone(expert), held = new double[radii.Length];
            foreach (int image in images)
                radii.Count(alone[image], held);
            for (int r = 0; r < held.Length; r++)
                envelope[r] = Math.Max(envelope[r], held[r]);
        }
        return envelope;
    }

    /// <summary>The best cascade that was found, and its score.</summary>
    /// <param name="freedom">What may be chosen.</param>
    public (TunedCascade Cascade, double Score) Best(TuningFreedom freedom)
    {
        (TunedCascade Cascade, double Score)[] first =
        [
            .. mixes.Select(mix => (TunedCascade[])[.. Starts(mix).Take(2)])
                .Select(starts => starts.Select(start => Improve(start, freedom, [Wide])).MaxBy(found => found.Score))
                .OrderByDescending(found => found.Score).Take(MixesKept),
        ];
        (TunedCascade Cascade, double Score)[] all =
        [
            .. first.SelectMany(found => Starts(found.Cascade.Networks).Skip(2)
                .Select(start => Improve(start, freedom, [Wide])).Append(found)
                .OrderByDescending(other => other.Score).Take(2))
                .Select(found => Improve(found.Cascade, freedom, [Narrow, Finest])),
        ];
        if (freedom == TuningFreedom.Classes)
            all = [.. all.Select(found => ImproveClasses(found.Cascade))];
        return all.MaxBy(found => found.Score);
    }

    /// <summary>How many images a cascade keeps at each radius.</summary>
    public double[] Held(TunedCascade cascade)
    {
        double[] held = new double[radii.Length];
        new CascadeTrial(votes, images, radii.Exact, cascade).Held(held);
        return held;
    }

    /// <summary>How well a cascade serves the aim.</summary>
    public double Score(TunedCascade cascade) => aim.Of(Held(cascade), Envelope, images.Length);

    // θ and τ take each other's place in part: some begin with this one, some with that one raised.
    private static IEnumerable<TunedCascade> Starts(ImmutableArray<int> mix)
    {
        TunedCascade plain = TunedCascade.Plain(mix);
        yield return plain;
        yield return With(plain, stage => (stage < mix.Length - 1 ? 60 : 0, TunedCascade.Half));
        yield return With(plain, stage => (stage == 0 ? 80 : stage < mix.Length - 1 ? 90 : 0, 80));
        yield return With(plain, stage => (0, stage == 0 ? 120 : 100));
        NoiseStream random = new(StartSeed, 0);
        for (int start = 0; start < RandomStarts; start++)
        {
            int drawn = start;
            yield return With(plain, stage => (
                Wide * (int)(random.Uniform(drawn, 2 * stage) % 16),
                Wide * (2 + (int)(random.Uniform(drawn, 2 * stage + 1) % 15))));
        }
    }

    private static TunedCascade With(TunedCascade plain, Func<int, (int Pass, int Threshold)> of) => plain with
    {
        Pass = [.. plain.Networks.Select((_, stage) => of(stage).Pass)],
        Thresholds = [.. plain.Networks.Select((_, stage) => ImmutableArray.Create(of(stage).Threshold))],
    };

    private (TunedCascade Cascade, double Score) Improve(TunedCascade start, TuningFreedom freedom, int[] steps)
    {
        bool passes = freedom >= TuningFreedom.Pass, thresholds = freedom >= TuningFreedom.Stages;
        CascadeTrial trial = new(votes, images, radii, start with
        {
            Pass = passes ? start.Pass : [.. start.Pass.Select(_ => 0)],
            Thresholds = thresholds ? start.Thresholds
                : [.. start.Thresholds.Select(_ => ImmutableArray.Create(TunedCascade.Half))],
        });
        double best = Score(trial);
        foreach (int step in passes ? steps : [])
            for (int round = 0; round < MostRounds; round++)
            {
                double before = best;
                for (int stage = 0; stage < trial.Current.StageCount; stage++)
                    // The last stage answers in any case, whatever its τ.
                    best = ImproveStage(trial, stage, step, thresholds && stage < trial.Current.StageCount - 1, best);
                if (best <= before + Better) break;
            }
        return (trial.Current, best);
    }

    private double ImproveStage(CascadeTrial trial, int stage, int step, bool thresholds, double best)
    {
        (int pass, int threshold) = (trial.Current.Pass[stage], trial.Current.Thresholds[stage][0]);
        (int Pass, int Threshold) at = (pass, threshold);
        int[] taus = thresholds ? Around(threshold, step, 1, TunedCascade.ThresholdSteps - 1) : [threshold];
        Span<double> held = stackalloc double[radii.Length];
        trial.Focus(stage);
        foreach (int theta in Around(pass, step, 0, PassThreshold.Steps - 1))
            foreach (int tau in taus)
            {
                trial.Held(stage, theta, tau, held);
                double score = Judge(held, () => trial.Current with
                {
                    Pass = trial.Current.Pass.SetItem(stage, theta),
                    Thresholds = trial.Current.Thresholds.SetItem(stage, [tau]),
                });
                if (score > best + Better) (best, at) = (score, (theta, tau));
            }
        if (at != (pass, threshold)) trial.Take(stage, at.Pass, [at.Threshold]);
        return best;
    }

    private (TunedCascade Cascade, double Score) ImproveClasses(TunedCascade start)
    {
        CascadeTrial trial = new(votes, images, radii, start with
        {
            Thresholds = [.. start.Thresholds.SkipLast(1).Select(stage => stage.Length > 1 ? stage
                : [.. Enumerable.Repeat(stage[0], votes.Classes)]), start.Thresholds[^1]],
        });
        double best = Score(trial);
        for (int round = 0; round < MostRounds; round++)
        {
            double before = best;
            for (int stage = 0; stage < trial.Current.StageCount - 1; stage++)
                for (int label = 0; label < votes.Classes; label++)
                    best = ImproveClass(trial, stage, label, best);
            if (best <= before + Better) break;
        }
        return (OneWhereAlike(trial.Current), best);
    }

    private static TunedCascade OneWhereAlike(TunedCascade cascade) => cascade with
    {
        Thresholds = [.. cascade.Thresholds.Select(stage => stage.Distinct().Count() == 1 ? [stage[0]] : stage)],
    };

    private double ImproveClass(CascadeTrial trial, int stage, int label, double best)
    {
        ImmutableArray<int> thresholds = trial.Current.Thresholds[stage];
        int at = thresholds[label];
        Span<double> held = stackalloc double[radii.Length];
        trial.Focus(stage, label);
        for (int tau = ClassStep; tau < TunedCascade.ThresholdSteps; tau += ClassStep)
        {
            trial.HeldByClass(stage, label, tau, held);
            int tried = tau;
            double score = Judge(held, () => trial.Current with
            {
                Thresholds = trial.Current.Thresholds.SetItem(stage, thresholds.SetItem(label, tried)),
            });
            if (score > best + Better) (best, at) = (score, tau);
        }
        if (at != thresholds[label]) trial.Take(stage, trial.Current.Pass[stage], thresholds.SetItem(label, at));
        return best;
    }

    private double Score(CascadeTrial trial)
    {
        Span<double> held = stackalloc double[radii.Length];
        trial.Held(held);
        return Judge(held, () => trial.Current);
    }

    private double Judge(ReadOnlySpan<double> held, Func<TunedCascade> cascade)
    {
        Tried++;
        if (Front is { } front)
        {
            (double least, double mean) = TuningAim.Shares(held, _envelope);
            front.Offer(least, mean, cascade);
        }
        return aim.Of(held, _envelope, images.Length);
    }

    // The whole range in wide steps; otherwise five steps to either side.
    private static int[] Around(int centre, int step, int lowest, int highest) => step == Wide
        ? [.. Enumerable.Range(0, highest / step + 1).Select(k => k * step).Where(k => k >= lowest)]
        : [.. Enumerable.Range(-5, 11).Select(k => centre + k * step).Where(k => k >= lowest && k <= highest)];
}
