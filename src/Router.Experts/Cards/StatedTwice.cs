using System.Globalization;
using Router.Engine.Architectures;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Architecture = Router.Engine.Architectures.Architecture;

namespace Router.Experts.Cards;

/// <summary>
/// Compares what whoever imports a checkpoint says of it with what the file itself, its author's reference and a card
/// beside it say.
/// </summary>
internal static class StatedTwice
{
    // Under which trainers of smoothed networks keep σ beside the weights.
    private static readonly string[] SigmaKeys = ["sigma", "noise_sd"];

    // A σ kept in float32 reads back with its rounding.
    private const decimal SigmaRounding = 0.000001m;

    /// <summary>Everything that is said in two ways; empty where all agree.</summary>
    /// <param name="request">What is said now.</param>
    /// <param name="architecture">Its architecture, as it will be served.</param>
    /// <param name="dataset">Its data set.</param>
    /// <param name="checkpoint">The file.</param>
    /// <param name="reference">Its author's; null for none.</param>
    public static IEnumerable<string> Contradictions(
        ImportRequest request, string architecture, string dataset, Checkpoint checkpoint, ReferenceAnswers? reference)
    {
        foreach (string key in SigmaKeys)
            if (checkpoint.Metadata.TryGetValue(key, out string? written)
                && decimal.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal own)
                && Math.Abs(own - request.Sigma) > SigmaRounding)
                yield return $"σ is said to be {request.Sigma}, but the file's '{key}' is {written}";
        if (checkpoint.Metadata.TryGetValue(RouteOrder.MetadataKey, out string? trained))
        {
            if (request.Routes.Count == 0) yield return $"the file is a router over [{trained}]: say --routes";
            else if (RouteOrder.Mismatch(request.Routes, trained) is { } mismatch) yield return mismatch;
        }
        if (reference is not null)
            foreach (string contradiction in OfReference(request, architecture, dataset, checkpoint, reference))
                yield return contradiction;
        string card = ModelCard.PathFor(request.Source);
        if (card != request.Source && File.Exists(card))
            foreach (string contradiction in OfCard(request, architecture, checkpoint, card))
                yield return contradiction;
    }

    private static IEnumerable<string> OfReference(
        ImportRequest request, string architecture, string dataset, Checkpoint checkpoint, ReferenceAnswers reference)
    {
        string path = request.Reference!;
        if (reference.Sigma is { } sigma && sigma != request.Sigma)
            yield return $"σ is said to be {request.Sigma}, but {path} says {sigma}";
        if (reference.Probe.NoisyAccuracy is { } accuracy && accuracy.Sigma != request.Sigma)
            yield return $"σ is said to be {request.Sigma}, but {path} measured its accuracy at {accuracy.Sigma}";
        if (reference.Sha256 is { } hash && !hash.Equals(checkpoint.Sha256, StringComparison.OrdinalIgnoreCase)
            && !hash.Equals(
                checkpoint.Metadata.GetValueOrDefault(CheckpointImporter.SourceKey),
                StringComparison.OrdinalIgnoreCase))
            yield return $"{path} is of another file: its sha256 is {hash}, the checkpoint's {checkpoint.Sha256}";
        if (reference.Architecture is { } arch && Architecture.IsKnown(arch) && arch != architecture
            && (CifarShape.Find(arch) is not { } shape || shape != CifarShape.Find(architecture)))
            yield return $"the architecture is said to be {architecture}, but {path} says {arch}";
        if (reference.Input is { } input && input != request.InputLayer)
            yield return $"the input layer is said to be '{request.InputLayer}', but {path} says '{input}'";
        if (reference.Routes is { } routes && routes != request.Routes.Count)
            yield return $"there are {request.Routes.Count} routes, but {path} says {routes}";
        if (reference.Dataset is { } other && other != dataset)
            yield return $"the data set is said to be {dataset}, but {path} says {other}";
    }

    private static IEnumerable<string> OfCard(ImportRequest request, string architecture, Checkpoint checkpoint,
        string path)
    {
        ModelCardReading reading = ModelCardReader.Read(path);
        if (reading.Card is not { } card)
        {
            yield return $"the card beside it cannot be read: {string.Join(", ", reading.Faults)}";
            yield break;
        }
        NetworkConfig said = new ExpertConfig
        {
            Id = request.Id, Sigma = request.Sigma, Architecture = architecture, CheckpointPath = request.Source,
            InputLayer = request.InputLayer,
        };
        foreach (RegistryFault difference in CardAgreement.Compare(said, card))
            yield return $"{difference.Problem} ({path})";
        if (card.Sha256 != checkpoint.Sha256)
            yield return $"{path} is the card of another file: its sha256 is {card.Sha256}, "
                + $"the checkpoint's {checkpoint.Sha256}";
        if (request.Routes.Count > 0 && card.Classes != request.Routes.Count)
            yield return $"there are {request.Routes.Count} routes, but the model card says {card.Classes} ({path})";
    }
}
