using System.Net;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Transport;

/// <summary>What browsers send for pages of others, as Fetch Metadata and RFC 6454 have it.</summary>
public sealed class OtherOriginTests
{
    [Theory]
    [InlineData("cross-site", "https://evil.example", false)]
    [InlineData("same-site", "http://127.0.0.1:1", false)]
    [InlineData("same-origin", "https://behind.a.proxy", true)]
    [InlineData("none", null, true)]
    [InlineData(null, "https://evil.example", false)]
    [InlineData(null, "http://127.0.0.1:1", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "own", true)]
    [InlineData(null, null, true)]
    public async Task Pages_of_other_origins_can_send_nothing_and_everybody_can_look(
        string? site, string? origin, bool accepted)
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Routed(limits));
        foreach (HttpRequestMessage request in (HttpRequestMessage[])
            [new(HttpMethod.Post, RunningDaemon.Infer) { Content = RunningDaemon.Text(ToyModel.Body) },
                new(HttpMethod.Get, "/v2/models/dualrs")])
        {
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null) request.Headers.Add(
                "Origin", origin == "own" ? $"http://{daemon.Client.BaseAddress!.Authority}" : origin);
            HttpResponseMessage response = await daemon.Client.SendAsync(request);
            Assert.Equal(accepted || request.Method == HttpMethod.Get ? HttpStatusCode.OK : HttpStatusCode.Forbidden,
                response.StatusCode);
        }
    }
}
