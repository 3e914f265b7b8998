using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>A real redis-server on a port of its own, whose data outlive it.</summary>
internal sealed class RedisServer : IMeetingServer
{
    private const string Program = "/usr/bin/redis-server";

    private readonly string _folder;
    private readonly int _port;
    private Process _process;

    private RedisServer(string folder)
    {
        _folder = folder;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        _process = StartProcess();
    }

    public string Address => $"redis://127.0.0.1:{_port}";

    /// <summary>Whether this machine has one.</summary>
    public static bool IsThere => File.Exists(Program);

    /// <summary>Starts one. Skips the calling test where there is none.</summary>
    public static RedisServer Start(string folder)
    {
        Assert.SkipUnless(IsThere, $"needs {Program} (Debian's package redis-server)");
        return new(folder);
    }

    public void Stop()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void LoseData()
    {
        using Process told = Process.Start(new ProcessStartInfo(
            "/usr/bin/redis-cli", ["-p", _port.ToString(CultureInfo.InvariantCulture), "FLUSHALL"])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        Assert.Equal("OK", told.StandardOutput.ReadToEnd().Trim());
        told.WaitForExit();
    }

    public void StartAgain() => _process = StartProcess();

    public void Dispose() => Stop();

    private Process StartProcess()
    {
        Process started = Process.Start(new ProcessStartInfo(
            Program,
            [
                "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder,
                "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        while (started.StandardOutput.ReadLine() is { } line)
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal)) break;
        // Read on, or it stands still once the pipe is full.
        _ = started.StandardOutput.ReadToEndAsync();
        return started;
    }
}
