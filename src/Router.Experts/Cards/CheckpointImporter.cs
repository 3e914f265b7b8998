using System.Text;
using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Experts.Serving;

namespace Router.Experts.Cards;

/// <summary>
/// Takes a checkpoint into the house: weights as safetensors, and a model card that says what the file cannot.
/// </summary>
/// <param name="machine">Where the network is tried.</param>
/// <param name="dataset">What its inputs are.</param>
public sealed class CheckpointImporter(Machine machine, DatasetFacts dataset)
{
    /// <summary>The architectures whose weights it takes, for messages.</summary>
    public const string Architectures = Engine.Architectures.Architecture.Accepted;

    internal const string SourceKey = "source_sha256";

    /// <summary>Whether a file holds weights that were converted from a checkpoint.</summary>
    /// <param name="weights">Any file, or none.</param>
    /// <param name="source">A checkpoint, or none.</param>
    public static bool IsMadeFrom(string weights, string source)
    {
        if (!File.Exists(weights) || !File.Exists(source)) return false;
        try
        {
            return CheckpointFile.Read(weights).Metadata.GetValueOrDefault(SourceKey)
                == CheckpointFile.Read(source).Sha256;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    /// <summary>Whether it takes weights of an architecture.</summary>
    public static bool Takes(string architecture) => Engine.Architectures.Architecture.IsKnown(architecture);

    /// <summary>
    /// Converts, checks against the author's answers where there are any, and writes weights and card; on any fault
    /// neither is left behind.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint cannot be read.</exception>
    /// <exception cref="RegistryLoadException">The network cannot be built from it.</exception>
    /// <exception cref="InvalidDataException">
    /// Something that is said twice is said in two ways, it answers otherwise than its author says, or there is nothing
    /// to probe it by.
    /// </exception>
    public async Task<ImportedNetwork> ImportAsync(ImportRequest request, CancellationToken cancellationToken = default)
    {
        Checkpoint checkpoint = CheckpointFile.Read(request.Source, request.Container);
        string architecture = request.Architecture ?? checkpoint.Architecture
            ?? throw new InvalidDataException($"{request.Source} names no architecture: say which, one of "
                + $"{Architectures}");
        if (!Takes(architecture))
            throw new InvalidDataException($"'{architecture}' is no architecture: accepted are {Architectures}");
        ReferenceAnswers? reference = request.Reference is { } path ? ReferenceAnswers.Read(path, dataset.Name) : null;
        string[] contradictions =
            [.. StatedTwice.Contradictions(request, architecture, dataset.Name, checkpoint, reference)];
        if (contradictions.Length > 0)
            throw new InvalidDataException(
                $"{request.Source}: {string.Join("; ", contradictions)}: nothing was written");
        string cardPath = request.CardPath ?? ModelCard.PathFor(request.Target);
        string weights = WholeFile.Beside(request.Target), cardText = WholeFile.Beside(cardPath);
        try
        {
            Convert(checkpoint, weights, architecture, request.Routes);
            NetworkConfig config = ConfigOf(request, architecture, weights);
            (CardProbe probe, int classes) = await ProbeAsync(config, request, reference?.Probe, cancellationToken);
            ModelCard card = new()
            {
                Title = request.Title, Source = request.Origin, Architecture = architecture, Classes = classes,
                Sigma = request.Sigma,
                InputLayer = request.InputLayer, Training = request.Training,
                Sha256 = CheckpointFile.Read(weights).Sha256, Probe = probe,
            };
            File.WriteAllText(cardText, ModelCardWriter.Write(card),
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(weights, request.Target, overwrite: true);
            File.Move(cardText, cardPath, overwrite: true);
            return new(request.Target, cardPath, card, checkpoint);
        }
        finally
        {
            foreach (string unfinished in (string[])[weights, cardText])
                if (File.Exists(unfinished)) File.Delete(unfinished);
        }
    }

    /// <summary>
    /// Writes a checkpoint's weights as safetensors; the metadata keeps what the source said and its hash.
    /// </summary>
    /// <param name="checkpoint">Any layout but TorchScript.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="architecture">The architecture, or null where unknown.</param>
    /// <param name="routes">A router's expert ids, in the order of its outputs.</param>
    /// <exception cref="InvalidDataException">
    /// TorchScript holds code, not only weights; or the checkpoint states other routes.
    /// </exception>
    public static void Convert(Checkpoint checkpoint, string target, string? architecture, IReadOnlyList<string> routes)
    {
        if (checkpoint.Layout == CheckpointLayout.TorchScript)
            throw new InvalidDataException("a TorchScript archive holds code, not only weights: register it as it is, "
                + "with architecture: torchscript and trust: true");
        SortedDictionary<string, string> metadata = new(
            StringComparer.Ordinal) { [SourceKey] = checkpoint.Sha256 };
        foreach (string key in (string[])["epoch", "arch", RouteOrder.MetadataKey])
            if (checkpoint.Metadata.TryGetValue(key, out string? value)) metadata[key] = value;
        if (architecture is not null) metadata["arch"] = architecture;
        if (routes.Count > 0 && metadata.TryGetValue(RouteOrder.MetadataKey, out string? trained)
            && RouteOrder.Mismatch(routes, trained) is { } other)
            throw new InvalidDataException(other);
        if (routes.Count > 0) metadata[RouteOrder.MetadataKey] = string.Join(',', routes);
        SafeTensors.Write(target, checkpoint.Tensors.Values.Concat(checkpoint.InputConstants), metadata);
    }

    private async Task<(CardProbe Probe, int Classes)> ProbeAsync(
        NetworkConfig config, ImportRequest request, CardProbe? reference, CancellationToken cancellationToken)
    {
        List<RegistryFault> faults = [];
        using LaneBatcher lane = new(new("cpu"));
        using LoadedNetwork network = new NetworkBuilder(machine, dataset, new(), faults)
            .TryBuild(
                config, new("cpu", torch.ScalarType.Float32, ProbePatterns.Count), lane, new(lane.Lane, long.MaxValue),
                bytes: 0)
            ?? throw new RegistryLoadException([.. faults.Select(OfTheSource)]);
        bool patternsFit = (dataset.Channels, dataset.Height, dataset.Width) == (
            ProbePatterns.Channels, ProbePatterns.Height, ProbePatterns.Width);
        float[][] answers = patternsFit ? await network.LogitsAsync(CardProbes.Patterns, cancellationToken) : [];
        if (reference?.Patterns is { } stated && patternsFit
            && !stated.Logits.Select(row => row.Count).SequenceEqual(answers.Select(row => row.Length)))
            throw new InvalidDataException(
                $"{request.Reference} has {stated.Logits.Count} rows of {stated.Logits.FirstOrDefault().Count} pattern "
                + $"logits, the network answers {answers.Length} of {network.Voter.OutcomeCount}");
        if (reference?.Patterns is { } expected && patternsFit && !expected.Accepts(answers))
            throw new InvalidDataException(
                $"{request.Source} answers the patterns otherwise than {request.Reference} says: logits differ by up "
                + $"to {expected.LargestDifference(answers):0.0e+0}, accepted is {expected.Tolerance}; is the input "
                + $"layer '{request.InputLayer}' right?");
        NoisyAccuracyProbe? accuracy = reference?.NoisyAccuracy ?? request.NoisyAccuracy;
        if (accuracy is null && !patternsFit)
            throw new InvalidDataException(
                $"nothing to probe this network by: give a reference with its noisyAccuracy on {dataset.Name}");
        // Without the author's answers the card pins today's: it then shows a change, not a mistake of this import.
        PatternProbe? patterns = reference?.Patterns
            ?? (patternsFit ? new(0.0001m, answers.Select(row => row.ToValueArray()).ToValueArray()) : null);
        CardProbe probe = new() { Patterns = patterns, NoisyAccuracy = accuracy };
        return (probe, network.Voter.OutcomeCount);

        // The file that is meant is the one that was given, not what it was converted to; a fault's place names it.
        RegistryFault OfTheSource(RegistryFault fault) => fault with
        {
            Problem = fault.Problem.Replace($"{config.CheckpointPath}: ", "", StringComparison.Ordinal)
                .Replace(config.CheckpointPath, request.Source, StringComparison.Ordinal),
        };
    }

    private static NetworkConfig ConfigOf(ImportRequest request, string architecture, string weights)
    {
        SourceLocation source = new(request.Source, 0, 0);
        return request.Routes.Count > 0
            ? new RouterConfig
            {
                Location = source, Id = request.Id, Sigma = request.Sigma, Architecture = architecture,
                CheckpointPath = weights, InputLayer = request.InputLayer, Routes = request.Routes,
            }
            : new ExpertConfig
            {
                Location = source, Id = request.Id, Sigma = request.Sigma, Architecture = architecture,
                CheckpointPath = weights, InputLayer = request.InputLayer,
            };
    }
}

/// <summary>What an import wrote.</summary>
/// <param name="Weights">The safetensors file.</param>
/// <param name="CardPath">The card beside it.</param>
/// <param name="Card">The card.</param>
/// <param name="From">The checkpoint it came from.</param>
public sealed record ImportedNetwork(string Weights, string CardPath, ModelCard Card, Checkpoint From);
