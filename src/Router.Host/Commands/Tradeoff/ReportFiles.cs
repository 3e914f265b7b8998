using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Router.Evaluation;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;
using Router.Host.Cli;

namespace Router.Host.Commands.Tradeoff;

/// <summary>A report and charts of a study, where they were asked for.</summary>
internal sealed class ReportFiles
{
    private readonly Option<string?> _html, _charts, _data;
    private readonly Option<bool> _dark;
    private readonly Option<string> _split;

    /// <param name="command">The command.</param>
    /// <param name="html">The names of the option that names the report.</param>
    public ReportFiles(Command command, string html)
    {
        _html = command.Option<string?>(html, "The report (one HTML file, no network).", leads: PathRule.Write);
        _charts = command.Option<string?>(
            "--charts", "A folder for the charts: NAME.vl.json, NAME.svg, NAME.png.", leads: PathRule.Fill);
        _dark = command.Option<bool>("--dark", "Draw the charts of --charts on a dark ground; the report has both.")
            .OnlyWith(_charts);
        _data = command.Option<string?>(
            "--data",
            "The data set that the study is about, for pictures and names of classes: cifar10, shapes10, imagenet, a "
            + "folder of folders, or none (default: the one of this machine whose images have the labels of the "
            + "study).")
            .OnlyWith(_html);
        _split = command.Split().OnlyWith(_html);
    }

    /// <summary>The option that names the report.</summary>
    public Option<string?> Html => _html;

    /// <summary>Whether there is anything to write.</summary>
    public bool Asked(ParseResult parsed) => parsed.GetValue(_html) is not null || parsed.GetValue(_charts) is not null;

    /// <summary>Writes what was asked for.</summary>
    /// <exception cref="BadInputException">The data set is not on this machine.</exception>
    public async Task WriteAsync(
        ParseResult parsed, TradeoffDocument study, Surroundings surroundings, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_html) is { } report)
        {
            ReportImages? images = PicturesOf(study, parsed, surroundings);
            using (StreamWriter writer = new(
                surroundings.Resolve(report), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
                HtmlReport.Write(study, writer, images);
            surroundings.Out.Print(report);
        }
        if (parsed.GetValue(_charts) is { } folder)
        {
            ImmutableArray<Chart> charts =
                Chart.Headline(study) is { } headline ? [.. Chart.Of(study), headline] : Chart.Of(study);
            ImmutableArray<string> written = await ChartRenderer.WriteAsync(
                charts, surroundings.Resolve(folder), parsed.GetValue(_dark) ? ChartTheme.Dark : ChartTheme.Light,
                cancellationToken);
            foreach (string file in written)
                surroundings.Out.Print(Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private ReportImages? PicturesOf(TradeoffDocument study, ParseResult parsed, Surroundings surroundings)
    {
        string split = parsed.GetValue(_split)!;
        if (parsed.GetValue(_data) is { } name)
            return name == "none" ? null : ReportPictures.Read(study, name, split, surroundings);
        ReportImages? found = ReportPictures.Find(study, split, surroundings);
        if (found is null && !study.Images.IsEmpty)
            surroundings.Error.PrintProse(
                "The report has no pictures: no data set of this machine is seen to be the study's by its labels; "
                + "--data names one.");
        return found;
    }
}
