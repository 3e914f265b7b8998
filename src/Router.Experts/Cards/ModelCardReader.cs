using Router.Engine;
using Router.Experts.Registry;
using Router.Experts.Registry.Binding;
using Router.Experts.Registry.Yaml;

namespace Router.Experts.Cards;

/// <summary>What came of reading a card.</summary>
/// <param name="Card">Null exactly where there are faults.</param>
/// <param name="Faults">All of them, in the order of the file.</param>
internal sealed record ModelCardReading(ModelCard? Card, ValueArray<RegistryFault> Faults);

/// <summary>Reads model cards: a card, or all faults of the file together.</summary>
internal static class ModelCardReader
{
    private const string Line = "a line of text";

    /// <summary>Reads the card at <paramref name="path"/>.</summary>
    public static ModelCardReading Read(string path)
    {
        FaultList faults = new(path);
        string? text = YamlText.ReadFile(path, faults);
        return text is null ? new(Card: null, faults.Of(FaultLevel.Fault)) : Read(text, faults);
    }

    /// <summary>Reads a text as if it were the file at <paramref name="path"/>.</summary>
    public static ModelCardReading ReadText(string text, string path) => Read(text, new FaultList(path));

    private static ModelCardReading Read(string text, FaultList faults)
    {
        ModelCard? card = YamlText.Root(text, faults, "a mapping with title, source, sigma …") is { } root ? Bind(
            new YamlMap(root, "card", faults)) : null;
        return new(faults.Any ? null : card, faults.Of(FaultLevel.Fault));
    }

    private static ModelCard Bind(YamlMap map)
    {
        int? classes = map.Required("classes", "a whole number, 2 or more")?.Integer(count => count >= 2);
        Field? probe = map.Required("probe", ProbeBinder.Accepted);
        map.Required("sha256", NetworkBinder.Sha256Accepted);
        ModelCard card = new()
        {
            Title = map.Required("title", Line)?.Text() ?? "",
            Source = Source(map.Required("source", "{ author, origin, licence }")),
            Architecture = map.Required("architecture", "the name of an architecture")?.Text() ?? "",
            Classes = classes ?? 0,
            Sigma = NetworkBinder.Sigma(map),
            InputLayer = Input(map.Required(
                "input", "none, { standardize: { mean: […], sd: […] } } or { center: […] }")),
            Training = Training(map.Optional("training", "a mapping of names to values")),
            Sha256 = NetworkBinder.Sha256(map) ?? "",
            Probe = ProbeBinder.Bind(probe, classes),
        };
        if (card is { Sigma: > 0, Probe.NoisyAccuracy: { Sigma: > 0 } accuracy } && accuracy.Sigma != card.Sigma)
            (probe! with { Accepted = $"{card.Sigma}, the card's own sigma" })
                .Refuse($"has a noisyAccuracy measured at sigma {accuracy.Sigma}");
        map.Close();
        return card;
    }

    private static CardSource Source(Field? field)
    {
        if (field?.Map("source") is not { } map)
            return new("", "", "");
        CardSource source = new(
            map.Required("author", Line)?.Text() ?? "", map.Required("origin", Line)?.Text() ?? "",
            map.Required("licence", Line)?.Text() ?? "");
        map.Close();
        return source;
    }

    /// <summary>A card stands without a registry, so no data set lends it constants.</summary>
    private static InputLayer Input(Field? field)
    {
        if (field?.Is("standardize") != true)
            return InputLayerBinder.Bind(field, dataset: null) ?? new InputLayer.None();
        field.Refuse("is a bare standardize; a card states its constants");
        return new InputLayer.None();
    }

    private static ValueArray<TrainingFact> Training(Field? field)
    {
        if (field?.Map("training") is not { } map)
            return [];
        List<TrainingFact> facts = [];
        foreach ((string key, _) in map.Written())
        {
            Field value = map.Optional(key, "a single value")!;
            if (value.Scalar is { } text)
                facts.Add(new(key, text));
            else
                value.Refuse($"is {value.Describe()}");
        }
        return facts.ToValueArray();
    }
}
