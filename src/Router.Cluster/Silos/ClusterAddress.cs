using System.Diagnostics.CodeAnalysis;
using System.Net;
using Npgsql;
using StackExchange.Redis;

namespace Router.Cluster.Silos;

/// <summary>Where the members of a cluster find each other. Closed: the kinds are the nested records.</summary>
public abstract record ClusterAddress
{
    /// <summary>What an address may be, in words.</summary>
    public const string Accepted =
        "local for the processes of this machine, local:FILE, redis://[:PASSWORD@]HOST[:PORT], rediss:// with TLS, or "
        + "postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE[?sslmode=MODE]";

    private ClusterAddress() { }

    /// <summary>The processes of one machine, by a file.</summary>
    /// <param name="File">The file; null for the user's own.</param>
    public sealed record Local(string? File) : ClusterAddress
    {
        /// <inheritdoc/>
        public override string ToString() => File is null ? "local" : $"local:{File}";
    }

    /// <summary>Members on any machine, by a Redis server whose data outlive it.</summary>
    /// <param name="Options">Where it is, and how one gets in.</param>
    public sealed record Redis(ConfigurationOptions Options) : ClusterAddress
    {
        /// <summary>Without the password.</summary>
        public override string ToString() =>
            $"{(Options.Ssl ? "rediss" : "redis")}://{string.Join(',', Options.EndPoints.Select(Text))}";

        private static string Text(EndPoint at) => at is DnsEndPoint named ? $"{named.Host}:{named.Port}" : $"{at}";
    }

    /// <summary>Members on any machine, by a PostgreSQL server that has the tables of deploy/postgresql.</summary>
    /// <param name="Connection">Where it is, and how one gets in.</param>
    public sealed record Postgres(NpgsqlConnectionStringBuilder Connection) : ClusterAddress
    {
        /// <summary>Without the password.</summary>
        public override string ToString() =>
            $"postgres://{Connection.Host}:{Connection.Port}/{Connection.Database}";
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="address">The address; null where it is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out ClusterAddress? address)
    {
        const int RedisPort = 6379;
        address = null;
        if (text == "local") address = new Local(null);
        else if (text.StartsWith("local:", StringComparison.Ordinal) && text.Length > "local:".Length)
            address = new Local(text["local:".Length..]);
        else if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "redis" or "rediss"
            && uri.Host.Length > 0 && uri.AbsolutePath is "" or "/" && uri.Query.Length == 0)
        {
            (string? user, string? password) = WhoOf(uri);
            ConfigurationOptions options = new()
            {
                EndPoints = { { uri.Host, uri.Port > 0 ? uri.Port : RedisPort } },
                Ssl = uri.Scheme == "rediss",
                AbortOnConnectFail = false,
                User = user,
                Password = password,
            };
            address = new Redis(options);
        }
        else if (uri is { Scheme: "postgres" or "postgresql", Host.Length: > 0 }) address = PostgresOf(uri);
        return address is not null;
    }

    private static Postgres? PostgresOf(Uri uri)
    {
        const string Asked = "?sslmode=";
        string database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        (string? user, string? password) = WhoOf(uri);
        if (user is null || database.Length == 0 || database.Contains('/') || uri.Fragment.Length > 0) return null;
        NpgsqlConnectionStringBuilder connection = new() { Host = uri.Host, Username = user, Database = database };
        if (uri.Port > 0) connection.Port = uri.Port;
        // Without one the driver looks for it where psql does: PGPASSWORD, PGPASSFILE, ~/.pgpass.
        if (password is not null) connection.Password = password;
        if (uri.Query.Length == 0) return new(connection);
        if (!uri.Query.StartsWith(Asked, StringComparison.Ordinal)
            || !Enum.TryParse(
                uri.Query[Asked.Length..].Replace("-", "", StringComparison.Ordinal), true, out SslMode mode)
            || !Enum.IsDefined(mode))
            return null;
        connection.SslMode = mode;
        return new(connection);
    }

    private static (string? User, string? Password) WhoOf(Uri uri)
    {
        string[] who = uri.UserInfo.Split(':', 2);
        return (
            who[0].Length > 0 ? Uri.UnescapeDataString(who[0]) : null,
            who.Length > 1 ? Uri.UnescapeDataString(who[1]) : null);
    }
}
