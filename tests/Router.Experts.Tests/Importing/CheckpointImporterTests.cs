using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Importing;
using Router.Experts.Inputs;
using Router.Experts.Tests.Loading;
using Tests;

namespace Router.Experts.Tests.Importing;

public sealed class CheckpointImporterTests : IDisposable
{
    private static readonly DatasetFacts Dataset = DatasetFacts.Find("cifar10")!;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-import-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Target => Path.Combine(_folder.FullName, "imported.safetensors");

    private static CheckpointImporter Importer { get; } = new(BundledRegistry.Machine, Dataset);

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private ImportRequest Request(string source, string? reference = null) => new()
    {
        Source = source, Target = Target, Id = "imported", Sigma = 0.25m, InputLayer = Dataset.Standard!, Title = "title",
        Origin = new("author", "origin", "licence"), Reference = reference,
    };

    // Everything the folder holds afterwards must have been there before.
    private async Task<T> Refused<T>(ImportRequest request) where T : Exception
    {
        string[] before = Directory.GetFileSystemEntries(_folder.FullName);
        T fault = await Assert.ThrowsAsync<T>(() => Importer.ImportAsync(request));
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(_folder.FullName).Order());
        return fault;
    }

    [Theory]
    [InlineData("noise_0.12", "0.12")]
    [InlineData("noise_0.25", "0.25")]
    [InlineData("noise_0.50", "0.50")]
    [InlineData("noise_1.00", "1.00")]
    public async Task An_off_the_shelf_checkpoint_keeps_every_weight_to_the_bit_and_becomes_the_same_file_again(string name, string sigma)
    {
        string source = Reference.Shared($"models/{name}/checkpoint.pth.tar");
        ImportRequest request = Request(source, Reference.Shared($"models/{name}/reference.json")) with { Sigma = decimal.Parse(sigma) };
        ImportedNetwork imported = await Importer.ImportAsync(request);
        Checkpoint from = CheckpointFile.Read(source), to = CheckpointFile.Read(imported.Weights);
        Assert.Equal(from.Tensors.Keys.Order(), to.Tensors.Keys.Order());
        Assert.All(from.Tensors, tensor => Assert.True(tensor.Value.Bytes.Span.SequenceEqual(to.Tensors[tensor.Key].Bytes.Span), tensor.Key));
        ImportedNetwork again = await Importer.ImportAsync(request with { Target = Path.Combine(_folder.FullName, "again.safetensors") });
        Assert.Equal(File.ReadAllBytes(imported.Weights), File.ReadAllBytes(again.Weights));
        Assert.Equal(File.ReadAllText(imported.CardPath), File.ReadAllText(again.CardPath));
    }

    [Fact]
    public async Task An_input_layer_that_the_authors_answers_contradict_is_refused()
    {
        ImportRequest request = Request(Reference.Shared("models/noise_0.25/checkpoint.pth.tar"), Reference.Shared("models/noise_0.25/reference.json"));
        InvalidDataException fault = await Refused<InvalidDataException>(request with { InputLayer = new InputLayer.None() });
        Assert.Contains("is the input layer 'none' right?", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_authors_answers_the_card_pins_todays()
    {
        ImportedNetwork imported = await Importer.ImportAsync(Request(BundledRegistry.Weights("noise_0.25")));
        Assert.Equal(4, imported.Card.Probe.Patterns!.Logits.Count);
        Assert.Null(imported.Card.Probe.NoisyAccuracy);
        Assert.True(ModelCardReader.Read(imported.CardPath).Card is not null);
        Assert.Equal(["imported.card.yaml", "imported.safetensors"], _folder.GetFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reference_that_says_nothing_leaves_no_card_without_a_probe()
    {
        ImportedNetwork imported = await Importer.ImportAsync(Request(BundledRegistry.Weights("noise_0.25"), Write("reference.json", "{}")));
        Assert.NotNull(imported.Card.Probe.Patterns);
    }

    [Theory]
    [InlineData("{\"patternLogits\": [[1, 2], [3, 4]]}", "2 rows of 2 pattern logits, the network answers 4 of 10")]
    [InlineData("{\"patternLogits\": 7}", "expected JSON with patternLogits")]
    [InlineData("{\"noisyAccuracy\": {\"images\": \"some\"}}", "'some' is not like 'test 0..1999'")]
    [InlineData("{\"noisyAccuracy\": {\"images\": \"test 9..3\", \"sigma\": 0.25, \"accuracy\": 0.7}}", "'test 9..3' is not like 'test 0..1999'")]
    [InlineData("not json", "expected JSON")]
    public async Task A_reference_that_cannot_be_one_is_refused(string json, string problem)
    {
        InvalidDataException fault = await Refused<InvalidDataException>(Request(BundledRegistry.Weights("noise_0.25"), Write("reference.json", json)));
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
        Assert.Contains("reference.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_refused() =>
        Assert.Contains("text.pth", (await Refused<CheckpointException>(Request(Write("text.pth", "no weights")))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Weights_of_another_architecture_are_refused() => Assert.Contains(
        "cifar_resnet26",
        (await Refused<Router.Experts.Loading.RegistryLoadException>(Request(BundledRegistry.Weights("noise_0.25")) with { Architecture = "cifar_resnet26" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task An_architecture_that_does_not_exist_is_refused_with_those_that_do() => Assert.Contains(
        "vgg16' is no architecture: accepted are cifar_resnetD",
        (await Refused<InvalidDataException>(Request(BundledRegistry.Weights("noise_0.25")) with { Architecture = "vgg16" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_router_with_another_number_of_routes_is_refused() => Assert.Contains(
        "the network has 4 outputs",
        (await Refused<Router.Experts.Loading.RegistryLoadException>(Request(BundledRegistry.Weights("router")) with { Routes = ["a", "b", "c"] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_target_that_cannot_be_replaced_leaves_neither_weights_nor_card()
    {
        Directory.CreateDirectory(Target);
        await Assert.ThrowsAnyAsync<Exception>(() => Importer.ImportAsync(Request(BundledRegistry.Weights("noise_0.25"))));
        Assert.Equal("imported.safetensors", Assert.Single(_folder.GetFileSystemInfos()).Name);
    }
}
