using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;
using Spectre.Console;

namespace Router.Host.Commands.Report;

/// <summary><c>dualrs report</c>: a trade-off document as one HTML file, and as charts.</summary>
internal static class ReportCommand
{
    public static Command Create(Surroundings surroundings)
    {
        Command command = new("report", "Writes a trade-off document as one HTML file that needs no network, and its charts as Vega-Lite, SVG and PNG.");
        Argument<string> document = new("document") { Description = "The JSON document that dualrs tradeoff wrote." };
        Option<string?> output = new("--out", "-o") { Description = "The report (HTML)." };
        Option<string?> charts = new("--charts") { Description = "A folder for the charts: NAME.vl.json, NAME.svg and, where rsvg-convert is installed, NAME.png." };
        Option<bool> dark = new("--dark") { Description = "Draw the charts of --charts on a dark ground; the report has both." };
        Option<string?> data = new("--data") { Description = "The data set that the document is about, to show its images: cifar10, shapes10, imagenet, or a folder of folders." };
        Option<string> split = new("--split") { Description = "train or test.", DefaultValueFactory = _ => "test" };
        split.AcceptOnlyFromAmong("train", "test");
        command.Arguments.Add(document);
        foreach (Option option in (Option[])[output, charts, dark, data, split])
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string? report = parsed.GetValue(output), folder = parsed.GetValue(charts);
            if (report is null && folder is null)
                throw new InputFault("nothing to write: name a report with --out FILE, a folder for charts with --charts FOLDER, or both");
            TradeoffDocument study = TradeoffJson.Read(surroundings.Resolve(parsed.GetValue(document)!));
            if (report is not null)
            {
                ReportImages? images = parsed.GetValue(data) is { } name ? ReportPictures.Read(study, name, parsed.GetValue(split)!, surroundings) : null;
                using (StreamWriter writer = new(surroundings.Resolve(report), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
                    HtmlReport.Write(study, writer, images);
                surroundings.Out.WriteLine(report);
            }
            if (folder is not null)
            {
                ImmutableArray<Chart> drawn = Chart.Of(study);
                RenderedCharts written = await ChartRenderer.WriteAsync(
                    drawn, surroundings.Resolve(folder), parsed.GetValue(dark) ? ChartTheme.Dark : ChartTheme.Light, cancellationToken);
                foreach (string file in written.Files)
                    surroundings.Out.WriteLine(Path.Combine(folder, Path.GetFileName(file)));
                if (written.WithoutPng is { } reason)
                    surroundings.Error.MarkupLine($"[yellow]no PNG: {Markup.Escape(reason)}[/]");
            }
            return ExitCode.Done;
        });
        return command;
    }
}
