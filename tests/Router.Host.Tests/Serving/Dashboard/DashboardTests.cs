using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Router.Data;
using Router.Experts.Loading;
using Router.Smoothing.Records;
using Tests;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>The dashboard as people use it, over the bundled models.</summary>
[Collection(BundledModel.Name)]
public sealed class DashboardTests(BundledModel bundled)
{
    private static readonly string Picture = Path.Combine(
        Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png");

    [Fact]
    public async Task A_picture_is_chosen_its_certificate_grows_and_its_record_holds()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        IPage page = opened.Page;
        await page.SetInputFilesAsync("#file", Picture);
        await opened.SaysAsync("#seen-text", "→ 32 × 32");
        await page.FillAsync("#estimation", "400");
        await opened.CertifyAsync();

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#save"));
        string record = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.IsType<RecordVerdict.HoldsSigned>(RecordVerifier.Verify(record, bundled.Key));
        // The page frames a picture as the daemon does.
        Assert.Equal(
            DataSetKind.Cifar10.Framing.Apply(ImageFile.Decode(await File.ReadAllBytesAsync(Picture),
                ImageLimits.Default).Image!).ToInput().Hash, (string?)JsonNode.Parse(record)!["input"]);
        Assert.Equal("false", await page.GetAttributeAsync("#result", "aria-busy"));
        string said = await page.Locator("#said").TextContentAsync() ?? "";
        Assert.StartsWith("Finished: ", said);
        Assert.DoesNotContain("undefined", said, StringComparison.Ordinal);
        Assert.Equal(4, await page.Locator("#vote-cards > li").CountAsync());
        Assert.Contains("Router · ", await opened.TextOf("vote-cards"), StringComparison.Ordinal);
        await opened.SaysAsync("#panels", "picture");
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task Two_experts_are_asked_where_two_are_ticked_and_none_is_refused_before_it_is_sent()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        IPage page = opened.Page;
        await page.SetInputFilesAsync("#file", Picture);
        foreach (string id in (string[])["s012", "s050"])
            await page.UncheckAsync($"#mix-boxes input[value={id}]");
        await page.FillAsync("#estimation", "200");
        IRequest sent = await page.RunAndWaitForRequestAsync(
            opened.CertifyAsync, request => request.Url.Contains("/v1/certify", StringComparison.Ordinal));
        Assert.Contains("mix=s025%2Cs100", sent.Url, StringComparison.Ordinal);
        Assert.Equal("text/event-stream", sent.Headers["accept"]);
        Assert.Equal(["s025", "s100"], await page.Locator("#vote-cards b").AllTextContentsAsync());
        foreach (string id in (string[])["s025", "s100"])
            await page.UncheckAsync($"#mix-boxes input[value={id}]");
        Assert.True(await page.IsDisabledAsync("#run"));
        Assert.Equal("Choose at least one expert.", await opened.TextOf("mix-fault"));
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task A_drawing_is_certified_and_stopped_by_keys_alone_but_for_the_stroke()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        IPage page = opened.Page;
        await page.Locator("#tab-file").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("true", await page.GetAttributeAsync("#tab-draw", "aria-selected"));
        LocatorBoundingBoxResult easel = (await page.Locator("#easel").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(easel.X + 60, easel.Y + 60);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(easel.X + 200, easel.Y + 180, new() { Steps = 6 });
        await page.Mouse.UpAsync();
        await opened.SaysAsync("#seen-text", "drawing · 320 × 320 → 32 × 32");

        await page.Locator("#target").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("estimation", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.Keyboard.PressAsync("ControlOrMeta+A");
        await page.Keyboard.TypeAsync("1000000");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#stop:not(:disabled)").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#run:not(:disabled)").WaitForAsync();
        Assert.Contains("you stopped it", await page.Locator("#result").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("", await opened.TextOf("ask-fault"));
        Assert.Empty(opened.Complaints);
    }

    [Fact]
    public async Task What_the_daemon_refuses_is_told_in_its_words()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        IPage page = opened.Page;
        await page.SetInputFilesAsync("#file", Picture);
        await page.FillAsync("#alpha", "0.7");
        await page.ClickAsync("#run:not(:disabled)");
        await opened.SaysAsync("#ask-fault",
            "Not answered: parameter 'failure_probability' is 0.7: accepted are numbers from 1E-30 to 0.5.");
        await page.SetInputFilesAsync("#file",
            new FilePayload { Name = "words.txt", MimeType = "text/plain", Buffer = "no picture"u8.ToArray() });
        await opened.SaysAsync("#picture-fault", "words.txt is no picture that this browser can read.");
        // The refusal's status is all that the console has to say.
        Assert.All(opened.Complaints, complaint => Assert.Contains("400", complaint, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(32, 32)]
    [InlineData(33, 97)]
    [InlineData(300, 41)]
    public async Task A_picture_of_any_size_is_framed_to_the_same_levels_as_by_the_daemon(int width, int height)
    {
        byte[] levels = new byte[3 * width * height];
        for (int i = 0; i < levels.Length; i++) levels[i] = (byte)((long)i * i * 7919 >> 5);
        int plane = width * height;
        int[] rgba = [.. Enumerable.Range(0, 4 * plane).Select(i => i % 4 == 3 ? 255 : levels[i % 4 * plane + i / 4])];
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        int[] framed = await opened.Page.EvaluateAsync<int[]>(
            "async ([width, height, data]) => [...(await import('/dashboard/framing.js')).frame({ width, height, data "
            + "}, [3, 32, 32], 32)]", new object[] { width, height, rgba });
        Assert.Equal(DataSetKind.Cifar10.Framing.Apply(new Image8(new(3, height, width), levels)).Pixels.ToArray(),
            framed.Select(level => (byte)level));
    }
}
