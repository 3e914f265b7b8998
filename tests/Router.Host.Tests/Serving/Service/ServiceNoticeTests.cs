using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Router.Host.Cli;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving.Service;

public sealed class ServiceNoticeTests : IDisposable
{
    private const int ProcessId = 77;

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs").FullName;
    private readonly Dictionary<string, string> _variables = [];
    private readonly ManualClock _clock = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceNoticeTests()
    {
        _variables["NOTIFY_SOCKET"] = Path.Combine(_folder, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(_variables["NOTIFY_SOCKET"]));
    }

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_daemon_tells_when_it_serves_and_when_it_stops()
    {
        using ServiceNotice notice = Notice();
        ServingLimits limits = new() { DrainTime = TimeSpan.FromSeconds(7) };
        await using Daemon daemon = new(
            ListenAddress.Parse("http://127.0.0.1:0"), limits, TimeProvider.System, logging =>
                logging.AddFilter("Microsoft", LogLevel.None), service: notice);
        await daemon.StartAsync(CancellationToken.None);
        using CancellationTokenSource stop = new();
        TaskCompletionSource loaded = new();
        Task serving = daemon.ServeAsync(
            async (_, _) =>
            {
                await loaded.Task;
                return ToyModel.Of(ToyModel.AtOnce(), limits);
            }, stop.Token);
        Assert.Equal(0, _manager.Available);
        loaded.SetResult();
        Assert.Equal($"READY=1\nSTATUS=serving {daemon.Addresses.Single().GetLeftPart(UriPartial.Authority)}",
            await HeardAsync());
        await stop.CancelAsync();
        Assert.Equal("STOPPING=1\nSTATUS=finishing what was accepted, for at most 7 s", await HeardAsync());
        await serving.WaitAsync(RunningDaemon.Patience);
    }

    [Fact]
    public async Task A_reload_tells_its_monotonic_time_and_ends_with_ready()
    {
        using ServiceNotice notice = Notice();
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        notice.Reloading();
        string expected = $"RELOADING=1\nMONOTONIC_USEC={_clock.GetTimestamp() / 10}\nSTATUS=reloading";
        Assert.Equal(expected, await HeardAsync());
        notice.Ready("again");
        Assert.Equal("READY=1\nSTATUS=again", await HeardAsync());
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("77", true)]
    [InlineData("78", false)]
    public async Task A_watchdog_hears_twice_in_its_time_if_it_is_this_process_s(string? watched, bool hears)
    {
        _variables["WATCHDOG_USEC"] = "20000000";
        if (watched is not null) _variables["WATCHDOG_PID"] = watched;
        using ServiceNotice notice = Notice();
        _clock.Advance(TimeSpan.FromSeconds(10));
        if (hears) Assert.Equal("WATCHDOG=1", await HeardAsync());
        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public async Task A_socket_of_the_abstract_namespace_is_found()
    {
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        string name = $"dualrs-{Path.GetFileName(_folder)}";
        manager.Bind(new UnixDomainSocketEndPoint("\0" + name));
        _variables["NOTIFY_SOCKET"] = "@" + name;
        using ServiceNotice notice = Notice();
        notice.Ready("here");
        Assert.Equal("READY=1\nSTATUS=here", await HeardAsync(manager));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nowhere/notify")]
    public void Without_a_manager_that_listens_nothing_happens(string? socket)
    {
        _variables.Remove("NOTIFY_SOCKET");
        if (socket is not null) _variables["NOTIFY_SOCKET"] = socket;
        using ServiceNotice notice = Notice();
        notice.Ready("alone");
        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public void A_manager_that_went_away_is_no_fault()
    {
        using ServiceNotice notice = Notice();
        _manager.Dispose();
        Assert.Null(Record.Exception(() => notice.Ready("alone")));
    }

    private ServiceNotice Notice() =>
        new(Surroundings.OfProcess() with { Variable = name => _variables.GetValueOrDefault(name),
            Clock = _clock }, ProcessId);

    private async Task<string> HeardAsync(Socket? manager = null)
    {
        byte[] buffer = new byte[1024];
        int length = await (manager ?? _manager).ReceiveAsync(buffer).WaitAsync(RunningDaemon.Patience);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
