using System.Net;
using System.Text.Json.Nodes;
using Router.Evaluation;
using Router.Evaluation.Tradeoffs;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Cli;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>The page's files and the document it draws, without a browser.</summary>
public sealed class DashboardPageTests : IAsyncLifetime
{
    private RunningDaemon? _daemon;

    private RunningDaemon Daemon => _daemon!;

    public async ValueTask InitializeAsync()
    {
        ServingLimits limits = new();
        _daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
    }

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();

    [Fact]
    public async Task The_page_and_every_file_it_names_come_with_a_policy_that_lets_nothing_else_in()
    {
        using HttpResponseMessage page = await Daemon.Client.GetAsync("/");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Equal(DashboardPage.Policy, Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("style=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", html, StringComparison.Ordinal);
        foreach (string file in await LoadedAsync(html))
        {
            using HttpResponseMessage answer = await Daemon.Client.GetAsync(file);
            Assert.Equal((file, HttpStatusCode.OK), (file, answer.StatusCode));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Fact]
    public async Task A_file_that_has_not_changed_is_not_sent_again()
    {
        using HttpResponseMessage first = await Daemon.Client.GetAsync("/dashboard/main.js");
        Assert.Equal("no-cache", first.Headers.CacheControl!.ToString());
        using HttpRequestMessage again = new(HttpMethod.Get, "/dashboard/main.js");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await Daemon.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("the dashboard has no file 'other.js'",
            (string?)(await Daemon.GetAsync("/dashboard/other.js")).Body["error"]);
    }

    [Fact]
    public async Task Without_a_document_the_trade_off_is_404_and_says_how_to_get_one()
    {
        (HttpStatusCode status, JsonNode body) = await Daemon.GetAsync("/v1/tradeoff");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("no trade-off document is served: dualrs tradeoff … --json FILE makes one, dualrs serve "
            + "--tradeoff FILE shows it", (string?)body["error"]);
    }

    [Fact]
    public void A_document_is_served_without_its_images_and_a_faulty_one_is_named()
    {
        using Shell shell = new();
        string path = shell.In("study.json");
        TradeoffDocument study = SmallStudy.Create();
        TradeoffJson.Write(study, path);
        TradeoffDocument served = TradeoffJson.Parse(
            System.Text.Encoding.UTF8.GetString(ServedStudy.Read(path)), "served");
        Assert.Equal((TradeoffJson.Text(study with { Images = [] }), 1),
            (TradeoffJson.Text(served), study.Images.Length));

        File.WriteAllText(path, "{}");
        Assert.Equal($"--tradeoff: {path}: its schema is not named, this program reads 'dualrs.tradeoff/1'",
            Assert.Throws<BadInputException>(() => ServedStudy.Read(path)).Message);
        string missing = shell.In("missing.json");
        Assert.Equal($"--tradeoff: there is no file {missing}; dualrs tradeoff … --json FILE writes one",
            Assert.Throws<BadInputException>(() => ServedStudy.Read(missing)).Message);
    }

    // What the page names, and what its scripts import.
    private async Task<IReadOnlyCollection<string>> LoadedAsync(string html)
    {
        HashSet<string> files = [
            .. html.Split('"').Where(text => text.StartsWith("dashboard/", StringComparison.Ordinal))];
        Queue<string> scripts = new(files.Where(file => file.EndsWith(".js", StringComparison.Ordinal)));
        while (scripts.TryDequeue(out string? script))
            foreach (string imported in (await Daemon.Client.GetStringAsync(script)).Split('"')
                .Where(text => text.StartsWith("./", StringComparison.Ordinal)))
                if (files.Add("dashboard/" + imported[2..]))
                    scripts.Enqueue("dashboard/" + imported[2..]);
        Assert.True(files.Count > 10);
        return files;
    }
}
