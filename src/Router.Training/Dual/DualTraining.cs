using System.Collections.Immutable;
using Router.Data;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Training.Batches;
using Router.Training.Targets;

namespace Router.Training.Dual;

/// <summary>
/// Dual training (Sun, Mao and Vechev 2026): round after round a router learns where the experts are good, and the
/// experts learn what is routed to them. Every system on the way is scored on images that nobody learned, and the best
/// one is what comes out. Without a router the experts are a cascade, and learn what their predecessors are not right
/// about. It may be stopped at any time and goes on where it was; on the same CPU with as many threads
/// it ends with the same scores.
/// </summary>
public sealed class DualTraining
{
    private readonly DualPlan _plan;
    private readonly RegistryConfig _start;
    private readonly TrainingImages _learned;
    private readonly SystemScoring _scoring;
    private readonly TrainingImages? _test;
    private readonly string _folder, _device;
    private readonly Machine _machine;
    private readonly TimeProvider _clock;

    /// <summary>Claims a folder for a training, or takes up the one it holds.</summary>
    /// <param name="plan">How.</param>
    /// <param name="data">The data set.</param>
    /// <param name="learned">Which of its images are learned.</param>
    /// <param name="held">Which systems are scored on: none of those.</param>
    /// <param name="test">What cards are measured on; null for nothing.</param>
    /// <param name="folder">Where rounds are kept.</param>
    /// <param name="machine">Where votes are drawn, and with how many threads.</param>
    /// <param name="device">Where networks are trained.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="BadInputException">
    /// The experts cannot be trained, or the folder holds a training of other terms.
    /// </exception>
    public DualTraining(
        DualPlan plan, DataSet data, IReadOnlyList<int> learned, IReadOnlyList<int> held, TrainingImages? test,
        string folder, Machine machine, string device,
        TimeProvider clock)
    {
        (_plan, _test, _folder, _machine, _device, _clock) = (plan, test, folder, machine, device, clock);
        _start = plan.Start with
        {
            Router = null,
            Experts = plan.Start.Experts.OrderBy(expert => expert.Sigma).Select(
                expert => expert with { Sha256 = CheckpointFile.Read(expert.CheckpointPath).Sha256 }).ToValueArray(),
        };
        _start = _start with { Routing = plan.Router is null ? CascadeOf(_start) : new RoutingConfig.MostVoted() };
        Check(_start, plan);
        int classes = DatasetFacts.Find(_start.Dataset)!.Classes;
        _learned = TrainingImages.Read(data, learned, classes);
        if (learned.Intersect(held).Any())
            throw new ArgumentException("images that systems are scored on are learned too", nameof(held));
        _scoring = new(plan.Scoring, data, held, plan.Seed, machine, clock);
        DualTerms.Of(plan, _start.Experts, _learned, TrainingImages.Read(data, held, classes),
            Setting(progress: null).TargetCount).Claim(folder);
    }

