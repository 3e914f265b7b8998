using System.Globalization;
using System.Runtime.InteropServices;
using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Tests.Loading;
using Tests;

namespace Router.Experts.Tests.Cards;

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
        Source = source, Target = Target, Id = "imported", Sigma = 0.25m, InputLayer = Dataset.Standard!,
        Title = "title",
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
    public async Task An_off_the_shelf_checkpoint_keeps_every_weight_to_the_bit_and_becomes_the_same_file_again(
        string name, string sigma)
    {
        string source = Reference.Shared($"models/{name}/checkpoint.pth.tar");
        ImportRequest request = Request(
            source, Reference.Shared($"models/{name}/reference.json")) with { Sigma = decimal.Parse(sigma) };
        ImportedNetwork imported = await Importer.ImportAsync(request);
        Checkpoint from = CheckpointFile.Read(source), to = CheckpointFile.Read(imported.Weights);
        Assert.Equal(from.Tensors.Keys.Order(), to.Tensors.Keys.Order());
        Assert.All(from.Tensors, tensor =>
            Assert.True(tensor.Value.Bytes.Span.SequenceEqual(to.Tensors[tensor.Key].Bytes.Span), tensor.Key));
        ImportedNetwork again = await Importer.ImportAsync(
            request with { Target = Path.Combine(_folder.FullName, "again.safetensors") });
        Assert.Equal(File.ReadAllBytes(imported.Weights), File.ReadAllBytes(again.Weights));
        Assert.Equal(File.ReadAllText(imported.CardPath), File.ReadAllText(again.CardPath));
    }

    [Fact]
    public async Task An_input_layer_that_the_authors_answers_contradict_is_refused()
    {
        ModelCard card = ModelCardReader.Read(ModelCard.PathFor(BundledRegistry.Weights("noise_0.25"))).Card!;
        string rows =
            string.Join(", ",
            card.Probe.Patterns!.Logits.Select(row =>
            $"[{string.Join(", ", row.Select(logit => logit.ToString(CultureInfo.InvariantCulture)))}]"));
        ImportRequest request =
            Request(Alone("noise_0.25"), Write("reference.json", $"{{\"patternLogits\": [{rows}]}}"));
        await Importer.ImportAsync(
            request with { Target =
            Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, "right")).FullName,
            "x.safetensors") });
        InvalidDataException fault = await Refused<InvalidDataException>(
            request with { InputLayer = new InputLayer.None() });
        Assert.Contains("is the input layer 'none' right?", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"sigma\": 0.50}", "σ is said to be 0.25, but ", "reference.json says 0.50")]
    [InlineData("{\"noisyAccuracy\": {\"images\": \"test 0..9\", \"sigma\": 0.50, \"accuracy\": 0.7}}",
        "σ is said to be 0.25, but ", "measured its accuracy at 0.50")]
    [InlineData("{\"sha256\": \"00\"}", "reference.json is of another file: its sha256 is 00", "")]
    [InlineData("{\"arch\": \"cifar_resnet110\"}", "the architecture is said to be cifar_resnet20, but ",
        "says cifar_resnet110")]
    [InlineData("{\"dataset\": \"shapes10\"}", "the data set is said to be cifar10, but ", "says shapes10")]
    [InlineData("{\"routes\": [1, 2]}", "there are 0 routes, but ", "says 2")]
    [InlineData("{\"inputLayer\": \"none\"}", "the input layer is said to be 'standardize mean", "says 'none'")]
    [InlineData("{\"inputLayer\": {\"center\": [0.4914, 0.4822, 0.4465]}}",
        "the input layer is said to be 'standardize mean", "says 'center")]
    public async Task What_the_authors_reference_says_otherwise_is_refused(string json, string said, string instead)
    {
        InvalidDataException fault =
            await Refused<InvalidDataException>(Request(Alone("noise_0.25"), Write("reference.json", json)));
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.Contains(instead, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sigma", "0.5", "the file's 'sigma' is 0.5")]
    [InlineData("noise_sd", "0.5", "the file's 'noise_sd' is 0.5")]
    [InlineData("noise_sd", "0.25", null)]
    [InlineData("noise_sd", "0.25000000745", null)] // in float32
    [InlineData("sigma", "unknown", null)]
    [InlineData("routes", "a,b", "the file is a router over [a,b]: say --routes")]
    public async Task What_the_file_says_of_itself_is_compared(string key, string value, string? problem)
    {
        string source = Path.Combine(_folder.FullName, "source.safetensors");
        SafeTensors.Write(source, CheckpointFile.Read(BundledRegistry.Weights("noise_0.25")).Tensors.Values,
            new Dictionary<string, string> { ["arch"] = "cifar_resnet20", [key] = value });
        if (problem is null)
            Assert.Equal(0.25m, (await Importer.ImportAsync(Request(source))).Card.Sigma);
        else
            Assert.Contains(problem, (await Refused<InvalidDataException>(Request(source))).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("router", "sigma is 0.25, but the model card says 1.0")]
    [InlineData("noise_0.50", "sigma is 0.25, but the model card says 0.50")]
    public async Task What_the_card_beside_a_file_says_is_compared(string name, string problem) =>
        Assert.Contains(problem, (await Refused<InvalidDataException>(Request(BundledRegistry.Weights(name)))).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task The_order_of_a_routers_routes_is_that_of_its_file()
    {
        ImportRequest request =
            Request(BundledRegistry.Weights("router")) with { Sigma = 1.0m, Routes = ["s012", "s025", "s050", "s100"] };
        Assert.Contains(
            "its routes are [s025,s012,s050,s100], but the checkpoint was trained on [s012,s025,s050,s100]",
            (await Refused<InvalidDataException>(request with { Routes = ["s025", "s012", "s050", "s100"] })).Message,
                StringComparison.Ordinal);
        string copy = Path.Combine(_folder.FullName, "copy.safetensors");
        CheckpointImporter.Convert(CheckpointFile.Read(request.Source), copy, null, []);
        Assert.Equal("s012,s025,s050,s100", CheckpointFile.Read(copy).Metadata["routes"]);
        Assert.Throws<InvalidDataException>(() =>
            CheckpointImporter.Convert(CheckpointFile.Read(request.Source), copy, null,
            ["s025", "s012", "s050", "s100"]));
    }

    [Theory]
    [InlineData("fc.weight", float.NaN, "; not finite among its weights: fc.weight")]
    [InlineData("fc.bias", float.NaN, "; not finite among its weights: fc.bias")]
    [InlineData("conv1.weight", float.NegativeInfinity, "; not finite among its weights: conv1.weight")]
    [InlineData("bn1.running_var", -1f, "; below 0 among its weights: bn1.running_var")]
    public async Task Weights_that_no_answer_can_come_from_are_refused_before_anything_is_written(string name,
        float value, string why)
    {
        string source = Path.Combine(_folder.FullName, "diverged.safetensors");
        DivergedWeights.Write(BundledRegistry.Weights("noise_0.25"), source, name, value);
        string message = (await Refused<Router.Experts.Loading.RegistryLoadException>(Request(source))).Message;
        Assert.StartsWith($"{source}: imported: its answers are not finite{why}; accepted: ", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_prefix_is_told_first_and_with_the_file()
    {
        string source = Path.Combine(_folder.FullName, "source.safetensors");
        SafeTensors.Write(source, CheckpointFile.Read(BundledRegistry.Weights("noise_0.25")).Tensors.Values.Select(
            tensor => new NamedTensor($"resnet.{tensor.Name}", tensor.Type, tensor.Shape, tensor.Bytes)));
        string message =
            (await Refused<Router.Experts.Loading.RegistryLoadException>(
            Request(source) with { Architecture = "cifar_resnet20" })).Message;
        Assert.StartsWith(
            $"{source}: imported: the weights are not those of cifar_resnet20: its names begin with 'resnet.', which "
            + $"is around the network and unknown; resnet.",
            message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2023f, null)]
    [InlineData(0.25f, "the file holds '0.std' = [0.25, 0.1994, 0.201], but the input layer 'standardize mean")]
    public async Task Constants_of_an_input_layer_in_the_file_are_compared_with_the_stated_one(float deviation,
        string? problem)
    {
        string source = Path.Combine(_folder.FullName, "source.safetensors");
        SafeTensors.Write(source,
        [
            .. CheckpointFile.Read(BundledRegistry.Weights("noise_0.25"))
                .Tensors.Values.Select(tensor =>
                new NamedTensor($"1.{tensor.Name}", tensor.Type, tensor.Shape, tensor.Bytes)),
            new("0.mean", ElementType.Float32, [1, 3, 1, 1], MemoryMarshal.AsBytes<float>([.4914f, .4822f, .4465f])
                .ToArray()),
            new("0.std", ElementType.Float32, [1, 3, 1, 1], MemoryMarshal.AsBytes<float>([deviation, .1994f, .2010f])
                .ToArray()),
        ]);
        ImportRequest request = Request(source) with { Architecture = "cifar_resnet20" };
        if (problem is null)
        {
            // It goes on being compared: the constants stay in the file.
            ImportedNetwork imported = await Importer.ImportAsync(request);
            string refused =
                Assert.Throws<Router.Experts.Loading.RegistryLoadException>(() =>
                BundledRegistry.Load(BundledRegistry.Single(
                Directory.CreateDirectory(Path.Combine(_folder.FullName, "other")).FullName, Moved(imported.Weights),
                    "none")).Dispose()).Message;
            Assert.Contains("but the input layer 'none' has [0] there", refused, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(problem, (await Refused<Router.Experts.Loading.RegistryLoadException>(request)).Message,
                StringComparison.Ordinal);
        }
    }

    // Without the card that would be compared as well.
    private string Moved(string weights)
    {
        string alone = Path.Combine(_folder.FullName, "other", "w.safetensors");
        File.Move(weights, alone);
        return alone;
    }

    private string Alone(string name)
    {
        string source = Path.Combine(_folder.FullName, $"{name}.alone.safetensors");
        File.Copy(BundledRegistry.Weights(name), source);
        return source;
    }

    [Fact]
    public async Task Without_the_authors_answers_the_card_pins_todays()
    {
        ImportedNetwork imported = await Importer.ImportAsync(Request(BundledRegistry.Weights("noise_0.25")));
        Assert.Equal(4, imported.Card.Probe.Patterns!.Logits.Count);
        Assert.Null(imported.Card.Probe.NoisyAccuracy);
        Assert.True(ModelCardReader.Read(imported.CardPath).Card is not null);
        Assert.Equal(["imported.card.yaml", "imported.safetensors"],
            _folder.GetFileSystemInfos().Select(file => file.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reference_that_says_nothing_leaves_no_card_without_a_probe()
    {
        ImportedNetwork imported = await Importer.ImportAsync(
            Request(BundledRegistry.Weights("noise_0.25"), Write("reference.json", "{}")));
        Assert.NotNull(imported.Card.Probe.Patterns);
    }

    [Theory]
    [InlineData("{\"patternLogits\": [[1, 2], [3, 4]]}", "2 rows of 2 pattern logits, the network answers 4 of 10")]
    [InlineData("{\"patternLogits\": 7}", "expected JSON with patternLogits")]
    [InlineData("{\"noisyAccuracy\": {\"images\": \"some\"}}", "'some' is not like 'test 0..1999'")]
    [InlineData("{\"noisyAccuracy\": {\"images\": \"test 9..3\", \"sigma\": 0.25, \"accuracy\": 0.7}}",
        "'test 9..3' is not like 'test 0..1999'")]
    [InlineData("not json", "expected JSON")]
    [InlineData("{\"sigma\": 0.25, \"sigma\": 0.5}", "expected JSON")]
    [InlineData("{}\0\0", ":1:3: U+0000 is a control character")]
    public async Task A_reference_that_cannot_be_one_is_refused(string json, string problem)
    {
        InvalidDataException fault = await Refused<InvalidDataException>(
            Request(BundledRegistry.Weights("noise_0.25"), Write("reference.json", json)));
        Assert.Contains(problem, fault.Message, StringComparison.Ordinal);
        Assert.Contains("reference.json", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_checkpoint_is_refused() =>
        Assert.Contains("text.pth", (await Refused<CheckpointException>(Request(Write("text.pth", "no weights"))))
            .Message, StringComparison.Ordinal);

    [Fact]
    public async Task Weights_of_another_architecture_are_refused() => Assert.Contains(
        "cifar_resnet26",
        (await Refused<Router.Experts.Loading.RegistryLoadException>(
            Request(Alone("noise_0.25")) with { Architecture = "cifar_resnet26" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task An_architecture_that_does_not_exist_is_refused_with_those_that_do() => Assert.Contains(
        "vgg16' is no architecture: accepted are cifar_resnetD",
        (await Refused<InvalidDataException>(
            Request(BundledRegistry.Weights("noise_0.25")) with { Architecture = "vgg16" })).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_router_with_another_number_of_routes_is_refused()
    {
        string source = Path.Combine(_folder.FullName, "source.safetensors");
        SafeTensors.Write(source, CheckpointFile.Read(BundledRegistry.Weights("router")).Tensors.Values);
        Assert.Contains(
            "the network has 4 outputs",
            (await Refused<Router.Experts.Loading.RegistryLoadException>(
                Request(source) with { Architecture = "cifar_resnet20_mlp128", Routes = ["a", "b", "c"] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_cannot_be_replaced_leaves_neither_weights_nor_card()
    {
        Directory.CreateDirectory(Target);
        await Assert.ThrowsAnyAsync<Exception>(
            () => Importer.ImportAsync(Request(BundledRegistry.Weights("noise_0.25"))));
        Assert.Equal("imported.safetensors", Assert.Single(_folder.GetFileSystemInfos()).Name);
    }
}
