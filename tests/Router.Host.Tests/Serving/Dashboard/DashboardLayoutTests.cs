using Microsoft.Playwright;
using Router.Estimator;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>What is in sight, and what stays inside its card, on a laptop and on a phone.</summary>
public sealed class DashboardLayoutTests
{
    private const int Laptop = 1366, LaptopHeight = 768, Phone = 360, PhoneHeight = 800;

    // As long as a registry lets an id be.
    private const string Long = "an-expert-whose-name-is-as-long-as-a-registry-lets-any-name-be-";

    private static readonly string Picture = Path.Combine(
        Reference.Root, "tests", "Router.Data.Tests", "Fixtures", "rgb.png");

    [Theory]
    [InlineData(Laptop, LaptopHeight)]
    [InlineData(Phone, PhoneHeight)]
    public async Task Certify_and_its_answer_are_in_sight_without_scrolling(int width, int height)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(
            daemon, width: width, height: height);
        await opened.Page.Locator("#sample-list button").First.ClickAsync();
        Assert.True(await opened.IsInSightAsync("seen"));
        await opened.CertifyAsync();
        Assert.Equal("class 1", await opened.TextOf("label"));
        foreach (string part in (string[])["run", "asked", "label", "radius", "meaning"])
            Assert.True(await opened.IsInSightAsync(part), part);
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("() => scrollY"));

        // A drawing takes more room; the button still stands above the fold.
        await opened.Page.ClickAsync("#tab-draw");
        Assert.True(await opened.IsInSightAsync("run"));
        Assert.Empty(opened.Complaints);
    }

    [Theory]
    [InlineData(Laptop, LaptopHeight)]
    [InlineData(Phone, PhoneHeight)]
    public async Task What_is_refused_is_told_where_the_answer_would_be_and_the_field_is_marked(int width, int height)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(
            daemon, width: width, height: height);
        await opened.Page.Locator("#sample-list button").First.ClickAsync();
        await opened.ShowOptionsAsync();
        await opened.Page.FillAsync("#alpha", "0.7");
        await opened.Page.PressAsync("#alpha", "Enter");
        await opened.SaysAsync("#result #ask-fault", "Not answered: parameter 'failure_probability' is 0.7");
        Assert.True(await opened.IsInSightAsync("ask-fault"));
        Assert.Equal("true", await opened.Page.GetAttributeAsync("#alpha", "aria-invalid"));
        Assert.Equal("false", await opened.Page.GetAttributeAsync("#target", "aria-invalid"));

        await opened.Page.FillAsync("#alpha", "0.001");
        await opened.CertifyAsync();
        Assert.Equal("", await opened.TextOf("ask-fault"));
        Assert.Equal("false", await opened.Page.GetAttributeAsync("#alpha", "aria-invalid"));

        await opened.Page.EvaluateAsync("() => scrollTo(0, document.body.scrollHeight)");
        await opened.Page.SetInputFilesAsync("#file",
            new FilePayload { Name = "words.txt", MimeType = "text/plain", Buffer = "no picture"u8.ToArray() });
        await opened.SaysAsync("#picture-fault", "words.txt is no picture that this browser can read.");
        Assert.True(await opened.IsInSightAsync("picture-fault"));
        await opened.Page.SetInputFilesAsync("#file", Picture);
        await opened.SaysAsync("#seen-text", "rgb.png");
        Assert.Equal("", await opened.TextOf("picture-fault"));
    }

    [Theory]
    [InlineData(Laptop, LaptopHeight)]
    [InlineData(Phone, PhoneHeight)]
    public async Task Nothing_reaches_out_of_its_card_however_long_names_are(int width, int height)
    {
        ServingLimits limits = new();
        RoutedClassifier classifier = new("the-router-" + Long[11..], ToyModel.AtOnce(),
            [new(Long + "0", ToyModel.AtOnce()), new(Long + "1", ToyModel.AtOnce())]);
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(classifier, limits), study: SmallStudy.Bytes);
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(
            daemon, width: width, height: height);
        await opened.Page.Locator("#sample-list button").First.ClickAsync();
        await opened.ShowOptionsAsync();
        await opened.Page.FillAsync("#target", "0.123456789");
        await opened.CertifyAsync();
        await opened.SaysAsync("#panels", "1 picture");
        string[] outside = await opened.Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll(".card")].flatMap(card => {
              const box = card.getBoundingClientRect();
              return [...card.querySelectorAll("*:not(.unseen, .scroll *)")].filter(node => {
                // What is drawn is cut off by its picture, not by its card.
                const within = node.ownerSVGElement?.getBoundingClientRect() ?? box;
                const { left, right, width } = node.getBoundingClientRect();
                return width > 0 && (left < within.left - 0.5 || right > within.right + 0.5);
              }).map(node => `${node.tagName} ${node.className.baseVal ?? node.className}: ${node.textContent}`);
            })
            """);
        Assert.Empty(outside);
        Assert.Equal(width, await opened.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(opened.Complaints);
    }
}
