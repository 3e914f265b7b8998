using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Host.Commands.Experts;
using Spectre.Console;

namespace Router.Host.Tests.Cli;

public sealed class RegistryEntryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-entry-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_printed_of_a_router_and_of_experts_is_read_back_as_it_was_meant()
    {
        (string Id, string File)[] experts =
            [("plain", "plain.safetensors"), ("025", "it's { here }, [now]: yes #1.safetensors"), ("true", "-a.b/c")];
        string[] entries = [.. experts.Select(expert => Entry(expert.Id, expert.File, routes: []))];
        string router = Entry("1e5", "r outer.safetensors", [.. experts.Select(expert => expert.Id)]);
        string path = Path.Combine(_folder, "experts.yaml");
        File.WriteAllText(path, $"dataset: cifar10\n{router}\nexperts:\n  {string.Join("\n  ", entries)}\n");
        RegistryReading reading = RegistryReader.Read(path);
        Assert.Empty(reading.Faults);
        Assert.Equal(experts, reading.Config!.Experts.Select(expert =>
            (expert.Id, Path.GetRelativePath(_folder, expert.CheckpointPath))));
        Assert.Equal("1e5", reading.Config.Router!.Id);
        Assert.Equal(experts.Select(expert => expert.Id), reading.Config.Router.Routes);
        Assert.StartsWith("- { id: plain, sigma: 0.25, architecture: cifar_resnet8, checkpoint: plain.safetensors, ",
            entries[0], StringComparison.Ordinal);
    }

    private string Entry(string id, string file, string[] routes)
    {
        string weights = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(weights)!);
        File.Copy(Path.Combine(global::Tests.Reference.Root, "models", "shapes10", "noise_0.25.safetensors"), weights);
        Checkpoint checkpoint = CheckpointFile.Read(weights);
        ImportRequest request = new()
        {
            Source = weights, Target = weights, Id = id, Sigma = .25m, InputLayer = new InputLayer.None(),
            Routes = routes.ToValueArray(), Title = "one", Origin = new("a", "b", "c"),
        };
        ModelCard card = new()
        {
            Title = "one", Source = request.Origin, Architecture = "cifar_resnet8", Classes = 10, Sigma = .25m,
            InputLayer = request.InputLayer, Sha256 = checkpoint.Sha256, Probe = new(),
        };
        IAnsiConsole console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(TextWriter.Null) });
        return RegistryEntry.Of(
            new(weights, weights + ".card.yaml", card, checkpoint), request,
            new(console, console, TimeProvider.System, _ => null, _folder, _folder, () => new byte[32]));
    }
}
