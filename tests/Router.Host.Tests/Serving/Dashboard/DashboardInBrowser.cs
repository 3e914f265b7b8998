using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>
/// The dashboard in the machine's Chromium, and everything the page said or asked for. Skips the calling test where
/// there is no Chromium.
/// </summary>
internal sealed class DashboardInBrowser : IAsyncDisposable
{
    // milliseconds, on a machine that may be busy: what is awaited is an event, not a time
    private const int Patience = 120_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly string _home;

    private DashboardInBrowser(IPlaywright playwright, IBrowser browser, IPage page, Uri address) =>
        (_playwright, _browser, Page, _home) = (playwright, browser, page, address.AbsoluteUri);

    public IPage Page { get; }

    /// <summary>
    /// Errors and warnings of the console, violated policies, uncaught faults, and requests to anybody but the daemon.
    /// </summary>
    public ConcurrentQueue<string> Complaints { get; } = [];

    /// <summary>Opens the page of a daemon and waits until it has shown what is served.</summary>
    /// <param name="daemon">Whose page.</param>
    /// <param name="scheme">What the system prefers.</param>
    /// <param name="width">Of the window, in CSS pixels.</param>
    /// <param name="height">Of the window, in CSS pixels.</param>
    /// <param name="ready">Whether to wait for its first reading.</param>
    public static async Task<DashboardInBrowser> OpenAsync(
        RunningDaemon daemon, ColorScheme scheme = ColorScheme.Light, int width = 1280, int height = 900,
        bool ready = true)
    {
#pragma warning disable RS0030 // a test is its own composition root
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
#pragma warning restore RS0030
        string? chromium = folders.SelectMany(folder => ((string[])["chromium", "chromium-browser", "google-chrome"])
            .Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        Assert.SkipUnless(chromium is not null, "needs Chromium on the PATH (Debian package chromium)");
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"], Timeout = Patience });
        IPage page = await browser.NewPageAsync(new()
        {
            ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = height }, AcceptDownloads = true,
        });
        page.SetDefaultTimeout(Patience);
        DashboardInBrowser opened = new(playwright, browser, page, daemon.Client.BaseAddress!);
        page.Console += (_, message) =>
            opened.Note(message.Type is "error" or "warning", $"{message.Type}: {message.Text}");
        page.PageError += (_, fault) => opened.Note(true, $"fault: {fault}");
        page.Request += (_, request) => opened.Note(
            !request.Url.StartsWith(opened._home, StringComparison.Ordinal) && !request.Url.StartsWith(
                "blob:" + opened._home, StringComparison.Ordinal), $"request: {request.Url}");
        await page.GotoAsync(opened._home);
        if (ready) await opened.ReadyAsync();
        return opened;
    }

    /// <summary>Waits until the page has read the daemon once.</summary>
    public Task ReadyAsync() =>
        Page.Locator("html[data-ready]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>The text of an element by its id.</summary>
    public Task<string> TextOf(string id) => Page.Locator($"#{id}").InnerTextAsync();

    /// <summary>Waits for a text in an element.</summary>
    public Task SaysAsync(string selector, string text) =>
        Page.Locator(selector).Filter(new() { HasText = text }).First.WaitForAsync();

    /// <summary>Opens what the form has folded away, where it is not open.</summary>
    public Task ShowOptionsAsync() => Page.Locator("#options").EvaluateAsync("options => { options.open = true; }");

    /// <summary>Whether all of an element is in sight, as the page is scrolled now.</summary>
    public Task<bool> IsInSightAsync(string id) => Page.Locator($"#{id}").EvaluateAsync<bool>(
        """
        node => {
          const { top, bottom, left, right } = node.getBoundingClientRect();
          const covered = document.querySelector(".top").getBoundingClientRect().bottom;
          return bottom > top && top >= covered && left >= 0 && bottom <= innerHeight && right <= innerWidth;
        }
        """);

    /// <summary>Presses Certify and waits for the end.</summary>
    public async Task CertifyAsync()
    {
        await Page.ClickAsync("#run:not(:disabled)");
        await SaysAsync("#facts", "done:");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private void Note(bool complaint, string text)
    {
        if (complaint) Complaints.Enqueue(text);
    }
}
