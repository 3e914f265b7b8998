using System.Globalization;
using Router.Data;
using Router.Engine;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Tests.Cli;
using Router.Training.Batches;
using Router.Training.Dual;
using Router.Training.Runs;

namespace Router.Host.Tests.Train;

public sealed class DualTrainingTests : IDisposable
{
    private const int Learned = 96;

    private static readonly string[] Settings =
    [
        "-r", "start.yaml", "--hold-out", "24", "--images", "96", "--target-images", "40", "--n", "16", "--votes", "3",
        "--elsewhere", "0.5", "--score-n0", "10", "--score-n", "60",
        "--seed", "5", "--expert-epochs", "2", "--expert-batch", "16", "--expert-lr", "0.02",
        "--expert-precision", "float32",
        "--threads", "1",
    ];

    private static readonly string[] RouterSettings =
    [
        "--router-epochs", "2", "--router-batch", "20", "--router-precision", "float32", "--router-consistency", "1",
    ];

    private readonly Shell _shell = new();
    private Cifar10? _data;

    public DualTrainingTests()
    {
        FakeCifar.Write(_shell.Folder);
        _shell.Variables["DUALRS_DATA"] = _shell.Folder;
    }

    public void Dispose() => _shell.Dispose();

    private Cifar10 Data => _data ??= Cifar10.Open(_shell.Folder, Cifar10Split.Train);

