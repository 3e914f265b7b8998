using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Router.Estimator;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Smoothing;
using Tests;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>
/// The dashboard for everybody: in the dark, on a phone, read aloud, with a key, over other classifiers.
/// </summary>
public sealed class DashboardAccessTests
{
    private static readonly string Picture = Path.Combine(
        Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png");

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Axe_finds_nothing_serious_and_nothing_scrolls_sideways(ColorScheme scheme, int width)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), study: SmallStudy.Bytes);
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon, scheme, width);
        IPage page = opened.Page;
        await NothingScrollsAsync(page);
        await SeriousAsync(page);
        await page.SetInputFilesAsync("#file", Picture);
        await opened.ShowOptionsAsync();
        await page.FillAsync("#target", "0.2");
        await opened.CertifyAsync();
        await opened.SaysAsync("#panels", "1 picture");
        await page.ClickAsync("#tradeoff summary");
        await SeriousAsync(page);
        await page.ClickAsync("#tab-draw");
        await SeriousAsync(page);
        await NothingScrollsAsync(page);
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(18, 21, 24)" : "rgb(246, 247, 248)",
            await page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).backgroundColor"));
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task The_curves_of_the_loaded_mix_are_drawn_and_stand_in_a_table()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), study: SmallStudy.Bytes);
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon);
        await opened.SaysAsync("#tradeoff-body", "routed, mostVoted (exclusion)");
        Assert.Equal(3, await opened.Page.Locator("#tradeoff-body figure path.line").CountAsync());
        await opened.Page.ClickAsync("#tradeoff summary");
        Assert.Equal(["Radius", "e0", "e1", "routed"],
            await opened.Page.Locator("#tradeoff-body thead th").AllTextContentsAsync());
        Assert.Equal(["0", "80.0\u202f%", "68.0\u202f%", "70.0\u202f%"],
            await opened.Page.Locator("#tradeoff-body tbody tr").First.Locator("th, td").AllTextContentsAsync());
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task Networks_stand_with_state_and_function_and_a_refused_unload_is_told_in_the_daemons_words()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        string refusal = (string)(await daemon.PostAsync("", "/v2/repository/models/e1/unload")).Body["error"]!;
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon);
        IPage page = opened.Page;
        Assert.Equal(["router", "e0", "e1"], await page.Locator("#expert-cards b").AllTextContentsAsync());
        Assert.Equal(["ready", "ready", "ready"], await page.Locator("#expert-cards .chip").AllTextContentsAsync());
        ILocator unload = page.GetByRole(AriaRole.Button, new() { Name = "Unload e1" });
        await unload.ClickAsync();
        await page.ClickAsync("#unload-dialog button[value=unload]");
        // On its own card, beside the button that was pressed.
        await opened.SaysAsync("#expert-cards > li:nth-child(3) .fault", $"e1 was not unloaded: {refusal}.");
        Assert.Equal("", await page.Locator("#expert-cards > li:nth-child(2) .fault").TextContentAsync());
        Assert.All(opened.Complaints, complaint => Assert.Contains("400", complaint, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cascade_grows_like_any_other()
    {
        ServingLimits limits = new();
        RoutedClassifier cascade = new(ToyModel.Routes(ToyModel.AtOnce(), ToyModel.AtOnce()), new Cascade(0.7m));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(cascade, limits));
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon);
        await opened.Page.SetInputFilesAsync("#file", Picture);
        await opened.CertifyAsync();
        Assert.Equal("class 1", await opened.TextOf("label"));
        Assert.Contains("done: ", await opened.TextOf("facts"), StringComparison.Ordinal);
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task A_daemon_with_keys_shows_its_page_to_everybody_and_its_data_to_who_has_one()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file, $"one infer {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("key1")))}\n");
            ServingLimits limits = new();
            await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
                limits, ToyModel.Routed(limits), new ApiKeyFile(file));
            await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon, ready: false);
            IPage page = opened.Page;
            await page.Locator("#key-dialog[open]").WaitForAsync();
            await page.FillAsync("#key", "wrong");
            await page.Keyboard.PressAsync("Enter");
            await opened.SaysAsync("#key-fault", "Refused: this key is not known here.");
            await page.FillAsync("#key", "key1");
            await page.Keyboard.PressAsync("Enter");
            await opened.ReadyAsync();
            Assert.Equal("ready", await opened.TextOf("state-text"));
            Assert.Equal(0, await page.Locator("#key-dialog[open]").CountAsync());
            Assert.Equal(0, await page.EvaluateAsync<int>("() => localStorage.length + document.cookie.length"));
            Assert.All(opened.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Metrics_are_read_as_Prometheus_writes_them()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(daemon);
        const string Text = """
            # HELP t Time with a "quote".
            # TYPE t histogram
            t_bucket{a="x\"y\\z",le="1"} 2
            t_bucket{a="x\"y\\z",le="2"} 6
            t_bucket{a="x\"y\\z",le="+Inf"} 8
            t_sum{a="x\"y\\z"} 12.5
            t_count{a="x\"y\\z"} 8
            # TYPE g gauge
            g 1e3
            """;
        JsonNode read = JsonNode.Parse(await opened.Page.EvaluateAsync<string>(
            """
            async text => {
              const { parse, buckets, bucketOf, total } = await import('/dashboard/prometheus.js');
              const families = parse(text), rising = buckets(families, 't');
              return JSON.stringify({
                help: families.get('t').help, label: families.get('t').samples[0].labels.a,
                g: total(families, 'g'), none: total(families, 'h'),
                quantiles: [0.125, 0.5, 0.75, 0.99].map(q => {
                  const { above, atMost } = bucketOf(rising, q);
                  return [above, `${atMost}`];
                }) });
            }
            """, Text))!;
        Assert.Equal(
            """{"help":"Time with a \"quote\".","label":"x\"y\\z","g":1000,"none":null,"quantiles":[[0,"1"],[1,"2"],["""
            + """1,"2"],[2,"Infinity"]]}""", read.ToJsonString(
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    private static async Task SeriousAsync(IPage page)
    {
        AxeResult found = await page.RunAxe();
        Assert.Empty(found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: " + string.Join(" | ", violation.Nodes.Select(node =>
                $"{node.Html} {string.Join(' ', node.Any.Select(check => check.Message))}"))));
        Assert.NotEmpty(found.Passes);
    }

    private static async Task NothingScrollsAsync(IPage page) =>
        Assert.Equal(await page.EvaluateAsync<int>("() => innerWidth"),
            await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
}
