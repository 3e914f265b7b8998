using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Router.Host.Cli;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Tells the service manager how the daemon does, over the datagram socket that it named (sd_notify(3), written by hand
/// because it is one datagram). Without one nothing is told. A manager that does not listen is no fault of the daemon.
/// </summary>
internal sealed class ServiceNotice : IDisposable
{
    private readonly Socket? _socket;
    private readonly TimeProvider _clock;
    private readonly ITimer? _watchdog;

    /// <summary>A notice to the manager that started this process.</summary>
    /// <param name="surroundings">NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, and the clock.</param>
    /// <param name="processId">This process: a watchdog may be another's.</param>
    public ServiceNotice(Surroundings surroundings, int processId)
    {
        _clock = surroundings.Clock;
        if (surroundings.Variable("NOTIFY_SOCKET") is not { Length: > 1 } path || path[0] is not ('/' or '@'))
            return;
        _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // A name with @ is one of the abstract namespace, which starts with a zero byte.
            _socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            _socket.Dispose();
            _socket = null;
            return;
        }
        bool isOurs = surroundings.Variable("WATCHDOG_PID") is not { } pid
            || pid == processId.ToString(CultureInfo.InvariantCulture);
        if (isOurs && long.TryParse(surroundings.Variable("WATCHDOG_USEC"), NumberStyles.None,
            CultureInfo.InvariantCulture, out long microseconds) && microseconds > 1)
        {
            // Half of it, as sd_watchdog_enabled(3) recommends. The timer runs on the thread pool: where that is stuck,
            // the daemon is.
            TimeSpan half = TimeSpan.FromMicroseconds(microseconds / 2);
            _watchdog = _clock.CreateTimer(_ => Tell("WATCHDOG=1"), null, half, half);
        }
    }

    /// <summary>It serves, also again after a reload.</summary>
    /// <param name="status">In words.</param>
    public void Ready(string status) => Tell($"READY=1\nSTATUS={status}");

    /// <summary>It loads another registry; <see cref="Ready"/> ends that.</summary>
    public void Reloading() => Tell(string.Create(
        CultureInfo.InvariantCulture,
        $"RELOADING=1\nMONOTONIC_USEC={(long)((Int128)_clock.GetTimestamp() * 1_000_000 / _clock.TimestampFrequency)}\n"
        + $"STATUS=reloading"));

    /// <summary>It finishes what it accepted.</summary>
    /// <param name="drainTime">How long that may take.</param>
    public void Stopping(TimeSpan drainTime) => Tell(string.Create(
        CultureInfo.InvariantCulture,
        $"STOPPING=1\nSTATUS=finishing what was accepted, for at most {drainTime.TotalSeconds} s"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private void Tell(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // Nobody listens any more; whoever manages the service will see that it is late.
        }
    }
}
