using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Training.Runs;

/// <summary>What a training is: it is resumed only under the same terms.</summary>
/// <param name="Recipe">How.</param>
/// <param name="Objective">What for.</param>
/// <param name="Images">On which images: name, number and hash.</param>
/// <param name="Input">The input layer.</param>
/// <param name="Outputs">Logits.</param>
/// <param name="Init">SHA-256 of the checkpoint it starts from; null where it starts from nothing.</param>
internal sealed record TrainingTerms(
    Recipe Recipe, string Objective, string Images, string Input, int Outputs, string? Init)
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>As it is compared and kept.</summary>
    public string ToText() => JsonSerializer.Serialize(this, Json);
}
