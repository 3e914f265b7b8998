using System.CommandLine;
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
        RegistryOptions registry = new(command);
        Option<string?> json = command.Option<string?>(
            "--json", "Write everything that was found here.", leads: PathRule.Write);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TuningDocument document = TuningStudy.Of(
                options.Read(parsed, surroundings),
                line => surroundings.Error.MarkupLine($"[grey]{Markup.Escape(line)}[/]"));
            Print(document, surroundings);
            if (parsed.GetValue(json) is { } path)
                TuningJson.Write(document, surroundings.Resolve(path));
            if (parsed.GetValue(output) is { } target)
                await TunedRegistry.WriteAsync(
                    document, registry.Read(parsed), target, surroundings, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(TuningDocument document, Surroundings surroundings)
    {
        surroundings.Out.WriteLine(TuningTable.LookedAt(document));
        surroundings.Out.Write(TuningTable.Rounds(document));
        surroundings.Out.WriteLine($"chosen: {document.Chosen.Name}");
        surroundings.Out.Write(TuningTable.Expected(document));
        foreach (string bound in TuningTable.Bounds(document))
            surroundings.Out.WriteLine(bound);
        if (document.Report is not { } report) return;
        surroundings.Out.WriteLine(FormattableString.Invariant(
            $"reported on {report.Images.Images} images of {report.Images.Data} that nothing was chosen on, certified ")
            + FormattableString.Invariant($"with n0 = {report.Images.Selection}, n = {report.Images.Estimation}; ")
            + "intervals of 95 %, paired bootstrap over images");
        surroundings.Out.Write(TuningTable.Reported(document, report));
        surroundings.Out.Write(TuningTable.Shares(document, report));
        surroundings.Out.Write(TuningTable.Differences(document, report));
    }
}
