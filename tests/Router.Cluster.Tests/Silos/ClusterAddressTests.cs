using Npgsql;
using Router.Cluster.Silos;

namespace Router.Cluster.Tests.Silos;

public class ClusterAddressTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("local:/tmp/members.json", "local:/tmp/members.json")]
    [InlineData("redis://example.org", "redis://example.org:6379")]
    [InlineData("redis://example.org:7000/", "redis://example.org:7000")]
    [InlineData("rediss://me:very%20secret@example.org", "rediss://example.org:6379")]
    [InlineData("postgres://me@example.org/dualrs", "postgres://example.org:5432/dualrs")]
    [InlineData(
        "postgresql://me:very%20secret@example.org:7000/a%20b?sslmode=verify-full", "postgres://example.org:7000/a b")]
    public void An_address_is_read_and_never_shows_its_password(string text, string shown)
    {
        Assert.True(ClusterAddress.TryParse(text, out ClusterAddress? address));
        Assert.Equal(shown, address.ToString());
        if (address is ClusterAddress.Postgres(var connection))
            Assert.Equal(
                text.Contains("secret", StringComparison.Ordinal)
                    ? ("me", "very secret", SslMode.VerifyFull) : ("me", null, SslMode.Prefer),
                (connection.Username, connection.Password, connection.SslMode));
        if (address is ClusterAddress.Redis(var options))
            Assert.Equal(
                text.Contains("secret", StringComparison.Ordinal) ? ("me", "very secret") : (null, null),
                (options.User, options.Password));
    }

    [Theory]
    [InlineData("")]
    [InlineData("local:")]
    [InlineData("locally")]
    [InlineData("redis")]
    [InlineData("http://example.org")]
    [InlineData("redis://example.org/some/path")]
    [InlineData("redis://example.org?password=secret")]
    [InlineData("postgres://example.org/dualrs")]
    [InlineData("postgres://me@example.org")]
    [InlineData("postgres://me@example.org/a/b")]
    [InlineData("postgres://me@example.org/dualrs?sslmode=perhaps")]
    [InlineData("postgres://me@example.org/dualrs?password=secret")]
    public void What_is_no_address_is_refused(string text) => Assert.False(ClusterAddress.TryParse(text, out _));
}
