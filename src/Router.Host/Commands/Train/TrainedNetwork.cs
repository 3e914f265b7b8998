using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Host.Commands.Experts;
using Router.Training.Batches;
using Router.Training.Runs;

namespace Router.Host.Commands.Train;

/// <summary>
/// The end of a training: weights, a model card with what the network answers, and the registry line.
/// </summary>
internal static class TrainedNetwork
{
    /// <summary>
    /// Keeps the weights that a training will write from every other run, from before its first step.
    /// </summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="sigmas">The σ it is trained for.</param>
    /// <exception cref="FileInUseException">Another run will write them.</exception>
    /// <exception cref="BadInputException">A model card of something else is where its own would go.</exception>
    public static FileLock Claim(TrainingRequest request, ValueArray<decimal> sigmas)
    {
        if (!IsIn(request.Output, request.Folder))
            foreach (decimal sigma in sigmas)
            {
                string card = CardOf(request, sigma, sigmas.Count > 1) ?? ModelCard.PathFor(request.Output);
                if (PathRule.OfNew(card, card) is { } objection) throw new BadInputException(objection);
            }
        Directory.CreateDirectory(Path.GetDirectoryName(request.Output)!);
        return FileLock.Take(request.Output);
    }

    /// <summary>Whether a file holds what the training of a folder came to: another's is not written over.</summary>
    public static bool IsIn(string output, string folder) =>
        CheckpointImporter.IsMadeFrom(output, Path.Combine(folder, TrainingRun.WeightsFile));

    /// <summary>Writes the weights, a card for each σ, and the entries that serve them.</summary>
    /// <param name="run">The training.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="sigmas">The σ it was trained for.</param>
    /// <param name="routes">A router's; empty for an expert.</param>
    /// <param name="title">One line that names it.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Stops between probes.</param>
    public static async Task ShipAsync(
        TrainingRun run, TrainingRequest request, ValueArray<decimal> sigmas, ValueArray<string> routes, string title,
        Surroundings surroundings, CancellationToken cancellationToken)
    {
        string weights = Path.Combine(request.Folder, TrainingRun.WeightsFile);
        run.WriteWeights(weights);
        List<(ImportRequest Request, ImportedNetwork Network)> imported = [];
        foreach (decimal sigma in sigmas)
        {
            ImportRequest import = RequestOf(
                run, request, weights, sigma, isOneOfSeveral: sigmas.Count > 1, routes, title, surroundings);
            imported.Add((import, await new CheckpointImporter(Machine.Detect(), request.Dataset)
                .ImportAsync(import, cancellationToken)));
        }
        string cards = string.Join(", ", imported.Select(one => Path.GetFileName(one.Network.CardPath)));
        surroundings.Out.Print(
            $"wrote {request.Output} and {cards}; the registry "
            + $"{(imported.Count == 1 ? "entry" : "entries")}:");
        foreach ((ImportRequest import, ImportedNetwork network) in imported)
            surroundings.Out.Print(RegistryEntry.Of(network, import, surroundings));
    }

    // Of several σ each has an id and a card that say which.
    private static ImportRequest RequestOf(
        TrainingRun run, TrainingRequest request, string weights, decimal sigma, bool isOneOfSeveral,
        ValueArray<string> routes, string title, Surroundings surroundings)
    {
        string written = sigma.ToString(CultureInfo.InvariantCulture);
        return new Shipment
        {
            Target = request.Output, Id = isOneOfSeveral ? $"{request.Id}-{written}" : request.Id, Sigma = sigma,
            CardPath = CardOf(request, sigma, isOneOfSeveral),
            Input = request.Input, Routes = routes, Title = title, Origin = request.Images.Name,
            Data = $"{request.Images.Count} images of "
                + $"{request.Images.Name}{(request.Held is { } held ? $", {held.Count} held out" : "")}",
            StartedFrom = request.Init?.Sha256, NoisyAccuracy =
                routes.Count > 0 ? null : Measure(run, request, sigma, surroundings),
        }.RequestFor(run, weights);
    }

    // Null for beside the weights.
    private static string? CardOf(TrainingRequest request, decimal sigma, bool isOneOfSeveral) => isOneOfSeveral
        ? Path.ChangeExtension(
            request.Output, string.Create(CultureInfo.InvariantCulture, $".{sigma}.card.yaml"))
        : null;

    /// <summary>The first images of a data set's test split; null where it is not on this machine.</summary>
    public static TrainingImages? TestImages(string dataset, int classes, Surroundings surroundings) =>
        DataSets.Find(dataset, "test", surroundings) is { } test
        ? TrainingImages.Read(test, Enumerable.Range(0, Math.Min(Shipment.AccuracyImages, test.Count)), classes)
        : null;

    private static NoisyAccuracyProbe? Measure(
        TrainingRun run, TrainingRequest request, decimal sigma, Surroundings surroundings) =>
        TestImages(request.Dataset.Name, request.Dataset.Classes, surroundings) is { } test
            ? Shipment.Measure(run, request.Dataset.Name, test, sigma) : null;
}
