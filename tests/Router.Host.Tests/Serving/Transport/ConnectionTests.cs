using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Transport;

/// <summary>
/// Who is let in, and for how long without a word. Nobody is silent for too long while the clock of a test stands
/// still.
/// </summary>
public sealed class ConnectionTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Silent_connections_keep_nobody_from_health_where_it_has_an_address_of_its_own()
    {
        await using Daemon daemon = await StartAsync(new() { Connections = 4, ConnectionsOfAddress = 4 });
        using HttpClient health = Client(daemon, at: 1);
        List<RawConnection> silent = [];
        for (int i = 1; i <= 4; i++) silent.Add(await OpenedAsync(daemon, health, i));
        using HttpClient late = Client(daemon, at: 0);
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetAsync("/v2/health/live"));
        Assert.Equal(HttpStatusCode.OK, (await health.GetAsync("/v2/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await health.GetAsync("/v2/health/ready")).StatusCode);
        // A client may try again by itself.
        Assert.Matches("dualrs_connections_turned_away_total{reason=\"all\"} [1-9]",
            await health.GetStringAsync("/metrics"));
        // And nothing else.
        foreach (string other in (string[])["/v2", "/", "/v2/models/dualrs", "/openapi/v1.json"])
            Assert.Equal(HttpStatusCode.NotFound, (await health.GetAsync(other)).StatusCode);
        silent.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task One_address_has_a_part_of_the_connections_and_leaves_the_rest_to_others()
    {
        await using Daemon daemon = await StartAsync(new() { Connections = 4 });
        using HttpClient health = Client(daemon, at: 1);
        using RawConnection first = await OpenedAsync(daemon, health, 1);
        using RawConnection second = await RawConnection.OpenAsync(daemon.Addresses.First().Port);
        Assert.Equal("", await second.ReadToEndAsync());
        Assert.Contains("dualrs_connections_turned_away_total{reason=\"address\"} 1\n",
            await health.GetStringAsync("/metrics"));
        using RawConnection other = await RawConnection.OpenAsync(daemon.Addresses.First().Port, from: "127.0.0.2");
        await other.SendAsync("GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK", await other.ReadToEndAsync(), StringComparison.Ordinal);
        first.Dispose();
        await OpenAreAsync(health, 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_says_nothing_is_closed_also_after_a_handshake(bool secure)
    {
        using TestCertificate files = new();
        files.Write("one");
        await using Daemon daemon = await StartAsync(
            new(), secure ? new(files.Certificate, files.Key, password: null) : null);
        using HttpClient health = Client(daemon, at: 1);
        using TcpClient silent = new();
        await silent.ConnectAsync(IPAddress.Loopback, daemon.Addresses.First().Port);
        Stream stream = silent.GetStream();
        if (secure)
        {
            SslStream handshake = new(stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await handshake.AuthenticateAsClientAsync("localhost");
            stream = handshake;
        }
        await OpenAreAsync(health, 1);
        Task<int> closed = stream.ReadAsync(new byte[1]).AsTask();
        // It may not have begun to listen yet: time goes on until it has.
        while (!closed.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await health.GetAsync("/v2/health/live");
        }
        Assert.Equal(0, await closed);
        Assert.Contains("dualrs_connections_turned_away_total{reason=\"silent\"} 1\n",
            await health.GetStringAsync("/metrics"));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2::", "2001:db8:1:2::")]
    public void A_network_of_IPv6_is_one_address_for_connections_and_for_turns(string address, string party)
    {
        Assert.Equal(IPAddress.Parse(party), ConnectionGate.PartyOf(IPAddress.Parse(address)));
        Assert.Equal(party, ApiKey.PartyOf(
            new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } }));
    }

    private async Task<Daemon> StartAsync(ServingLimits limits, ServerCertificate? certificate = null)
    {
        Daemon daemon = new(
            [new(IPAddress.Loopback, 0, IsSecure: certificate is not null),
                new(IPAddress.Loopback, 0) { IsHealth = true }],
            limits, _clock, logging =>
                logging.AddFilter("Microsoft", LogLevel.None), transport: new() { Certificate = certificate });
        await daemon.StartAsync(CancellationToken.None);
        return daemon;
    }

    private static HttpClient Client(Daemon daemon, int at) =>
        new() { BaseAddress = daemon.Addresses.ElementAt(at), Timeout = RunningDaemon.Patience };

    private static async Task<RawConnection> OpenedAsync(Daemon daemon, HttpClient health, int open)
    {
        RawConnection connection = await RawConnection.OpenAsync(daemon.Addresses.First().Port);
        await OpenAreAsync(health, open);
        return connection;
    }

    // A connection is there before the server has taken it.
    private static async Task OpenAreAsync(HttpClient health, int count)
    {
        string line = $"dualrs_connections_open {count}\n";
        while (!(await health.GetStringAsync("/metrics")).Contains(line, StringComparison.Ordinal)) await Task.Yield();
    }
}
