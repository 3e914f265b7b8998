using System.Xml.Linq;
using Microsoft.Playwright;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing;

namespace Router.Evaluation.Tests.Reports;

public sealed class ReportInBrowserTests
{
    private const string Hostile = "<img src=x onerror='window.hacked=1'></script><script>window.hacked=1</script>";
    private static readonly TradeoffDocument Document = SyntheticStudy.Create(
        150, Hostile) with { Title = "A study of " + Hostile };

    [Fact]
    public async Task A_reader_hovers_filters_sorts_turns_and_downloads_and_nothing_leaves_the_page()
    {
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(Document, ReportInBrowser.Flat(Document));

        Assert.Equal(5, await report.Count(".plot[data-drawn] svg"));
        Assert.Equal([Document.Title], await report.Texts("h1"));
        Assert.Contains(Hostile, await report.Texts("#sources-table td"));

        await HoverACurve(report);
        await FilterAndSortSystems(report);
        await FindASystemInTheCharts(report);
        await FilterTheGallery(report);
        await ChooseAnotherRadius(report);
        await Download(report);
        await TurnDark(report);

        Assert.False(await report.Page.EvaluateAsync<bool>("'hacked' in window"));
        Assert.Empty(report.Complaints);
    }

    [Fact]
    public async Task Without_pixels_images_choice_and_routes_the_rest_is_there_and_a_dark_system_gets_a_dark_page()
    {
        TradeoffDocument singles = Document with
        {
            Systems = [.. Document.Systems.Where(system => system.Kind == SystemKinds.Single)], Images = [],
            Choice = null,
        };
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(singles, images: null, ColorScheme.Dark);
        Assert.Equal(2, await report.Count(".plot[data-drawn] svg"));
        Assert.Equal(4, await report.Count("#system-table tbody tr"));
        Assert.False(await report.Page.Locator("#gallery").IsVisibleAsync());
        Assert.False(await report.Page.Locator("#choice").IsVisibleAsync());
        Assert.Equal("dark", await report.Page.GetAttributeAsync("html", "data-theme"));
        Assert.Empty(report.Complaints);
    }