    [Fact]
    public async Task Dual_training_ships_its_best_system_with_the_same_scores_and_weights_if_stopped_in_every_step()
    {
        Start();
        DualOutcome whole = await Training("whole.training")
            .RunAsync(rounds: 2, _shell.In("whole"), steps: null, scores: null, default);
        Assert.Equal([(1, "router"), (1, "experts"), (2, "router"), (2, "experts")],
            whole.Scores.Select(score => (score.Round, score.Step)));
        Assert.Equal(whole.Scores.Max(score => score.Mean), whole.Best.Mean);
        Assert.All(whole.Scores, score => Assert.InRange(score.Shares.Sum(), 0, 1));

        foreach ((int round, string step) in ((int, string)[])
            [(1, "targets"), (1, "router"), (1, "routes"), (1, "score of router"), (1, "small"), (1, "large"),
                (1, "score of experts"), (2, "targets"), (2, "router"), (2, "small")])
        {
            using CancellationTokenSource source = new();
            DualTraining training = Training("cut.training");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training.RunAsync(
                rounds: 2, _shell.In("cut"), new When(seen => seen.Round == round && seen.Name == step && seen.Done > 0
                    && seen.Done < seen.Of, source.Cancel), scores: null, source.Token));
        }
        Assert.False(Directory.Exists(_shell.In("cut")));
        foreach (string held in (string[])[_shell.In("cut.training", "terms.json"), _shell.In("cut")])
        {
            using FileLock run = FileLock.Take(held);
            await Assert.ThrowsAsync<FileInUseException>(
                () => Training("cut.training")
                    .RunAsync(rounds: 2, _shell.In("cut"), steps: null, scores: null, default));
        }
        // The command takes up what is there: the same terms.
        Outcome outcome = await _shell.RunAsync(
            ["train", "dual", "cifar10", "--rounds", "2", "-o", "cut", .. Settings, .. RouterSettings]);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        Assert.Contains($"round {whole.Best.Round}, after its {whole.Best.Step}", outcome.Out,
            StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(_shell.In("whole.training", "scores.tsv")),
            File.ReadAllText(_shell.In("cut.training", "scores.tsv")));
        string[] shipped = [.. Directory.GetFiles(_shell.In("whole")).Select(file => Path.GetFileName(file)).Order()];
        Assert.Equal(7, shipped.Length);
        Assert.Equal(shipped, Directory.GetFiles(_shell.In("cut")).Select(file => Path.GetFileName(file)).Order());
        foreach (string file in shipped.Where(file => !file.EndsWith(".card.yaml", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(_shell.In("whole", file)), File.ReadAllBytes(_shell.In("cut", file)));
        foreach (string file in (string[])["router.safetensors", "small.safetensors", "large.safetensors"])
            Assert.Equal(File.ReadAllBytes(_shell.In("whole.training", "round-2", file)),
                File.ReadAllBytes(_shell.In("cut.training", "round-2", file)));

        Outcome served = await _shell.RunAsync(
            "predict", _shell.Picture, "-r", Path.Combine("cut", "experts.yaml"), "--n", "20", "--threads", "1");
        Assert.True(served.Code == ExitCode.Done, served.Error);
        Outcome other = await _shell.RunAsync(
            ["train", "dual", "cifar10", "--rounds", "2", "-o", "cut", .. Settings, .. RouterSettings, "--expert-rise",
                "0.5"]);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("cut.training is a dual training under other terms: there \"rise\": 0.3", other.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cascade_is_trained_without_a_router_for_its_mix_and_ships_the_best_of_its_start_and_its_rounds()
    {
        Start();
        string start = File.ReadAllText(_shell.In("start.yaml"));
        _shell.Write("start.yaml", start.Replace("id: large,", "id: large, pass: 0.15,", StringComparison.Ordinal));
        string[] arguments = ["train", "dual", "cifar10", "--cascade", "--expert-consistency", "5",
            "--expert-for-mix", "-o", "cascade", .. Settings];
        Outcome outcome = await _shell.RunAsync([.. arguments, "--rounds", "1"]);
        Assert.True(outcome.Code == ExitCode.Done, outcome.Error);
        string[][] scores =
            [.. File.ReadAllLines(_shell.In("cascade.training", "scores.tsv")).Skip(1).Select(row => row.Split('\t'))];
        Assert.Equal([("0", "experts"), ("1", "experts")], scores.Select(row => (row[0], row[1])));
        Assert.Contains(
            "for the mix with κ = 0.15, β = 0.85",
            File.ReadAllText(_shell.In("cascade.training", "round-1", "large.card.yaml")), StringComparison.Ordinal);
        RegistryReading shipped = RegistryReader.Read(_shell.In("cascade", "experts.yaml"));
        Assert.Null(shipped.Config!.Router);
        Assert.Equal(["large", "small"], Assert.IsType<RoutingConfig.Cascade>(shipped.Config.Routing).Order);
        Assert.Equal([0, .15m], shipped.Config.Experts.Select(expert => expert.Pass.Theta));
        bool asItWas = double.Parse(scores[0][2], CultureInfo.InvariantCulture)
            >= double.Parse(scores[1][2], CultureInfo.InvariantCulture);
        Assert.Contains(
            asItWas ? "the experts as they were" : "round 1, after its experts", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(
            File.ReadAllBytes(_shell.In(asItWas ? "large.safetensors" : Path.Combine(
                "cascade.training", "round-1", "large.safetensors"))),
            File.ReadAllBytes(Directory.GetFiles(_shell.In("cascade"), "large-*.safetensors").Single()));

        Outcome served = await _shell.RunAsync(
            "predict", _shell.Picture, "-r", Path.Combine("cascade", "experts.yaml"), "--n", "20", "--threads", "1");
        Assert.True(served.Code == ExitCode.Done, served.Error);
        Outcome other = await _shell.RunAsync([.. arguments, "--expert-mix-doubt", "0"]);
        Assert.Equal(ExitCode.BadInput, other.Code);
        Assert.Contains("there \"doubt\": 0.85", other.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has one expert: a router needs two or more", "",
        "- { id: a, sigma: 0.25, architecture: cifar_resnet8, checkpoint: a.safetensors, input: standardize }")]
    [InlineData("has an expert called 'router'", "routing: { kind: fixed, expert: b }\n",
        "- { id: router, sigma: 0.25, architecture: cifar_resnet8, checkpoint: a.safetensors, input: standardize }|- { "
        + "id: b, sigma: 0.5, architecture: cifar_resnet8, checkpoint: a.safetensors, input: standardize }")]
    [InlineData("architecture 'resnet50', which is not trained here", "routing: { kind: fixed, expert: b }\n",
        "- { id: a, sigma: 0.25, architecture: resnet50, checkpoint: a.safetensors, input: standardize }|- { id: b, "
        + "sigma: 0.5, architecture: cifar_resnet8, checkpoint: a.safetensors, input: standardize }")]
    public async Task Experts_that_cannot_be_trained_together_are_refused(
        string problem, string routing, string experts)
    {
        File.Copy(Path.Combine(global::Tests.Reference.Root, "models", "cifar10", "noise_0.25.safetensors"),
            _shell.In("a.safetensors"));
        _shell.Write("start.yaml",
            $"dataset: cifar10\n{routing}experts:\n  {experts.Replace("|", "\n  ", StringComparison.Ordinal)}\n");
        Outcome outcome = await _shell.RunAsync(["train", "dual", "cifar10", "-o", "whole", .. Settings]);
        Assert.Equal(ExitCode.BadInput, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
    }

    // Two experts that have learned a little, and no router.
    private void Start()
    {
        foreach ((string id, decimal sigma) in ((string, decimal)[])[("small", .25m), ("large", 1.0m)])
        {
            ExpertTraining training = new()
            {
                Sigma = sigma, Input = DatasetFacts.Find("cifar10")!.Standard!, Classes = 10,
                Recipe = new() { Architecture = "cifar_resnet8", Epochs = 4, BatchSize = 16, LearningRate = .05 },
            };
            TrainingDevice.UseThreads(1);
            using TrainingRun run = training.Begin(
                _shell.In(id + ".training"), TrainingImages.Read(Data, Enumerable.Range(0, Learned), classes: 10),
                held: null, init: null, resume: false, "cpu", TimeProvider.System);
            run.Train(epochs: null, steps: null, default);
            run.WriteWeights(_shell.In(id + ".safetensors"));
        }
        // Written from large to small: routes ascend in σ all the same.
        _shell.Write("start.yaml", """
            dataset: cifar10
            routing: { kind: cascade, order: [small, large], thresholds: [0.9] }
            experts:
              - { id: large, sigma: 1.0, architecture: cifar_resnet8, checkpoint: large.safetensors,
                  input: standardize }
              - { id: small, sigma: 0.25, architecture: cifar_resnet8, checkpoint: small.safetensors,
                  input: standardize }
            """);
    }

    // What the command makes of the settings.
    private DualTraining Training(string folder)
    {
        RegistryConfig start = RegistryReader.Read(_shell.In("start.yaml")).Config!;
        DualPlan plan = new()
        {
            Start = start, TargetImages = 40, TargetDraws = 16, RoutingVotes = 3, Elsewhere = .5, Seed = 5,
            Router = new()
            {
                Sigma = 1.0m, Input = start.Experts[0].InputLayer, Copies = 2, Lambda = 1,
                Recipe = new() { Architecture = "cifar_resnet8", Epochs = 2, BatchSize = 20,
                    Optimizer = Optimizer.AdamW, LearningRate = .002, WeightDecay = .01 },
            },
            Expert = new() { Architecture = "", Epochs = 2, BatchSize = 16, LearningRate = .02 },
            Scoring = new() { Selection = 10, Estimation = 60 },
        };
        return new(
            plan, Data, [.. Enumerable.Range(0, Learned)],
            [.. Enumerable.Range(Data.Count - FakeCifar.Last, FakeCifar.Last)], test: null,
            _shell.In(folder), Machine.Detect(threads: 1), "cpu", TimeProvider.System);
    }

    private sealed class When(Predicate<DualStep> met, Action then) : IProgress<DualStep>
    {
        public void Report(DualStep value)
        {
            if (met(value)) then();
        }
    }
}
