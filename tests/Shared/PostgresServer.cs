using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tests;

/// <summary>A real PostgreSQL on a port of its own, with the tables of deploy/postgresql.</summary>
internal sealed class PostgresServer : IMeetingServer
{
    private const string Versions = "/usr/lib/postgresql", User = "dualrs", Password = "pass word";

    // It does not run as root.
    private static readonly string[] AsOther = Environment.IsPrivilegedProcess
        ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];

    private readonly string _programs;
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-postgres-").FullName;
    private readonly int _port;
    private Process _process;

    private PostgresServer(string programs)
    {
        _programs = programs;
        string passwords = Path.Combine(_folder, "password");
        File.WriteAllText(passwords, Password);
        if (AsOther.Length > 0) Run(["/usr/bin/chown", "-R", "postgres", _folder]);
        Run(
            [
                .. AsOther, Path.Combine(_programs, "initdb"), "-D", Data, "-U", User, "-A", "scram-sha-256",
                $"--pwfile={passwords}", "--no-sync", "--locale=C", "-E", "UTF8",
            ]);
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            _port = ((IPEndPoint)free.LocalEndpoint).Port;
        }
        _process = StartProcess();
        Run(Psql("-f", Path.Combine(Reference.Root, "deploy", "postgresql", "membership.sql")));
    }

    public string Address => $"postgres://{User}:{Uri.EscapeDataString(Password)}@127.0.0.1:{_port}/postgres";

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts one. Skips the calling test where there is none.</summary>
    public static PostgresServer Start()
    {
        string? programs = !Directory.Exists(Versions) ? null
            : Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin"))
                .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));
        Assert.SkipUnless(programs is not null, $"needs {Versions}/*/bin/postgres (Debian's package postgresql)");
        return new(programs!);
    }

    /// <summary>Runs a statement.</summary>
    public void Execute(string statement) => Run(Psql("-c", statement));

    /// <summary>Runs the script of the tables once more.</summary>
    public void MakeTablesAgain() =>
        Run(Psql("-f", Path.Combine(Reference.Root, "deploy", "postgresql", "membership.sql")));

    public void Stop()
    {
        using (Process told = Process.Start(
            "kill", ["-QUIT", _process.Id.ToString(CultureInfo.InvariantCulture)])) told.WaitForExit();
        _process.WaitForExit();
        _process.Dispose();
    }

    public void StartAgain() => _process = StartProcess();

    public void LoseData() => Execute("TRUNCATE OrleansMembershipTable, OrleansMembershipVersionTable");

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private string[] Psql(params string[] arguments) =>
    [
        Path.Combine(_programs, "psql"), "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p",
        _port.ToString(CultureInfo.InvariantCulture), "-U", User, .. arguments, "postgres",
    ];

    private static void Run(string[] command)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment["PGPASSWORD"] = Password;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}:\n{output.Result}{error}");
    }

    private Process StartProcess()
    {
        string[] command =
        [
            .. AsOther, Path.Combine(_programs, "postgres"), "-D", Data, "-p",
            _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c",
            "unix_socket_directories=", "-c", "fsync=off",
        ];
        Process started = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false,
            WorkingDirectory = "/",
        })!;
        while (started.StandardError.ReadLine() is { } line)
            if (line.Contains("ready to accept connections", StringComparison.Ordinal)) break;
        // Read on, or it stands still once the pipe is full.
        _ = started.StandardError.ReadToEndAsync();
        return started;
    }
}
