using System.CommandLine;
using Router.Evaluation;
using Router.Evaluation.Tuning;
using Router.Host.Cli;
using Router.Host.Commands.Tradeoff;
using Spectre.Console;

namespace Router.Host.Commands.Tune;

/// <summary>
/// <c>dualrs tune</c>: which cascade. Chooses experts, θ and τ on recorded votes, and reports them on other images.
/// </summary>
internal static class TuneCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("tune",
            "Chooses a cascade on recorded votes: its experts, which votes count, and when a class is sure enough; "
            + "reports it on other images.");
        TuneOptions options = new(command);
        Option<string?> output = command.Option<string?>(
            "--out -o",
            "Write the registry that serves the choice, made from one whose networks are those that were recorded: by "
            + "their function ids, or because --registry names it.", leads: EmittedRegistry.Target);
        RegistryOptions registry = new RegistryOptions(command).OnlyWith(output);
        Option<string?> json = command.Option<string?>(
            "--json", "Write everything that was found here; - prints it and nothing else.", leads: PathRule.Write);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TuningRequest request = options.Read(parsed, surroundings);
            if (parsed.GetValue(json) is { } written && request.Reads(surroundings.Resolve(written)))
                throw new BadInputException($"{written} is read: choose another file to write");
            TuningDocument document = TuningStudy.Of(
                request,
                line => surroundings.Error.MarkupLine($"[grey]{Markup.Escape(line)}[/]"));
            bool printed = parsed.GetValue(json) == PathRule.Standard;
            if (printed)
                surroundings.Out.Print(TuningJson.Text(document));
            else
                Print(document, options.NamesRadii(parsed), surroundings.Out);
            if (!printed && parsed.GetValue(json) is { } path)
                TuningJson.Write(document, surroundings.Resolve(path));
            if (parsed.GetValue(output) is { } target)
                await TunedRegistry.WriteAsync(
                    document, registry.Read(parsed), target,
                    printed ? surroundings with { Out = surroundings.Error } : surroundings, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TuningDocument document, bool allRadii, IAnsiConsole console)
    {
        TuningTable table = new(document, allRadii);
        console.PrintProse(TuningTable.LookedAt(document));
        table.Rounds().Write(console);
        console.Print($"chosen: {document.Chosen.Name}");
        table.Expected().Write(console);
        foreach (string bound in table.Bounds())
            console.PrintProse(bound);
        if (document.Report is not { } report) return;
        console.PrintProse(FormattableString.Invariant(
            $"reported on {report.Images.Images} images of {report.Images.Data} that nothing was chosen on, certified ")
            + FormattableString.Invariant($"with n0 = {report.Images.Selection}, n = {report.Images.Estimation}; ")
            + "intervals of 95 %, paired bootstrap over images");
        table.Reported(report).Write(console);
        table.Shares(report).Write(console);
        table.LeastAndMean(report).Write(console);
        table.Differences(report).Write(console);
    }
}
