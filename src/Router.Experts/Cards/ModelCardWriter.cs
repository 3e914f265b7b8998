using System.Globalization;
using Router.Engine;
using YamlDotNet.Core;

namespace Router.Experts.Cards;

/// <summary>
/// Writes model cards: equal cards give equal bytes, and what is written reads back as the same card.
/// </summary>
internal static class ModelCardWriter
{
    /// <summary>The card as YAML, lines ended by <c>\n</c>.</summary>
    public static string Write(ModelCard card)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        CardEmitter yaml = new(new Emitter(text, EmitterSettings.Default.WithNewLine("\n")));
        yaml.Document(() =>
        {
            yaml.Text("title", card.Title);
            yaml.Block("source", () =>
            {
                yaml.Text("author", card.Source.Author);
                yaml.Text("origin", card.Source.Origin);
                yaml.Text("licence", card.Source.Licence);
            });
            yaml.Text("architecture", card.Architecture);
            yaml.Number("classes", card.Classes);
            yaml.Number("sigma", card.Sigma);
            Input(yaml, card.InputLayer);
            if (card.Training.Count > 0)
                yaml.Block("training", () =>
                {
                    foreach (TrainingFact fact in card.Training)
                        yaml.Text(fact.Key, fact.Value);
                });
            yaml.Text("sha256", card.Sha256);
            yaml.Block("probe", () => Probe(yaml, card.Probe));
        });
        return text.ToString();
    }

    private static void Input(CardEmitter yaml, InputLayer layer)
    {
        switch (layer)
        {
            case InputLayer.None:
                yaml.Text("input", "none");
                break;
            case InputLayer.Standardize(var mean, var sd):
                yaml.Block("input", () => yaml.Block("standardize", () =>
                {
                    yaml.Numbers("mean", mean);
                    yaml.Numbers("sd", sd);
                }));
                break;
            case InputLayer.Center(var mean):
                yaml.Block("input", () => yaml.Numbers("center", mean));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(layer), layer, "an input layer that cards cannot state");
        }
    }

    private static void Probe(CardEmitter yaml, CardProbe probe)
    {
        if (probe.Patterns is { } patterns)
            yaml.Block("patterns", () =>
            {
                yaml.Number("tolerance", patterns.Tolerance);
                yaml.Rows("logits", patterns.Logits);
            });
        if (probe.NoisyAccuracy is { } noisy)
            yaml.Block("noisyAccuracy", () =>
            {
                yaml.Text("dataset", noisy.Dataset);
                yaml.Text("split", noisy.Split);
                yaml.Numbers("images", [noisy.From, noisy.To]);
                yaml.Number("sigma", noisy.Sigma);
                yaml.Number("accuracy", noisy.Accuracy);
                yaml.Number("tolerance", noisy.Tolerance);
            });
        if (probe.Int8 is { } int8)
            yaml.Block("int8", () =>
            {
                yaml.Number("votes", int8.Votes);
                yaml.Number("equal", int8.Equal);
                yaml.Number("float32", int8.Float32Accuracy);
                yaml.Number("accuracy", int8.Accuracy);
            });
    }
}