    /// <summary>Trains so many rounds, scores the systems on the way, and writes the best one.</summary>
    /// <param name="rounds">≥ 1; more than before go on from the last.</param>
    /// <param name="output">
    /// The folder that the best system is written to, with its registry <c>experts.yaml</c>.
    /// </param>
    /// <param name="steps">Told how far each step is.</param>
    /// <param name="scores">Told of each system.</param>
    /// <param name="cancellationToken">Stops between batches; what is on disk stays.</param>
    /// <exception cref="FileInUseException">Another run trains in the folder, or writes to the output.</exception>
    /// <exception cref="BadInputException">A training cannot go on.</exception>
    /// <exception cref="IOException">The disk is full or gone.</exception>
    public async Task<DualOutcome> RunAsync(
        int rounds, string output, IProgress<DualStep>? steps, IProgress<DualScore>? scores,
        CancellationToken cancellationToken)
    {
        using FileLock work = FileLock.Take(Path.Combine(_folder, DualTerms.FileName));
        using FileLock shipped = Claim(output);
        List<(DualScore Score, RegistryConfig System)> systems = [];
        RegistryConfig current = _start;
        // A cascade is a system before its first round; behind a router that is not trained yet there is none.
        if (_plan.Router is null) await ScoreAsync(0, DualScore.AfterExperts, Folder(0));
        for (int number = 1; number <= rounds; number++)
        {
            RoundFolder folder = Folder(number);
            DualRound round = new(number, folder, Setting(steps));
            TrueRadii targets = await round.TargetsAsync(current, cancellationToken);
            RoutedImages routed;
            if (_plan.Router is null)
            {
                routed = RoutedImages.ByCascade(targets, _learned);
            }
            else
            {
                (current, routed) = await round.RouterAsync(current, targets, cancellationToken);
                await ScoreAsync(number, DualScore.AfterRouter, folder);
            }
            current = await round.ExpertsAsync(current, targets, routed, cancellationToken);
            await ScoreAsync(number, DualScore.AfterExperts, folder);
        }
        (DualScore best, RegistryConfig system) = systems.MaxBy(scored => scored.Score.Mean);
        return new([.. systems.Select(scored => scored.Score)], best, ShippedSystem.Write(system, output));

        async Task ScoreAsync(int number, string step, RoundFolder folder)
        {
            IReadOnlyList<Evaluation.Logs.LogRow> rows = await _scoring.CertifyAsync(
                current, folder.Log(step), done =>
                    steps?.Report(new(number, $"score of {step}", done, _scoring.Count)), cancellationToken);
            DualScore score = DualScore.Of(number, step, _plan.Scoring.Radii, rows, Ids);
            systems.Add((score, current));
            DualScore.Write(Path.Combine(_folder, "scores.tsv"), [.. systems.Select(scored => scored.Score)], Ids);
            scores?.Report(score);
        }
    }

    // The folder comes into being with the system that is written to it.
    private static FileLock Claim(string output)
    {
        string folder = Path.GetFullPath(Path.TrimEndingDirectorySeparator(output));
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        return FileLock.Take(folder);
    }

    private RoundFolder Folder(int number) =>
        new(Directory.CreateDirectory(Path.Combine(_folder, $"round-{number}")).FullName);

    // The most noise first, each stage sure by half of its votes.
    private static RoutingConfig.Cascade CascadeOf(RegistryConfig start) => new(
        [.. start.Experts.Reverse().Select(expert => expert.Id)],
        [.. Enumerable.Repeat(.5m, Math.Max(0, start.Experts.Count - 1))]);

    private IEnumerable<string> Ids => _start.Experts.Select(expert => expert.Id);

    private DualSetting Setting(IProgress<DualStep>? progress) =>
        new(_plan, DatasetFacts.Find(_start.Dataset)!, _learned, _test, _machine, _device, _clock, progress);

    private static void Check(RegistryConfig start, DualPlan plan)
    {
        if (start.Experts.Count < 2)
            throw new BadInputException(
                $"{start.Path} has one expert: a router needs two or more to choose from, and a cascade two stages or "
                + "more");
        if (start.Experts.FirstOrDefault(expert => expert.Others.Count > 0) is { } ensemble)
            throw new BadInputException(
                $"expert '{ensemble.Id}' of {start.Path} is an ensemble, which is not trained as one: "
                + "train its members, each by itself");
        foreach (ExpertConfig expert in start.Experts)
            if (CifarShape.Find(expert.Architecture) is null)
                throw new BadInputException(
                    $"expert '{expert.Id}' of {start.Path} is of architecture '{expert.Architecture}', which is not "
                    + $"trained here: accepted are {CifarShape.Accepted}");
        string id = plan.Start.Router?.Id ?? RouterConfig.DefaultId;
        if (start.Find(id) is not null)
            throw new BadInputException(
                $"{start.Path} has an expert called '{id}', which would be the router's id: give "
                + $"the registry's router another, or the expert");
    }
}

/// <summary>What came of a dual training.</summary>
/// <param name="Scores">Of every system on the way: after each round's router and after its experts.</param>
/// <param name="Best">The first of the best.</param>
/// <param name="Registry">The registry that serves it.</param>
public sealed record DualOutcome(ImmutableArray<DualScore> Scores, DualScore Best, string Registry);
