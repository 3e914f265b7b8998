using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Transport;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", null, "localhost:8080 127.0.0.1 [::1]:8080 LOCALHOST localhost.",
        "evil.example 127.0.0.2 localhost.evil.example")]
    [InlineData("http://127.0.0.2:8080", null, "127.0.0.2:8080 localhost", "10.0.0.1")]
    [InlineData("http://127.0.0.1:8080", "gate.example", "gate.example:8080 localhost", "www.gate.example")]
    [InlineData("http://127.0.0.1:8080", "*", "anything.example", "")]
    [InlineData("http://0.0.0.0:8080", null, "10.1.2.3:8080 gate.example", "")]
    [InlineData("http://0.0.0.0:8080", "gate.example", "gate.example localhost 0.0.0.0", "10.1.2.3:8080")]
    [InlineData("http://127.0.0.1:8080; http://10.1.2.3", null, "anything.example", "")]
    public void Names_are_accepted_where_they_can_be_meant(
        string urls, string? written, string accepted, string refused)
    {
        HostNames names = HostNames.Of(ListenAddress.Parse(urls), written);
        Assert.All(accepted.Split(' '), name => Assert.True(names.Accepts(new HostString(name)), name));
        Assert.All(refused.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            name => Assert.False(names.Accepts(new HostString(name)), name));
        Assert.True(names.Accepts(default));
    }

    [Fact]
    public async Task A_request_under_another_name_is_421_health_included()
    {
        IReadOnlyList<ListenAddress> addresses = ListenAddress.Parse("http://127.0.0.1:0");
        await using Daemon daemon = new(
            addresses, new(), TimeProvider.System, logging => logging.AddFilter("Microsoft", LogLevel.None),
            transport: new() { Hosts = HostNames.Of(addresses, written: null) });
        await daemon.StartAsync(CancellationToken.None);
        using HttpClient client = new() { BaseAddress = daemon.Addresses.Single(), Timeout = RunningDaemon.Patience };
        foreach (string path in (string[])["/v2/health/live", "/v2", "/nowhere"])
        {
            HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { Host = "rebound.example" } };
            HttpResponseMessage answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
            Assert.StartsWith(
                "this server does not answer to the name 'rebound.example': start it with --hosts and that name, or "
                + "ask it by one of 127.0.0.1, ::1, localhost",
                (string?)(await RunningDaemon.ReadAsync(answer)).Body["error"]);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        }
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v2/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_the_others_go_on()
    {
        await using Daemon daemon = new(
            [new(IPAddress.Loopback, 0)], new() { Connections = 1 }, TimeProvider.System, logging =>
                logging.AddFilter("Microsoft", LogLevel.None));
        await daemon.StartAsync(CancellationToken.None);
        using HttpClient first = new() { BaseAddress = daemon.Addresses.Single(), Timeout = RunningDaemon.Patience };
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/v2/health/live")).StatusCode);
        using HttpClient second = new() { BaseAddress = daemon.Addresses.Single(), Timeout = RunningDaemon.Patience };
        await Assert.ThrowsAsync<HttpRequestException>(() => second.GetAsync("/v2/health/live"));
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/v2/health/live")).StatusCode);
    }
}
