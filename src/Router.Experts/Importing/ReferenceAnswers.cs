using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Router.Experts.Cards;
using Router.Experts.Registry;

namespace Router.Experts.Importing;

/// <summary>What a network's author says it answers: the <c>reference.json</c> beside a checkpoint.</summary>
internal static partial class ReferenceAnswers
{
    // What float32 arithmetic in another order may change of a logit.
    private const decimal LogitTolerance = 0.0001m;

    // Two accuracies with one draw per image on some 2000 images differ by up to this by the draws alone.
    private const decimal AccuracyTolerance = 0.03m;

    /// <summary>The probes of a reference file.</summary>
    /// <param name="path">JSON with <c>patternLogits</c> (a row per pattern) and, optionally, <c>noisyAccuracy</c> {images, sigma, accuracy}.</param>
    /// <param name="dataset">The data set the images are from.</param>
    /// <exception cref="InvalidDataException">The file is not such JSON.</exception>
    public static CardProbe Read(string path, string dataset)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = document.RootElement;
            return new()
            {
                Patterns = root.TryGetProperty("patternLogits", out JsonElement logits)
                    ? new(LogitTolerance, logits.EnumerateArray().Select(Row).ToValueArray())
                    : null,
                NoisyAccuracy = root.TryGetProperty("noisyAccuracy", out JsonElement accuracy) ? Accuracy(accuracy, dataset) : null,
            };
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"{path}: {fault.Message}; expected JSON with patternLogits [[…], …] and noisyAccuracy {{images: \"test 0..1999\", sigma, accuracy}}", fault);
        }
    }

    private static ValueArray<float> Row(JsonElement row) => row.EnumerateArray().Select(value => value.GetSingle()).ToValueArray();

    private static NoisyAccuracyProbe Accuracy(JsonElement accuracy, string dataset)
    {
        Match images = Images().Match(accuracy.GetProperty("images").GetString() ?? "");
        if (!images.Success || Number("last") < Number("first"))
            throw new FormatException($"images '{accuracy.GetProperty("images")}' is not like 'test 0..1999'");
        return new(
            dataset, images.Groups["split"].Value, Number("first"), Number("last") + 1,
            accuracy.GetProperty("sigma").GetDecimal(), accuracy.GetProperty("accuracy").GetDecimal(), AccuracyTolerance);

        int Number(string group) => int.Parse(images.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<split>train|test) (?<first>\d{1,9})\.\.(?<last>\d{1,9})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Images();
}
