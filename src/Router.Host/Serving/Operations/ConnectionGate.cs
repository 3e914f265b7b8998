using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Router.Host.Serving.Operations;

/// <summary>Why a connection was closed before anything was asked on it.</summary>
internal enum TurnedAway
{
    /// <summary>Too many are open.</summary>
    All,

    /// <summary>Too many of its address are open.</summary>
    Address,

    /// <summary>It said nothing for too long.</summary>
    Silent,
}

/// <summary>
/// Whose connections are let in: so many at once, so many of one address, and none that says nothing. A /64 of IPv6
/// counts as one address: whoever has one has all of it to choose from (RFC 4291, section 2.5.4).
/// </summary>
/// <param name="most">Connections at once, ≥ 1.</param>
/// <param name="mostOfOne">Those of one address, ≥ 1.</param>
/// <param name="firstByte">How long a connection may stay silent.</param>
/// <param name="clock">The time.</param>
internal sealed class ConnectionGate(int most, int mostOfOne, TimeSpan firstByte, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _ofAddress = [];
    private readonly long[] _turnedAway = new long[Enum.GetValues<TurnedAway>().Length];
    private int _open;

    /// <summary>Connections that are open.</summary>
    public int Open
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    /// <summary>How many were closed for a reason.</summary>
    public long Count(TurnedAway reason) => Interlocked.Read(ref _turnedAway[(int)reason]);

    /// <summary>Lets connections through to whoever speaks on them; as soon as this returns they are closed.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async connection =>
    {
        IPAddress party = PartyOf((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        if (Refusal(party) is { } reason)
        {
            Interlocked.Increment(ref _turnedAway[(int)reason]);
            return;
        }
        try
        {
            await HearAsync(connection, next);
        }
        finally
        {
            Leave(party);
        }
    };

    /// <summary>Passes a connection on with its first byte, which stays to be read; one without is closed.</summary>
    public ConnectionDelegate Hear(ConnectionDelegate next) => connection => HearAsync(connection, next);

    /// <summary>Whose an address is.</summary>
    public static IPAddress PartyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], 0);
        return new(bytes);
    }

    private async Task HearAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await SpeaksAsync(connection)) await next(connection);
    }

    private async Task<bool> SpeaksAsync(ConnectionContext connection)
    {
        using CancellationTokenSource silent = new(firstByte, clock);
        CancellationToken stopping =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, stopping);
        try
        {
            ReadResult first = await connection.Transport.Input.ReadAsync(either.Token);
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            return !first.Buffer.IsEmpty;
        }
        catch (OperationCanceledException)
        {
            if (stopping.IsCancellationRequested) return false;
            // On a machine that is too busy to listen, who spoke in time is heard late.
            if (connection.Transport.Input.TryRead(out ReadResult late))
            {
                connection.Transport.Input.AdvanceTo(late.Buffer.Start);
                if (!late.Buffer.IsEmpty) return true;
            }
            Interlocked.Increment(ref _turnedAway[(int)TurnedAway.Silent]);
            return false;
        }
        catch (IOException)
        {
            // Whoever called has gone again.
            return false;
        }
    }

    private TurnedAway? Refusal(IPAddress party)
    {
        lock (_gate)
        {
            int own = _ofAddress.GetValueOrDefault(party);
            if (_open == most) return TurnedAway.All;
            if (own == mostOfOne) return TurnedAway.Address;
            _ofAddress[party] = own + 1;
            _open++;
            return null;
        }
    }

    private void Leave(IPAddress party)
    {
        lock (_gate)
        {
            _open--;
            if (--_ofAddress[party] == 0) _ofAddress.Remove(party);
        }
    }
}
