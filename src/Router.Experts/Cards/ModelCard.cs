using Router.Engine;
using Router.Experts.Registry;

namespace Router.Experts.Cards;

/// <summary>
/// What is known of a checkpoint that its file does not say: where it comes from, its noise and input layer, and how to
/// check both.
/// </summary>
public sealed record ModelCard
{
    /// <summary>One line that names the network.</summary>
    public required string Title { get; init; }

    /// <summary>Who made it, where it is from, under which licence.</summary>
    public required CardSource Source { get; init; }

    /// <summary>Name of the layer structure.</summary>
    public required string Architecture { get; init; }

    /// <summary>How many outputs it has: classes of an expert, routes of a router.</summary>
    public required int Classes { get; init; }

    /// <summary>σ of the noise it was trained with, in units of [0,1] pixels, &gt; 0.</summary>
    public required decimal Sigma { get; init; }

    /// <summary>What happens to noisy pixels before the first layer, with its constants written out.</summary>
    public required InputLayer InputLayer { get; init; }

    /// <summary>How it was trained, in the author's own words.</summary>
    public ValueArray<TrainingFact> Training { get; init; }

    /// <summary>SHA-256 of the checkpoint file, 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What a rightly loaded copy answers.</summary>
    public required CardProbe Probe { get; init; }

    /// <summary>Where the card of a network lies: where the registry says, or beside its checkpoint.</summary>
    public static string PathOf(NetworkConfig network) => network.CardPath ?? PathFor(network.CheckpointPath);

    /// <summary>
    /// Where the card of a checkpoint lies: <c>noise_0.25.safetensors</c> → <c>noise_0.25.card.yaml</c>.
    /// </summary>
    public static string PathFor(string checkpointPath)
    {
        const string Tar = ".tar";
        string file = checkpointPath.EndsWith(".pth" + Tar, StringComparison.Ordinal) ? checkpointPath[..^Tar.Length]
            : checkpointPath;
        return Path.ChangeExtension(file, ".card.yaml");
    }
}

/// <summary>Where a network comes from.</summary>
/// <param name="Author">Who made it.</param>
/// <param name="Origin">Where it is from: an address, a paper, a recipe.</param>
/// <param name="Licence">Under which terms.</param>
public sealed record CardSource(string Author, string Origin, string Licence);

/// <summary>One fact of a training, as text.</summary>
/// <param name="Key">For example <c>epochs</c>.</param>
/// <param name="Value">For example <c>14</c>.</param>
public sealed record TrainingFact(string Key, string Value);
