using Router.Engine;
using Router.Engine.LibTorch;
using Router.Experts.Cards;
using Router.Experts.Registry;

namespace Router.Experts.Tests.Cards;

public class ModelCardTests
{
    private const string Sha = "4520d27da4957bb147484cdbfca63317504eb29f32ac2f18250d23f2458df9b1";

    internal static ModelCard Card() => new()
    {
        Title = "ResNet-20 at σ = 0.25: \"noisy\"",
        Source = new("DualRS", "https://example.org/a#b", "MIT"),
        Architecture = "cifar_resnet20",
        Classes = 2,
        Sigma = 0.25m,
        InputLayer = new InputLayer.Standardize([.4914f, .4822f, .4465f], [.2023f, .1994f, .2010f]),
        Training = [new("epochs", "14"), new("schedule", "one-cycle, lr: 0.1 # peak"), new("augmented", "true"),
            new("42", "")],
        Sha256 = Sha,
        Probe = new()
        {
            Patterns = new(0.001m, [[0.1f, -3.4028235e38f], [1e-45f, 0.1219148114323616f], [-0f, 16777216f], [1f, 2f]]),
            NoisyAccuracy = new("cifar10", "test", 0, 2000, 0.25m, 0.7285m, 0.03m),
        },
    };

    private static RegistryFault TheFault(string passage, string replacement)
    {
        string text = ModelCardWriter.Write(Card());
        Assert.Contains(passage, text, StringComparison.Ordinal);
        ModelCardReading reading = ModelCardReader.ReadText(
            text.Replace(passage, replacement, StringComparison.Ordinal), "a.card.yaml");
        Assert.Null(reading.Card);
        return Assert.Single(reading.Faults);
    }

    [Fact]
    public void What_is_written_reads_back_as_the_same_card()
    {
        foreach (ModelCard card in (ModelCard[])
            [
                Card(),
                Card() with { InputLayer = new InputLayer.None(), Training = [],
                    Probe = new() { NoisyAccuracy = Card().Probe.NoisyAccuracy } },
                Card() with { InputLayer = new InputLayer.Center([.5f]), Title = "0.25",
                    Probe = new() { Patterns = Card().Probe.Patterns } },
            ])
        {
            ModelCardReading reading = ModelCardReader.ReadText(ModelCardWriter.Write(card), "a.card.yaml");

            Assert.Empty(reading.Faults);
            Assert.Equal(card, reading.Card);
        }
    }

    [Fact]
    public void A_card_that_says_two_sigmas_is_refused()
    {
        RegistryFault fault = TheFault("    sigma: 0.25", "    sigma: 0.5");

        Assert.Equal(("probe has a noisyAccuracy measured at sigma 0.5", "0.25, the card's own sigma"),
            (fault.Problem, fault.Accepted));
    }

    [Theory]
    [InlineData("licence: MIT", "licence: MIT\0", "U+0000 is a control character, which a text does not hold")]
    [InlineData("licence: MIT", "licence: \"\\x07\"",
        "licence has a character that no text holds: U+0007 is a control character, which a text does not hold")]
    public void A_character_that_no_text_holds_is_refused_in_a_card(string passage, string replacement,
        string problem) =>
        Assert.Equal(problem, TheFault(passage, replacement).Problem);

    [Fact]
    public void A_card_is_written_as_documented()
    {
        const string Expected = $$"""
            title: 'ResNet-20 at σ = 0.25: "noisy"'
            source:
              author: DualRS
              origin: https://example.org/a#b
              licence: MIT
            architecture: cifar_resnet20
            classes: 2
            sigma: 0.25
            input:
              standardize:
                mean: [0.4914, 0.4822, 0.4465]
                sd: [0.2023, 0.1994, 0.201]
            training:
              epochs: "14"
              schedule: 'one-cycle, lr: 0.1 # peak'
              augmented: "true"
              "42": ""
            sha256: {{Sha}}
            probe:
              patterns:
                tolerance: 0.001
                logits:
                - [0.1, -3.4028235E+38]
                - [1E-45, 0.12191481]
                - [-0, 16777216]
                - [1, 2]
              noisyAccuracy:
                dataset: cifar10
                split: test
                images: [0, 2000]
                sigma: 0.25
                accuracy: 0.7285
                tolerance: 0.03

            """;

        Assert.Equal(Expected, ModelCardWriter.Write(Card()));
    }

