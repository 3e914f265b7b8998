using System.Diagnostics.CodeAnalysis;
using System.Net;
using StackExchange.Redis;

namespace Router.Cluster.Silos;

/// <summary>Where the members of a cluster find each other. Closed: the kinds are the nested records.</summary>
public abstract record ClusterAddress
{
    /// <summary>What an address may be, in words.</summary>
    public const string Accepted =
        "local for the processes of this machine, local:FILE, redis://[:PASSWORD@]HOST[:PORT] or rediss:// with TLS";

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
            string[] who = uri.UserInfo.Split(':', 2);
            ConfigurationOptions options = new()
            {
                EndPoints = { { uri.Host, uri.Port > 0 ? uri.Port : RedisPort } },
                Ssl = uri.Scheme == "rediss",
                AbortOnConnectFail = false,
                User = who[0].Length > 0 ? Uri.UnescapeDataString(who[0]) : null,
                Password = who.Length > 1 ? Uri.UnescapeDataString(who[1]) : null,
            };
            address = new Redis(options);
        }
        return address is not null;
    }
}
