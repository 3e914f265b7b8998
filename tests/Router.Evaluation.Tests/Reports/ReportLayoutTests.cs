using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Reports;

/// <summary>What a reader sees of a report, on a desk and on a phone: nothing cut off unsaid.</summary>
public sealed class ReportLayoutTests
{
    private const int Desk = 1366, Phone = 360;

    private static readonly TradeoffDocument Document = SyntheticStudy.Create(150);

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
}
