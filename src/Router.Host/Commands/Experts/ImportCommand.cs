using System.CommandLine;
using System.Globalization;
using Router.Engine;
using Router.Evaluation;
using Router.Experts.Cards;
using Router.Experts.Files;
using Router.Experts.Loading;
using Router.Host.Cli;

namespace Router.Host.Commands.Experts;

/// <summary>
/// <c>dualrs experts import</c>: a checkpoint becomes weights, a model card and the registry line that serves it.
/// </summary>
internal static class ImportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("import", "Imports a checkpoint: writes safetensors and a model card, and prints the registry entry.");
        Argument<string> source = command.Argument<string>(
            "checkpoint", "The file to read.", leads: PathRule.Read("checkpoint"));
        Option<string> target = command.Required<string>(
            "--out -o", "The file to write; its name ends in .safetensors.", Accepted.WeightsFile,
            leads: PathRule.Write);
        Option<string?> card = command.Option<string?>(
            "--card",
            "The model card to write, where a network for several σ has one for each (default: beside the weights).",
            leads: PathRule.WriteNew);
        Option<string> id = command.Required<string>("--id", "Its id in the registry.", Accepted.Id);
        Option<decimal> sigma = command.Required<decimal>("--sigma", "The σ it was trained with.", Accepted.Sigma);
        Option<string> input = command.Required<string>(
            "--input", "standardize, center or none: no checkpoint says which.", InputLayerOption.Accepted);
        Option<string> dataset = command.Option("--dataset", "Its data set.", "cifar10");
        Option<string?> architecture = command.Option<string?>(
            "--architecture", "The architecture, where the checkpoint names none.", Accepted.Architecture);
        Option<string?> container = command.Option<string?>(
            "--container", "The key of the file that holds the weights, where it has several, such as model and ema.");
        Option<string[]> routes = command.Several<string>(
            "--routes", "A router's expert ids in the order of its outputs.", accepted: Accepted.Id);
        Option<string?> reference = command.Option<string?>(
            "--reference", "JSON with the author's patternLogits and noisyAccuracy.",
            leads: PathRule.Read("reference"));
        Option<string?> title = command.Option<string?>("--title", "One line that names the network.");
        Option<string> author = command.Option("--author", "Who made it.", "unknown");
        Option<string?> origin = command.Option<string?>("--origin", "Where it is from (default: the file's name).");
        Option<string> licence = command.Option("--licence", "Under which terms.", "unknown");
        Option<string[]> training = command.Several<string>("--training", "Facts of its training, key=value.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DatasetFacts facts = DatasetFacts.Find(parsed.GetValue(dataset)!) ?? throw new BadInputException(
                $"unknown data set '{parsed.GetValue(dataset)}': accepted are "
                + $"{string.Join(", ", DatasetFacts.All.Select(known => known.Name))}");
            string file = surroundings.Resolve(parsed.GetValue(source)!);
            ImportRequest request = new()
            {
                Source = file,
                Target = surroundings.Resolve(parsed.GetValue(target)!),
                CardPath = parsed.GetValue(card) is { } cardPath ? surroundings.Resolve(cardPath) : null,
                Id = parsed.GetValue(id)!,
                Sigma = parsed.GetValue(sigma),
                InputLayer = InputLayerOption.Of(parsed.GetValue(input)!, facts),
                Architecture = parsed.GetValue(architecture),
                Container = parsed.GetValue(container),
                Routes = parsed.GetValue(routes)!.ToValueArray(),
                Title = parsed.GetValue(title)
                    ?? $"{parsed.GetValue(id)} at σ = {parsed.GetValue(sigma).ToString(CultureInfo.InvariantCulture)}",
                Origin = new(
                    parsed.GetValue(author)!, parsed.GetValue(origin) ?? Path.GetFileName(file),
                    parsed.GetValue(licence)!),
                Training = parsed.GetValue(training)!.Select(Fact).ToValueArray(),
                Reference = parsed.GetValue(reference) is { } path ? surroundings.Resolve(path) : null,
            };
            CheckNew(request, parsed.GetValue(target)!);
            using FileLock weights = FileLock.Take(request.Target);
            ImportedNetwork imported =
                await new CheckpointImporter(Machine.Detect(), facts).ImportAsync(request, cancellationToken);
            surroundings.Out.Print(
                $"wrote {imported.Weights} and {Path.GetFileName(imported.CardPath)}"
                + $"{WeightsWithin.Describe(imported.From)}; the registry entry:");
            surroundings.Out.Print(RegistryEntry.Of(imported, request, surroundings));
            return ExitCode.Done;
        });
        return command;
    }

    // One checkpoint for several σ is imported once for each: the same weights, and a card of its own.
    private static void CheckNew(ImportRequest request, string written)
    {
        bool isAnotherCard = request is { CardPath: not null, Container: null }
            && CheckpointImporter.IsMadeFrom(request.Target, request.Source);
        if (!isAnotherCard && PathRule.OfNew(written, request.Target) is { } weights)
            throw new BadInputException(weights);
        if (request.CardPath is null
            && PathRule.OfNew(ModelCard.PathFor(written), ModelCard.PathFor(request.Target)) is { } card)
            throw new BadInputException(card);
    }

    private static TrainingFact Fact(string text) => text.Split('=', 2) is [var key, var value]
        ? new(key.Trim(), value.Trim())
        : throw new BadInputException($"--training '{text}': expected key=value");
}
