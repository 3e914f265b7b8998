using System.Collections.Immutable;
using Microsoft.Playwright;
using Router.Evaluation.Reports;
using Router.Evaluation.Tradeoffs;

namespace Router.Evaluation.Tests.Reports;

/// <summary>
/// A report opened from its file in the machine's Chromium, and everything the page said or asked for. Skips the
/// calling test where there is no Chromium.
/// </summary>
internal sealed class ReportInBrowser : IAsyncDisposable
{
    // milliseconds, on a machine that may be busy: what is awaited is an event, not a time
    private const int Patience = 120_000;

    private readonly DirectoryInfo _folder;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private ReportInBrowser(DirectoryInfo folder, IPlaywright playwright, IBrowser browser, IPage page) =>
        (_folder, _playwright, _browser, Page) = (folder, playwright, browser, page);

    public IPage Page { get; }

    /// <summary>
    /// Errors and warnings of the console, uncaught faults, and requests for anything but the file itself.
    /// </summary>
    public List<string> Complaints { get; } = [];

    public static async Task<ReportInBrowser> OpenAsync(
        TradeoffDocument document, ReportImages? images, ColorScheme scheme = ColorScheme.Light, int width = 1200)
    {
#pragma warning disable RS0030 // a test is its own composition root
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
#pragma warning restore RS0030
        string? chromium = folders.SelectMany(folder => ((string[])["chromium", "chromium-browser", "google-chrome"])
            .Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "needs Chromium on the PATH (Debian package chromium)");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("dualrs-report-");
        string file = Path.Combine(folder.FullName, "report.html");
        using (StreamWriter writer = new(file))
            HtmlReport.Write(document, writer, images);
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = chromium, Args = ["--no-sandbox"], Timeout = Patience });
        IPage page = await browser.NewPageAsync(new() { ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 }, AcceptDownloads = true });
        page.SetDefaultTimeout(Patience);
        ReportInBrowser opened = new(folder, playwright, browser, page);
        page.Console += (_, message) => opened.Note(
            message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        page.PageError += (_, fault) => opened.Note(true, $"fault: {fault}");
        string address = new Uri(file).AbsoluteUri;
        page.Request += (_, request) => opened.Note(
            request.Url.Split('#')[0] != address && !request.Url.StartsWith("blob:", StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal), $"request: {request.Url}");
        await page.GotoAsync(address);
        await page.Locator("html[data-ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return opened;
    }

    /// <summary>Pixels of one colour per image.</summary>
    public static ReportImages Flat(TradeoffDocument document) => new(
        2, 2, [.. Enumerable.Range(0, 10).Select(label => $"class <b>{label}</b>")],
        document.Images.ToImmutableDictionary(
            image => image.Index,
            image => Convert.ToBase64String([.. Enumerable.Repeat((byte)(10 * image.Label), 12)])));

    /// <summary>The text of the file that a button saves.</summary>
    public async Task<string> DownloadAsync(string button)
    {
        IDownload download = await Page.RunAndWaitForDownloadAsync(
            () => Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync());
        return await File.ReadAllTextAsync(await download.PathAsync());
    }

    public Task<int> Count(string selector) => Page.Locator(selector).CountAsync();

    public Task<string[]> Texts(string selector) =>
        Page.EvaluateAsync<string[]>("s => [...document.querySelectorAll(s)].map(e => e.textContent)", selector);

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Note(bool complaint, string text)
    {
        if (complaint) Complaints.Add(text);
    }
}
