using Router.Data;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Training.Dual;
using Router.Training.Tests.Batches;

namespace Router.Training.Tests.Dual;

/// <summary>A dual training goes on with the functions it began with, and ships them.</summary>
public sealed class ResumedSystemTests : IDisposable
{
    private const string Devices =
        "{ use: [{ name: cpu, memory: 2GiB, dtype: bfloat16, batch: 8 }, cuda:0], memory: 0.5, dtype: auto, "
        + "batch: 16 }";

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-resumed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Devices)]
    [InlineData("{ memory: 1536MiB }")]
    [InlineData("auto")]
    public void A_shipped_system_runs_on_the_devices_and_in_the_formats_of_the_one_it_began_with(string devices)
    {
        RegistryConfig system = Start(devices: devices, resolution: "0.01");
        RegistryReading shipped = RegistryReader.Read(ShippedSystem.Write(system, Path.Combine(_folder, "shipped")));
        Assert.Empty(shipped.Faults);
        Assert.Equal(system.Devices, shipped.Config!.Devices);
        Assert.Equal(.01m, shipped.Config.Certification.Resolution);
    }

    [Fact]
    public void A_shipped_cascade_asks_in_the_order_that_was_scored_also_where_sigmas_are_equal()
    {
        RegistryConfig start = Start();
        RegistryConfig system = start with
        {
            Experts = [start.Experts[0], start.Experts[0] with { Id = "again" }, start.Experts[1]],
            Routing = new RoutingConfig.Cascade(["s100", "again", "s025"], [.5m, .5m]),
            Certification = new() { Failover = new FailoverConfig.Reroute(0.0001m, []) },
        };
        RegistryReading shipped = RegistryReader.Read(ShippedSystem.Write(system, Path.Combine(_folder, "shipped")));
        Assert.Empty(shipped.Faults);
        Assert.Equal(system.Routing, shipped.Config!.Routing);
        Assert.IsType<FailoverConfig.Reroute>(shipped.Config.Certification.Failover);
    }

    [Fact]
    public void A_shipped_system_takes_the_place_of_the_one_before_at_once_and_leaves_other_files_alone()
    {
        RegistryConfig system = Start();
        string folder = Path.Combine(_folder, "shipped"), notes = Path.Combine(folder, "notes.txt");
        string path = ShippedSystem.Write(system, folder);
        File.WriteAllText(notes, "mine");
        string[] before = Directory.GetFiles(folder);
        string registry = File.ReadAllText(path);

        RegistryConfig other = system with
        {
            Experts = system.Experts.Select((expert, k) => expert with
            {
                CheckpointPath = Path.Combine(_folder, $"{k}.safetensors"), Sha256 = system.Experts[1 - k].Sha256,
            }).ToValueArray(),
        };
        File.Copy(system.Experts[1].CheckpointPath, other.Experts[0].CheckpointPath);
        Assert.Throws<FileNotFoundException>(() => ShippedSystem.Write(other, folder));
        Assert.Equal(registry, File.ReadAllText(path));
        Assert.All(before, file => Assert.True(File.Exists(file)));
        Assert.Empty(RegistryReader.Read(path).Faults);

        File.Copy(system.Experts[0].CheckpointPath, other.Experts[1].CheckpointPath);
        Assert.Equal(path, ShippedSystem.Write(other, folder));
        Assert.Equal(
            ["experts.yaml", "notes.txt", .. other.Experts.Select(expert =>
                $"{expert.Id}-{expert.Sha256![..8]}.safetensors")],
            Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_shipped_system_keeps_what_its_entries_and_its_failover_say()
    {
        RegistryConfig start = Start(pass: "0.1, mirror: true, load: lazy");
        ExpertConfig first = start.Experts[0];
        RegistryConfig system = start with
        {
            Router = new()
            {
                Location = first.Location, Id = "router", Sigma = 1, Architecture = first.Architecture,
                CheckpointPath = first.CheckpointPath, InputLayer = first.InputLayer, Sha256 = first.Sha256,
                Load = LoadPolicy.Pinned, Routes = ["s025", "s100"],
            },
            Routing = new RoutingConfig.MostVoted(),
            Certification = new() { Failover = new FailoverConfig.Reroute(0.0001m, [["s025"], ["s100"]]) },
        };
        RegistryReading shipped = RegistryReader.Read(ShippedSystem.Write(system, Path.Combine(_folder, "shipped")));
        Assert.Empty(shipped.Faults);
        Assert.Equal([(true, LoadPolicy.Lazy, 20), (false, LoadPolicy.Start, 0)], shipped.Config!.Experts.Select(
            expert => (expert.Mirror, expert.Load, expert.Pass.Step)));
        Assert.Equal(LoadPolicy.Pinned, shipped.Config.Router!.Load);
        FailoverConfig.Reroute failover = Assert.IsType<FailoverConfig.Reroute>(shipped.Config.Certification.Failover);
        Assert.Equal("0.0001 s025 s100",
            $"{failover.FailureProbability} {string.Join(' ', failover.Mixes.SelectMany(mix => mix))}");
    }

    [Theory]
    [InlineData("pass 0.15", "auto", "0.15")]
    [InlineData(", mirrored", "auto", "0.1, mirror: true")]
    [InlineData("batch: 8", "{ batch: 8 }", "0.1")]
    [InlineData("dtype: bfloat16", "{ dtype: bfloat16 }", "0.1")]
    public void Other_thresholds_views_number_formats_and_batches_are_other_terms(
        string difference, string devices, string pass)
    {
        string folder = Path.Combine(_folder, "training");
        Terms(Start()).Claim(folder);
        Terms(Start()).Claim(folder);
        Assert.Contains(difference, Assert.Throws<BadInputException>(
            () => Terms(Start(devices: devices, pass: pass)).Claim(folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_something_else_is_not_taken_for_a_training()
    {
        string other = Path.Combine(_folder, "other");
        Directory.CreateDirectory(other);
        File.WriteAllText(Path.Combine(other, "scores.tsv"), "mine");
        Assert.Contains("holds other files, and no dual training", Assert.Throws<BadInputException>(
            () => Terms(Start()).Claim(other)).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(other, "scores.tsv")));
    }

    [Fact]
    public async Task Scores_of_one_system_do_not_go_on_with_those_of_another()
    {
        DataSet data = Shapes10.Open(Shapes10Split.Test);
        SystemScoring scoring = new(
            new() { Selection = 10, Estimation = 60 }, data, [0, 1, 2], seed: 1, Machine.Detect(threads: 1),
            TimeProvider.System);
        string log = Path.Combine(_folder, "score.tsv");
        using CancellationTokenSource stop = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring.CertifyAsync(
            Start(), log, done => { if (done == 1) stop.Cancel(); }, stop.Token));
        byte[] begun = File.ReadAllBytes(log);
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(
            () => scoring.CertifyAsync(Start(devices: "{ batch: 8 }"), log, _ => { }, default));
        Assert.Contains("it is of other functions", fault.Message, StringComparison.Ordinal);
        Assert.Equal(begun, File.ReadAllBytes(log));
        Assert.Equal(3, (await scoring.CertifyAsync(Start(), log, _ => { }, default)).Count);
    }

    private static DualTerms Terms(RegistryConfig start) => DualTerms.Of(
        new() { Start = start, Router = null, Expert = new() { Architecture = "", Epochs = 1 } }, start.Experts,
        Patterned.Images(4), Patterned.Images(2, first: 4), targets: 4);

    // A cascade of two bundled networks.
    private RegistryConfig Start(string devices = "auto", string pass = "0.1", string resolution = "0.05")
    {
        string models = Path.Combine(global::Tests.Reference.Root, "models", "shapes10");
        string path = Path.Combine(_folder, "start.yaml");
        File.WriteAllText(path, $$"""
            dataset: shapes10
            devices: {{devices}}
            routing: { kind: cascade }
            certification: { resolution: {{resolution}} }
            experts:
              - { id: s025, sigma: 0.25, architecture: cifar_resnet8, checkpoint: '{{models}}/noise_0.25.safetensors',
                  input: standardize, pass: {{pass}} }
              - { id: s100, sigma: 1.0, architecture: cifar_resnet8, checkpoint: '{{models}}/noise_1.00.safetensors',
                  input: standardize }
            """);
        RegistryReading reading = RegistryReader.Read(path);
        Assert.Empty(reading.Faults);
        return reading.Config! with
        {
            Experts = reading.Config.Experts.Select(expert => expert with
            {
                Sha256 = CheckpointFile.Read(expert.CheckpointPath).Sha256,
            }).ToValueArray(),
        };
    }
}
