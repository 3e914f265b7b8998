using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Router.Host.Tests.Serving;

/// <summary>A connection on which a test writes what no client would.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private RawConnection() { }

    /// <summary>Connects to a port of this machine, from one of its addresses.</summary>
    public static async Task<RawConnection> OpenAsync(int port, string from = "127.0.0.1")
    {
        RawConnection opened = new();
        opened._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await opened._socket.ConnectAsync(IPAddress.Loopback, port);
        return opened;
    }

    /// <summary>Sends text; where it is the last, says that nothing follows and goes on listening.</summary>
    public async Task SendAsync(string text, bool andNoMore = false)
    {
        await _socket.SendAsync(Encoding.Latin1.GetBytes(text));
        if (andNoMore) SayNoMore();
    }

    /// <summary>Says that nothing follows, and goes on listening.</summary>
    public void SayNoMore() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>What comes next.</summary>
    public async Task<string> ReadAsync()
    {
        byte[] part = new byte[4096];
        int count = await _socket.ReceiveAsync(part).WaitAsync(RunningDaemon.Patience);
        return Encoding.Latin1.GetString(part, 0, count);
    }

    /// <summary>What comes until the other side closes, cleanly or not.</summary>
    public async Task<string> ReadToEndAsync()
    {
        StringBuilder read = new();
        byte[] part = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(part).WaitAsync(RunningDaemon.Patience) is var count and > 0)
                read.Append(Encoding.Latin1.GetString(part, 0, count));
        }
        catch (SocketException)
        {
            // It was reset.
        }
        return read.ToString();
    }

    /// <summary>Breaks off at once.</summary>
    public void Reset()
    {
        _socket.LingerState = new(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();
}
