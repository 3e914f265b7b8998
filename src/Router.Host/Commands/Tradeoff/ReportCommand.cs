using System.CommandLine;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary><c>dualrs report</c>: a trade-off document as one HTML file, and as charts.</summary>
internal static class ReportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command =
            new("report",
            "Writes a trade-off document as one HTML file that needs no network, and its charts as Vega-Lite, SVG and "
            + "PNG.");
        Argument<string> document = command.Argument<string>(
            "document", "The JSON document that dualrs tradeoff wrote.", leads: PathRule.Read("document"));
        ReportFiles files = new(command, "--out -o");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!files.Asked(parsed))
                throw new BadInputException(
                    "nothing to write: name a report with --out FILE, a folder for charts with --charts FOLDER, "
                    + "or both");
            await files.WriteAsync(parsed, TradeoffJson.Read(surroundings.Resolve(parsed.GetValue(document)!)),
                surroundings, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
