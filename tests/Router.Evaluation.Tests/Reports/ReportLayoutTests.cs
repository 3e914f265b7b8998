using System.Globalization;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Reports;

/// <summary>What a reader sees of a report, on a desk and on a phone: nothing over something else, nothing cut off
/// unsaid.</summary>
public sealed class ReportLayoutTests
{
    private const int Desk = 1366, Phone = 360;

    // Texts of a chart whose boxes share a part of both sides; a halo around a text says the same.
    private const string Overprinted = """
        () => [...document.querySelectorAll(".plot svg")].flatMap(svg => {
          const texts = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()
            && getComputedStyle(text).opacity !== "0" && text.getAttribute("opacity") !== "0");
          const boxes = texts.map(text => text.getBoundingClientRect());
          return texts.flatMap((text, i) => boxes.slice(0, i)
            .filter((other, j) => texts[j].textContent !== text.textContent
              && Math.min(boxes[i].right, other.right) - Math.max(boxes[i].left, other.left) > 1
              && Math.min(boxes[i].bottom, other.bottom) - Math.max(boxes[i].top, other.top) > 3)
            .map((_, j) => `${svg.closest(".plot").id}: ${text.textContent}`));
        })
        """;

    private static readonly TradeoffDocument Document = SyntheticStudy.Create(150);

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task No_text_of_a_chart_is_printed_over_another(int width)
    {
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(
            Document, ReportInBrowser.Flat(Document), width: width);
        Assert.Empty(await report.Page.EvaluateAsync<string[]>(Overprinted));
        if (width == Desk)
            Assert.True(await report.Count("#plot-pareto g.words_marks text") > 2);

        // Other radii bring other points together.
        await report.Page.GetByLabel("Up: radius").SelectOptionAsync("0");
        await report.Page.Locator("#plot-pareto").GetByText("Certified accuracy at radius 0").Last.WaitForAsync();
        Assert.Empty(await report.Page.EvaluateAsync<string[]>(Overprinted));
        Assert.Empty(report.Complaints);
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task A_table_says_which_of_its_columns_are_out_of_sight(int width)
    {
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(
            Document, ReportInBrowser.Flat(Document), width: width);
        Assert.Equal(width, await report.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        string[] heads = await report.Texts("#system-table thead th");
        string told = await ToldAsync(report);
        Assert.StartsWith("Cut off at the right: ", told, StringComparison.Ordinal);
        Assert.EndsWith("The table scrolls sideways.", told, StringComparison.Ordinal);

        await report.Page.EvaluateAsync("() => { document.querySelector('#system-table').scrollLeft = 1e5; }");
        await report.Page.WaitForFunctionAsync(
            "() => !document.querySelector('#systems .cut').textContent.includes('at the right')");
        Assert.Contains($"Cut off at the left: {heads[1]}", await ToldAsync(report), StringComparison.Ordinal);

        // Where all of a table is in sight there is nothing to say.
        await report.Page.SetViewportSizeAsync(2400, 900);
        await report.Page.AddStyleTagAsync(new() { Content = "main { max-width: none !important; }" });
        await report.Page.WaitForFunctionAsync(
            "() => document.querySelector('#systems .cut').textContent === ''");

        static Task<string> ToldAsync(ReportInBrowser report) => report.Page.Locator("#systems .cut").InnerTextAsync();
    }

    [Fact]
    public async Task Radii_that_a_table_leaves_out_are_counted()
    {
        TradeoffDocument fine = Document with
        {
            Radii = [.. Enumerable.Range(0, 41).Select(i => 0.05 * i)],
            Systems = [.. Document.Systems.Select(system => system with
            {
                Accuracy = [.. Enumerable.Range(0, 41).Select(i => system.Accuracy[0] with { Radius = 0.05 * i })],
            })],
            Choice = null,
        };
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(fine, images: null);
        Assert.Contains("Shown are 12 of 41 radii", await report.Page.InnerTextAsync("#summary-note"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Desk)]
    [InlineData(Phone)]
    public async Task Nothing_reaches_out_of_an_images_card(int width)
    {
        ReportImages images = ReportInBrowser.Flat(Document) with
        {
            Labels = [.. Enumerable.Range(0, 10).Select(label => $"a-class-of-a-name-without-any-space-{label}")],
        };
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(Document, images, width: width);
        Assert.Empty(await report.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll(".cards > li")].flatMap(card => {
              const { left, right } = card.getBoundingClientRect();
              return [...card.querySelectorAll("*")].filter(node => {
                const box = node.getBoundingClientRect();
                return box.left < left - 0.5 || box.right > right + 0.5;
              }).map(node => `${card.dataset.index}: ${node.tagName} ${node.textContent}`);
            })
            """));
    }

    [Fact]
    public async Task Legends_have_the_words_of_the_tables()
    {
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(Document, ReportInBrowser.Flat(Document));
        string[] kinds = await report.Texts("#system-table tbody td:nth-child(2)"),
            standings = await report.Texts("#system-table tbody td:nth-child(3)");
        Assert.Contains("hard route", kinds);
        Assert.Contains("best single", kinds);
        Assert.Contains("under attack", standings);
        string[] pareto = await LegendAsync(report, "pareto"), curves = await LegendAsync(report, "curves");
        Assert.Empty(kinds.Except(pareto));
        Assert.Empty(standings.Except(pareto));
        Assert.Equal(
            standings.Distinct().Order(StringComparer.Ordinal),
            curves.Intersect(["certificate", "estimate", "bound", "under attack"]).Order(StringComparer.Ordinal));

        static Task<string[]> LegendAsync(ReportInBrowser report, string chart) =>
            report.Texts($"#plot-{chart} .role-legend-label text");
    }

    [Fact]
    public async Task A_points_area_is_proportional_to_its_cost()
    {
        await using ReportInBrowser report = await ReportInBrowser.OpenAsync(Document, ReportInBrowser.Flat(Document));
        string[] drawn = await report.Page.EvaluateAsync<string[]>(
            """
            () => {
              const legend = [...document.querySelectorAll("#plot-pareto .role-legend")].find(one =>
                one.querySelector(".role-legend-title text")?.textContent === "Samples per image");
              const texts = legend.querySelectorAll(".role-legend-label text");
              return [...legend.querySelectorAll(".role-legend-symbol path")].map((symbol, i) =>
                `${texts[i].textContent.replace("k", "e3").replace("M", "e6")} ${symbol.getBBox().width}`);
            }
            """);
        (double Cost, double Width)[] symbols = [.. drawn.Select(one => one.Split(' ')).Select(pair => (
            double.Parse(pair[0], CultureInfo.InvariantCulture), double.Parse(pair[1], CultureInfo.InvariantCulture)))];
        Assert.True(symbols.Length > 1);
        (double most, double widest) = symbols[^1];
        // Vega writes three decimals.
        Assert.All(symbols, symbol => Assert.Equal(
            symbol.Cost / most, symbol.Width * symbol.Width / (widest * widest), 0.01));
    }
}
