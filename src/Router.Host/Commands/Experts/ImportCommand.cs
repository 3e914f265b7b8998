using System.CommandLine;
using System.Globalization;
using Router.Experts.Cards;
using Router.Experts.Engine;
using Router.Experts.Importing;
using Router.Experts.Inputs;
using Router.Experts.Registry;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Experts;

/// <summary><c>dualrs experts import</c>: a checkpoint becomes weights, a model card and the registry line that serves it.</summary>
internal static class ImportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("import", "Imports a checkpoint: writes safetensors and a model card, and prints the registry entry.");
        Argument<string> source = new("checkpoint") { Description = "The file to read." };
        Option<string> target = new("--out", "-o") { Description = "The .safetensors file to write.", Required = true };
        Option<string> id = new("--id") { Description = "Its id in the registry.", Required = true };
        Option<decimal> sigma = new("--sigma") { Description = "The σ it was trained with.", Required = true };
        Option<string> input = new("--input") { Description = "standardize, center or none: no checkpoint says which.", Required = true };
        Option<string> dataset = new("--dataset") { Description = "Its data set.", DefaultValueFactory = _ => "cifar10" };
        Option<string?> architecture = new("--architecture") { Description = "The architecture, where the checkpoint names none." };
        Option<string?> container =
            new("--container") { Description =
            "The key of the file that holds the weights, where it has several, such as model and ema." };
        Option<string[]> routes = new("--routes") { Description = "A router's expert ids in the order of its outputs.", AllowMultipleArgumentsPerToken = true };
        Option<string?> reference = new("--reference") { Description = "JSON with the author's patternLogits and noisyAccuracy." };
        Option<string?> title = new("--title") { Description = "One line that names the network." };
        Option<string> author = new("--author") { Description = "Who made it.", DefaultValueFactory = _ => "unknown" };
        Option<string?> origin = new("--origin") { Description = "Where it is from (default: the file's name)." };
        Option<string> licence = new("--licence") { Description = "Under which terms.", DefaultValueFactory = _ => "unknown" };
        Option<string[]> training = new("--training") { Description = "Facts of its training, key=value.", AllowMultipleArgumentsPerToken = true };
        input.AcceptOnlyFromAmong("standardize", "center", "none");
        sigma.Validators.Add(Cli.Range.Sigma<decimal>());
        command.Arguments.Add(source);
        foreach (Option option in (Option[])[target, id, sigma, input, dataset, architecture, container, routes,
            reference, title, author, origin, licence, training])
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            DatasetFacts facts = DatasetFacts.Find(parsed.GetValue(dataset)!) ?? throw new InputFault(
                $"unknown data set '{parsed.GetValue(dataset)}': accepted are {string.Join(", ", DatasetFacts.All.Select(known => known.Name))}");
            string file = surroundings.Resolve(parsed.GetValue(source)!);
            ImportRequest request = new()
            {
                Source = file,
                Target = surroundings.Resolve(parsed.GetValue(target)!),
                Id = parsed.GetValue(id)!,
                Sigma = parsed.GetValue(sigma),
                InputLayer = InputLayerOption.Of(parsed.GetValue(input)!, facts),
                Architecture = parsed.GetValue(architecture),
                Container = parsed.GetValue(container),
                Routes = (parsed.GetValue(routes) ?? []).ToValueArray(),
                Title = parsed.GetValue(title) ?? $"{parsed.GetValue(id)} at σ = {parsed.GetValue(sigma).ToString(CultureInfo.InvariantCulture)}",
                Origin = new(parsed.GetValue(author)!, parsed.GetValue(origin) ?? Path.GetFileName(file), parsed.GetValue(licence)!),
                Training = (parsed.GetValue(training) ?? []).Select(Fact).ToValueArray(),
                Reference = parsed.GetValue(reference) is { } path ? surroundings.Resolve(path) : null,
            };
            ImportedNetwork imported = await new CheckpointImporter(Machine.Detect(), facts).ImportAsync(request, cancellationToken);
            surroundings.Out.MarkupLine(
                $"wrote {Markup.Escape(imported.Weights)} and {Markup.Escape(Path.GetFileName(imported.CardPath))}"
                + $"{Markup.Escape(WeightsWithin.Describe(imported.From))}; the registry entry:");
            surroundings.Out.WriteLine(RegistryEntry.Of(imported, request, surroundings));
            return ExitCode.Done;
        });
        return command;
    }

    private static TrainingFact Fact(string text) => text.Split('=', 2) is [var key, var value]
        ? new(key.Trim(), value.Trim())
        : throw new InputFault($"--training '{text}': expected key=value");
}
