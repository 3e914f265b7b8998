using System.Net;
using Microsoft.Playwright;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>The buttons that bring networks into memory and send them out of it.</summary>
[Collection(BundledModel.Name)]
public sealed class DashboardResidencyTests(BundledModel bundled)
{
    [Fact]
    public async Task An_expert_is_unloaded_and_loaded_with_the_keyboard_and_its_card_says_where_it_is()
    {
        await using DashboardInBrowser opened = await DashboardInBrowser.OpenAsync(bundled.Daemon);
        ILocator card = opened.Page.Locator("#expert-cards > li").Filter(new() { HasText = "s025" });
        ILocator unload = Button("Unload s025"), load = Button("Load s025");
        try
        {
            Assert.Equal("true", await load.GetAttributeAsync("aria-disabled"));
            await unload.FocusAsync();
            await unload.PressAsync("Enter");
            await opened.SaysAsync("#unload-dialog[open]", "Unload s025?");
            await opened.SaysAsync("#unload-text", "The daemon is then not ready (/v2/health/ready says 503");
            // What is chosen unless one moves is that nothing happens.
            await opened.Page.Keyboard.PressAsync("Enter");
            Assert.Equal(0, await opened.Page.Locator("#unload-dialog[open]").CountAsync());
            Assert.Equal(HttpStatusCode.OK, (await bundled.Daemon.GetAsync("/v2/health/ready")).Status);

            await unload.PressAsync("Enter");
            await opened.Page.Keyboard.PressAsync("Tab");
            await opened.Page.Keyboard.PressAsync("Enter");
            await card.Locator(".chip").Filter(new() { HasText = "unavailable" }).WaitForAsync();
            await opened.SaysAsync("#expert-cards .reason",
                "it was unloaded on request and is not asked until it is loaded");
            await opened.SaysAsync("#experts-lead", "s025 is unloaded on request");
            Assert.Equal(("true", null),
                (await unload.GetAttributeAsync("aria-disabled"), await load.GetAttributeAsync("aria-disabled")));
            Assert.Equal("Unload s025",
                await opened.Page.EvaluateAsync<string>("() => document.activeElement.getAttribute('aria-label')"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable,
                (await bundled.Daemon.GetAsync("/v2/models/s025/ready")).Status);
            Assert.Equal(HttpStatusCode.ServiceUnavailable,
                (await bundled.Daemon.GetAsync("/v2/health/ready")).Status);

            await load.FocusAsync();
            await load.PressAsync("Space");
            await card.Locator(".chip").Filter(new() { HasText = "ready" }).WaitForAsync();
            Assert.Equal(HttpStatusCode.OK, (await bundled.Daemon.GetAsync("/v2/health/ready")).Status);
            Assert.Empty(opened.Complaints);
        }
        finally
        {
            await bundled.Daemon.PostAsync("", "/v2/repository/models/s025/load");
        }

        ILocator Button(string name) => opened.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
    }
}
