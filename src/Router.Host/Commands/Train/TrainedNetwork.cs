using Router.Engine;
using Router.Experts.Cards;
using Router.Experts.Files;
using Router.Host.Cli;
using Router.Host.Commands.Experts;
using Router.Training.Batches;
using Router.Training.Runs;
using Spectre.Console;

namespace Router.Host.Commands.Train;

/// <summary>
/// The end of a training: weights, a model card with what the network answers, and the registry line.
/// </summary>
internal static class TrainedNetwork
{
    /// <summary>
    /// Keeps the weights that a training will write from every other run, from before its first step.
    /// </summary>
    /// <exception cref="FileInUseException">Another run will write them.</exception>
    public static FileLock Claim(TrainingRequest request)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(request.Output)!);
        return FileLock.Take(request.Output);
    }

    public static async Task ShipAsync(
        TrainingRun run, TrainingRequest request, decimal sigma, ValueArray<string> routes, string title,
        Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        string weights = Path.Combine(request.Folder, "weights.safetensors");
        run.WriteWeights(weights);
        ImportRequest import = new Shipment
        {
            Target = request.Output, Id = request.Id, Sigma =
                sigma, Input = request.Input, Routes = routes, Title = title, Origin = request.Images.Name,
            Data = $"{request.Images.Count} images of "
                + $"{request.Images.Name}{(request.Held is { } held ? $", {held.Count} held out" : "")}",
            StartedFrom = request.Init?.Sha256, NoisyAccuracy =
                routes.Count > 0 ? null : Measure(run, request, sigma, surroundings),
        }.RequestFor(run, weights);
        ImportedNetwork imported =
            await new CheckpointImporter(Machine.Detect(), request.Dataset).ImportAsync(import, cancellationToken);
        surroundings.Out.MarkupLine(
            $"wrote {Markup.Escape(imported.Weights)} and {Markup.Escape(Path.GetFileName(imported.CardPath))}; the "
            + "registry entry:");
        surroundings.Out.WriteLine(RegistryEntry.Of(imported, import, surroundings));
    }

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