    [Theory]
    [InlineData("sigma: 0.25\ninput", "sigma: 0\ninput", "card", "sigma is 0")]
    [InlineData("classes: 2", "classes: 3", "probe patterns", "logits[0] has 2 numbers")]
    [InlineData("    - [1, 2]\n", "", "probe patterns", "logits has 3 lists")]
    [InlineData("- [1, 2]", "- [1, .nan]", "probe patterns", "logits[3][1] is .nan")]
    [InlineData("images: [0, 2000]", "images: [2000, 0]", "probe noisyAccuracy", "images is [2000, 0]")]
    [InlineData("images: [0, 2000]", "images: [0]", "probe noisyAccuracy", "images is [0]")]
    [InlineData("accuracy: 0.7285", "accuracy: 72.85", "probe noisyAccuracy", "accuracy is 72.85")]
    [InlineData("  licence: MIT\n", "", "source", "'licence' is missing")]
    [InlineData("licence: MIT", "license: MIT\n  licence: MIT", "source", "the key 'license' is unknown")]
    [InlineData(Sha, "abc", "card", "sha256 is 'abc'")]
    [InlineData("sha256: " + Sha, "", "card", "'sha256' is missing")]
    [InlineData("epochs: \"14\"", "epochs: [14]", "training", "epochs is a list")]
    [InlineData("mean: [0.4914, 0.4822, 0.4465]", "mean: [0.4914, 0.4822]", "card",
        "standardize has 2 means and 3 standard deviations")]
    public void A_fault_names_its_part(string passage, string replacement, string id, string problem)
    {
        // several faults may follow from one change: a wrong number of classes is wrong for every pattern
        string text = ModelCardWriter.Write(Card());
        Assert.Contains(passage, text, StringComparison.Ordinal);
        ModelCardReading reading = ModelCardReader.ReadText(
            text.Replace(passage, replacement, StringComparison.Ordinal), "a.card.yaml");

        Assert.Null(reading.Card);
        Assert.Equal((id, problem), (reading.Faults[0].Id, reading.Faults[0].Problem));
        Assert.True(reading.Faults[0] is { Line: > 0, Accepted.Length: > 0, File: "a.card.yaml" });
    }

    [Fact]
    public void All_faults_of_a_card_are_reported_together()
    {
        ModelCardReading reading = ModelCardReader.ReadText(
            "title: t\nsigma: none\nprobe: {}\ninput: standardize\n", "a.card.yaml");

        Assert.Equal(
            [
                "'classes' is missing", "'sha256' is missing", "'source' is missing", "'architecture' is missing",
                "sigma is 'none'", "probe has neither part",
                "input is a bare standardize; a card states its constants",
            ],
            reading.Faults.Select(fault => fault.Problem));
    }

    [Fact]
    public void A_card_that_is_not_there_is_a_fault() =>
        Assert.StartsWith("the file cannot be read",
            Assert.Single(ModelCardReader.Read("/nowhere/a.card.yaml").Faults).Problem, StringComparison.Ordinal);

    [Fact]
    public void A_bare_standardize_is_refused_because_a_card_stands_alone() =>
        Assert.Contains("states its constants",
            TheFault("input:\n  standardize:\n    mean: [0.4914, 0.4822, 0.4465]\n    sd: [0.2023, 0.1994, 0.201]\n",
                "input: standardize\n").Problem,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("models/noise_0.25.safetensors", "models/noise_0.25.card.yaml")]
    [InlineData("/data/noise_1.00/checkpoint.pth.tar", "/data/noise_1.00/checkpoint.card.yaml")]
    [InlineData("a.pt", "a.card.yaml")]
    [InlineData("a.tar", "a.card.yaml")]
    public void A_card_lies_beside_its_checkpoint(string checkpoint, string card) =>
        Assert.Equal(card, ModelCard.PathFor(checkpoint));

    [Fact]
    public void Registry_and_card_are_compared_at_the_registrys_line()
    {
        ExpertConfig expert = new()
        {
            Location = new("experts.yaml", 9, 5),
            Id = "s025",
            Sigma = 0.250m,
            Architecture = "cifar_resnet20",
            CheckpointPath = "/a",
            InputLayer = Card().InputLayer,
            Sha256 = Sha,
            Classes = 2,
        };

        Assert.Empty(CardAgreement.Compare(expert, Card()));
        Assert.Equal(
            "experts.yaml:9:5: s025: input is center [0.4914, 0.4822, 0.4465], but the model card says "
            + "standardize mean [0.4914, 0.4822, 0.4465] sd [0.2023, 0.1994, 0.201]; accepted: "
            + "standardize mean [0.4914, 0.4822, 0.4465] sd [0.2023, 0.1994, 0.201], or a card of another checkpoint",
            Assert.Single(CardAgreement.Compare(
                expert with { InputLayer = new InputLayer.Center([.4914f, .4822f, .4465f]) }, Card())).ToString());
        Assert.Equal(FaultLevel.Warning,
            Assert.Single(CardAgreement.Compare(expert with { Sigma = 0.5m }, Card())).Level);
        Assert.Single(CardAgreement.Compare(expert with { Sha256 = new string('0', 64) }, Card()));
        Assert.Single(CardAgreement.Compare(expert with { Architecture = "cifar_resnet110" }, Card()));
        Assert.Single(CardAgreement.Compare(expert with { Classes = 10 }, Card()));
    }
}