    private static async Task HoverACurve(ReportInBrowser report)
    {
        await report.Page.Locator("#plot-curves").ScrollIntoViewIfNeededAsync();
        await report.Page.HoverAsync("#plot-curves svg", new() { Position = new() { X = 300, Y = 150 } });
        await report.Page.Locator("#vg-tooltip-element.visible").WaitForAsync();
        string tooltip = await report.Page.Locator("#vg-tooltip-element").InnerTextAsync();
        Assert.Contains("Certified accuracy", tooltip, StringComparison.Ordinal);
        // One curve stays, the others step back.
        string[] opacities = await report.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('#plot-curves .mark-line path')].map(p => p.getAttribute('opacity') "
            + "?? '1')");
        Assert.Equal(1, opacities.Count(opacity => opacity == "1"));
        Assert.True(opacities.Length > 8);
    }

    private static async Task FilterAndSortSystems(ReportInBrowser report)
    {
        Assert.Equal(Document.Systems.Length, await report.Count("#system-table tbody tr"));
        await report.Page.FillAsync("#system-search", "s012+s025+s050+s100 quantile");
        StudySystem[] wanted =
            [.. Document.Systems.Where(system => system.Kind == SystemKinds.Quantile && system.Experts.Length == 4)];
        Assert.Equal(wanted.Select(system => system.Name), await report.Texts("#system-table tbody th"));
        // By its focus, not its place: charts that are drawn above it move it under a pointer.
        await report.Page.Locator("#system-table").GetByRole(AriaRole.Button, new() { Name = "r = 0.25", Exact = true })
            .PressAsync("Enter");
        double[] shares = [.. wanted.Select(system => system.Accuracy[2].Share).OrderDescending()];
        Assert.Equal(
            "descending", await report.Page.Locator("#system-table th[aria-sort]").GetAttributeAsync("aria-sort"));
        Assert.Equal(
            shares.Select(share => TowardZero.Text(100 * share, 1)),
            await report.Texts("#system-table tbody td:nth-child(6)"));
        await report.Page.Keyboard.PressAsync("Enter"); // the heading kept the focus
        Assert.Equal(
            shares.Reverse().Select(share => TowardZero.Text(100 * share, 1)),
            await report.Texts("#system-table tbody td:nth-child(6)"));
        string[][] rows =
            [.. (await report.DownloadAsync("TSV")).TrimEnd('\n').Split('\n').Select(line => line.Split('\t'))];
        Assert.Equal(["system", "kind", "standing", "experts", "routing", "r=0", "r=0.12"], rows[0][..7]);
        Assert.Equal(wanted.Length + 1, rows.Length);
        foreach (string[] row in rows[1..])
            Assert.Equal(
                Document.Systems.Single(system => system.Name == row[0]).Accuracy.Select(at => at.Share),
                row[5..17].Select(double.Parse));
        await report.Page.FillAsync("#system-search", "");
        await report.Page.SelectOptionAsync("#system-kind", "dual");
        Assert.Equal(
            Document.Systems.Count(system => system.Kind == SystemKinds.Dual),
            await report.Count("#system-table tbody tr"));
        await report.Page.SelectOptionAsync("#system-kind", "");
    }

    private static async Task FindASystemInTheCharts(ReportInBrowser report)
    {
        await report.Page.FillAsync("#system-search", "s050");
        ILocator name = report.Page.Locator("#system-table tbody th button").First;
        await name.ClickAsync();
        Assert.Equal("true", await name.GetAttributeAsync("aria-pressed"));
        await report.Page.WaitForFunctionAsync("() => document.querySelectorAll(\"#plot-pareto "
            + ".mark-symbol.layer_1_marks path[stroke-width='3'], #plot-pareto path[stroke-width='3']\").length === 1");
        await name.ClickAsync();
        await report.Page.FillAsync("#system-search", "");
    }

    private static async Task FilterTheGallery(ReportInBrowser report)
    {
        Assert.Equal(60, await report.Count("#gallery-images canvas"));
        await report.Page.Locator("#gallery-pager").GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        Assert.Contains("page 2 of 3", await report.Page.InnerTextAsync("#gallery-pager"), StringComparison.Ordinal);
        int system = Document.Systems.ToList().FindIndex(one => one.Name == "s025");
        await report.Page.SelectOptionAsync("#gallery-system", $"{system}");
        await report.Page.SelectOptionAsync("#gallery-answer", "wrong");
        int wrong = Document.Images.Count(image =>
            image.Answers.Single(answer => answer.System == system) is { Class: { } found } && found != image.Label);
        Assert.Equal(wrong, await report.Count("#gallery-images canvas"));
        await report.Page.SelectOptionAsync("#gallery-answer", "");
        await report.Page.SelectOptionAsync("#gallery-label", "3");
        Assert.Equal(15, await report.Count("#gallery-images canvas"));
        int quantile = Document.Systems.ToList().FindIndex(one => one.Name == "s012+s025+s050+s100 quantile 0.8");
        await report.Page.SelectOptionAsync("#gallery-system", $"{quantile}");
        await report.Page.SelectOptionAsync("#gallery-route", "s100");
        Assert.Equal(
            Document.Images.Count(image => image.Label == 3 && image.Answers.Single(answer => answer.System == quantile)
                .Route == "s100"), await report.Count("#gallery-images canvas"));
        await report.Page.Locator("#gallery-images button").First.ClickAsync();
        Assert.Equal(Document.Images[0].Answers.Length, await report.Count("dialog[open] tbody tr"));
        Assert.Contains("class <b>3</b>", await report.Page.InnerTextAsync("dialog h2"), StringComparison.Ordinal);
        await report.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await report.Count("dialog[open]"));
    }

    private static async Task ChooseAnotherRadius(ReportInBrowser report)
    {
        await report.Page.GetByLabel("Across: radius").SelectOptionAsync("0.5");
        await report.Page.Locator("#plot-pareto").GetByText("Certified accuracy at radius 0.5").First.WaitForAsync();
    }

    private static async Task Download(ReportInBrowser report)
    {
        Assert.Equal(TradeoffJson.Text(Document), await report.DownloadAsync("JSON"));
        XDocument svg = XDocument.Parse(await report.DownloadAsync("Chart: Accuracy over radius"));
        Assert.Equal("svg", svg.Root!.Name.LocalName);
    }

    private static async Task TurnDark(ReportInBrowser report)
    {
        string before = await report.Page.InnerHTMLAsync("#plot-curves");
        await report.Page.ClickAsync("#theme");
        Assert.Equal("dark", await report.Page.GetAttributeAsync("html", "data-theme"));
        Assert.Equal(
            "rgb(20, 23, 26)",
            await report.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        await report.Page.WaitForFunctionAsync("before => document.querySelector('#plot-curves').innerHTML !== before "
            + "&& document.querySelector('#plot-limits svg')", before);
    }
}
