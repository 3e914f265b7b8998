using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Router.Training.Targets;

/// <summary>What the columns of a table of targets hold.</summary>
public enum TargetMeasure
{
    /// <summary>How many of the row's draws voted for the true class.</summary>
    Votes,

    /// <summary>The certified radius of a log, 0 where the certified class is not the true one.</summary>
    Radii,
}

/// <summary>
/// What a table of targets is about: everything but the rows. Written in its first line, as JSON after "# ".
/// </summary>
/// <param name="Schema"><see cref="CurrentSchema"/>.</param>
/// <param name="Measure">What is measured.</param>
/// <param name="Data">The data set, split included.</param>
/// <param name="Selection">Which of its images.</param>
/// <param name="Images">How many there will be.</param>
/// <param name="Content">SHA-256 of their pixels and labels; null where the images were not seen.</param>
/// <param name="Draws">Draws of each expert on each image; 0 where radii are given.</param>
/// <param name="Seed">The caller's seed, from which each image's seed follows.</param>
/// <param name="Experts">In the order of the columns.</param>
public sealed record TargetTerms(
    string Schema, TargetMeasure Measure, string Data, string Selection, int Images, string? Content, int Draws,
    ulong Seed, ImmutableArray<TargetExpert> Experts)
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const string CurrentSchema = "dualrs.targets/1";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
    };

    /// <summary>As a table's first line holds it.</summary>
    internal string ToText() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="JsonException">It is no such text.</exception>
    internal static TargetTerms Of(string text) =>
        JsonSerializer.Deserialize<TargetTerms>(
            text, Json) is { Schema: CurrentSchema, Experts.IsDefaultOrEmpty: false } terms
            ? terms
            : throw new JsonException($"its schema is not {CurrentSchema}, or it names no experts");

    /// <summary>What differs in other terms, or null where both describe the same table.</summary>
    internal string? Difference(TargetTerms now) =>
        Data != now.Data || Content != now.Content ? $"it is about other images, of {Data}"
        : (Selection, Images) != (now.Selection, now.Images)
            ? $"it is about {Images} images ({Selection}), not {now.Images} ({now.Selection})"
        : Measure != now.Measure ? $"it holds {Measure}, not {now.Measure}"
        : (Draws, Seed) != (now.Draws, now.Seed)
            ? $"it has {Draws} draws per image of seed {Seed}, not {now.Draws} of seed {now.Seed}"
        : !Experts.Select(expert => (expert.Id, expert.Sigma)).SequenceEqual(
            now.Experts.Select(expert => (expert.Id, expert.Sigma)))
            ? $"it is about {Names(Experts)}, not {Names(now.Experts)}"
        : Experts.Zip(now.Experts).FirstOrDefault(pair => pair.First != pair.Second) is { First: { } before }
            ? $"{before.Id} was another function, {before.Function}: other weights, settings, build or machine"
        : null;

    private static string Names(IEnumerable<TargetExpert> experts) =>
        string.Join(", ", experts.Select(expert => $"{expert.Id} (σ {expert.Sigma})"));
}

/// <summary>An expert of a table.</summary>
/// <param name="Id">Its id, the column's name.</param>
/// <param name="Sigma">σ of its noise in [0,1] pixels.</param>
/// <param name="Function">Its function id; of a log, the SHA-256 of the file.</param>
/// <param name="Stream">
/// The noise stream of each image's seed that its draws are samples 0, 1 … of; null where no draws are known.
/// </param>
public sealed record TargetExpert(string Id, decimal Sigma, string Function, uint? Stream);
