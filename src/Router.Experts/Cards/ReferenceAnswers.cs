using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Router.Engine;
using Router.Experts.Registry;

namespace Router.Experts.Cards;

/// <summary>
/// What a network's author says of it and that it answers: the <c>reference.json</c> beside a checkpoint.
/// </summary>
/// <param name="Probe">What it answers.</param>
/// <param name="Sigma">σ of the noise it was trained with; null where not stated, as everything here.</param>
/// <param name="Sha256">Of the checkpoint.</param>
/// <param name="Architecture">The name of its layers.</param>
/// <param name="Dataset">The name of its data set.</param>
/// <param name="Input">Its input layer.</param>
/// <param name="Routes">How many routes a router has.</param>
internal sealed partial record ReferenceAnswers(
    CardProbe Probe, decimal? Sigma, string? Sha256, string? Architecture, string? Dataset, InputLayer? Input,
    int? Routes)
{
    private const string Expected =
        "JSON with patternLogits [[…], …] and noisyAccuracy {images: \"test 0..1999\", sigma, accuracy}";

    // What float32 arithmetic in another order may change of a logit.
    private const decimal LogitTolerance = 0.0001m;

    // Two accuracies with one draw per image on some 2000 images differ by up to this by the draws alone.
    private const decimal AccuracyTolerance = 0.03m;

    /// <summary>Reads a reference file.</summary>
    /// <param name="path">
    /// JSON with <c>patternLogits</c> (a row per pattern) and, optionally, <c>noisyAccuracy</c> {images, sigma,
    /// accuracy}, and what it says of the network.
    /// </param>
    /// <param name="dataset">The data set the images are from.</param>
    /// <exception cref="InvalidDataException">The file is not such JSON.</exception>
    public static ReferenceAnswers Read(string path, string dataset)
    {
        (string? text, TextFault? unreadable) = PlainText.Read(path);
        if (text is null)
            throw new InvalidDataException($"{path}{unreadable}; expected {Expected}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            return new(
                new()
                {
                    Patterns = root.TryGetProperty("patternLogits", out JsonElement logits)
                        ? new(LogitTolerance, logits.EnumerateArray().Select(Row).ToValueArray())
                        : null,
                    NoisyAccuracy = root.TryGetProperty("noisyAccuracy", out JsonElement accuracy)
                        ? Accuracy(accuracy, dataset) : null,
                },
                root.TryGetProperty("sigma", out JsonElement sigma) ? sigma.GetDecimal() : null,
                Text(root, "sha256"),
                Text(root, "arch"),
                Text(root, "dataset"),
                root.TryGetProperty("inputLayer", out JsonElement input) ? InputOf(input) : null,
                root.TryGetProperty("routes", out JsonElement routes) ? routes.GetArrayLength() : null);
        }
        catch (Exception fault) when (
            fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{path}: {fault.Message}; expected {Expected}", fault);
        }
    }

    // As in a card: "none", {"center": […]} or {"standardize": {"mean": […], "sd": […]}}.
    private static InputLayer InputOf(JsonElement input) => input.ValueKind switch
    {
        JsonValueKind.String when input.GetString() == "none" => new InputLayer.None(),
        JsonValueKind.Object when input.TryGetProperty("center", out JsonElement mean) =>
            new InputLayer.Center(Row(mean)),
        JsonValueKind.Object when input.TryGetProperty("standardize", out JsonElement constants) =>
            new InputLayer.Standardize(Row(constants.GetProperty("mean")), Row(constants.GetProperty("sd"))),
        _ => throw new FormatException($"inputLayer '{input}' is none, center or standardize with its constants"),
    };

    private static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value)
        ? value.GetString() : null;

    private static ValueArray<float> Row(JsonElement row) =>
        row.EnumerateArray().Select(value => value.GetSingle()).ToValueArray();

    private static NoisyAccuracyProbe Accuracy(JsonElement accuracy, string dataset)
    {
        Match images = Images().Match(accuracy.GetProperty("images").GetString() ?? "");
        if (!images.Success || Number("last") < Number("first"))
            throw new FormatException($"images '{accuracy.GetProperty("images")}' is not like 'test 0..1999'");
        return new(
            dataset, images.Groups["split"].Value, Number("first"), Number("last") + 1,
            accuracy.GetProperty("sigma").GetDecimal(), accuracy.GetProperty("accuracy").GetDecimal(),
            AccuracyTolerance);

        int Number(string group) => int.Parse(images.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<split>train|test) (?<first>\d{1,9})\.\.(?<last>\d{1,9})", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Images();
}
