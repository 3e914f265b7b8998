using System.CommandLine;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Tradeoff;

/// <summary>
/// <c>dualrs tradeoff</c>: which experts to load. Scores every mix from logs and counts, without running a model again.
/// </summary>
internal static class TradeoffCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("tradeoff",
            "Scores every mix of experts from logs and counts, without running a model, and picks one for what is "
            + "wanted.");
        StudyOptions study = new(command);
        WishOptions wishes = new(command);
        Option<string?> json = command.Option<string?>(
            "--json", "Write the study here, as the document that dualrs report draws; - prints it and nothing else.",
            leads: PathRule.Write);
        Option<string?> tsv = command.Option<string?>(
            "--tsv", "Write every system here, tab-separated.", leads: PathRule.Write);
        Option<string?> markdown = command.Option<string?>("--markdown", "Write a page here.", leads: PathRule.Write);
        Option<string?> latex = command.Option<string?>("--latex", "Write a LaTeX table here.", leads: PathRule.Write);
        Option<string?> emit = command.Option<string?>(
            "--emit",
            "With --want: write the registry that serves the choice, made from one whose networks are those that "
            + "were scored: by their function ids, or because --registry names it.", leads: EmittedRegistry.Target);
        RegistryOptions registry = new(command);
        ReportFiles report = new(command, "--html");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(emit) is not null && !wishes.Given(parsed))
                throw new BadInputException(
                    "--emit writes the registry of what --want chose: say what is wanted, such as --want \"0:0.2 "
                    + "0.5:0.5 1.0:0.3\"");
            TradeoffRequest request = wishes.Apply(parsed, study.Read(parsed, surroundings));
            foreach (string written in new[] { json, tsv, markdown, latex, report.Html }.Select(parsed.GetValue)
                .OfType<string>())
                if (request.Reads(surroundings.Resolve(written)))
                    throw new BadInputException($"{written} is read: choose another file to write");
            RegistryRequest from = registry.Read(parsed);
            if (from.Path is not null)
                request = request with { Flops = FlopsOf(Deployment.ReadRegistry(from, surroundings)) };
            TradeoffDocument document = TradeoffStudy.Of(request);
            foreach (string caveat in document.Caveats)
                surroundings.Warn(caveat);
            bool printed = parsed.GetValue(json) == PathRule.Standard;
            Surroundings beside = printed ? surroundings with { Out = surroundings.Error } : surroundings;
            if (printed)
                surroundings.Out.Print(TradeoffJson.Text(document));
            else
                StudyTable.Of(document, study.NamesRadii(parsed)).Write(surroundings.Out);
            surroundings.Error.MarkupLine(
                $"[grey]{document.Images.Length} images, {document.Systems.Length} systems scored[/]");
            if (StudyTable.Choice(document) is { } choice)
                beside.Out.PrintProse(choice);
            if (!printed && parsed.GetValue(json) is { } path)
                TradeoffJson.Write(document, surroundings.Resolve(path));
            Write(parsed.GetValue(tsv), output => StudyTsv.Write(document, output));
            Write(parsed.GetValue(markdown), output => StudyMarkdown.Write(document, output));
            Write(parsed.GetValue(latex), output => StudyLatex.Write(document, output));
            await report.WriteAsync(parsed, document, beside, cancellationToken);
            if (parsed.GetValue(emit) is { } target)
                await EmitAsync(document, from, target, beside, cancellationToken);
            return ExitCode.Done;
        });
        return command;

        static Func<string, double?> FlopsOf(RegistryConfig config) => id =>
            (id == config.Router?.Id ? config.Router : config.Find(id) as NetworkConfig) is { } network
                ? ForwardCost.Flops(network, DatasetFacts.Find(config.Dataset)!) : null;

        void Write(string? path, Action<TextWriter> write)
        {
            if (path is null) return;
            using StreamWriter output = new(surroundings.Resolve(path)) { NewLine = "\n" };
            write(output);
        }
    }

    private static async Task EmitAsync(
        TradeoffDocument document, RegistryRequest from, string target, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        StudySystem chosen = document.Systems.First(system => system.Name == document.Choice!.Chosen);
        using Deployment deployed = await Deployment.OpenAsync(from, expert: null, surroundings, cancellationToken);
        string[] why =
        [
            .. ScoredNetworks.Explain(document.Networks, chosen, deployed.Registry, isNamed: from.Path is not null),
            FormattableString.Invariant($"scored at α = {document.FailureProbability} for each certificate")
                + (chosen.Kind == SystemKinds.Dual ? ", by the dual theorem; what is served proves by exclusion" : ""),
        ];
        IReadOnlyList<string> rest = EmittedRegistry.Write(
            deployed.Registry.Config.Path, chosen, ScoredNetworks.Thresholds(document, chosen, deployed.Registry),
            surroundings.Resolve(target), why);
        surroundings.Out.Print($"{target}: {string.Join("; ", [chosen.Name, .. why, .. rest])}");
    }
}
