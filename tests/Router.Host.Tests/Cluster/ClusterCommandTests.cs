using Router.Cluster.Silos;
using Router.Host.Cli;
using Router.Host.Commands.Cluster;
using Router.Host.Tests.Cli;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>What the commands of a cluster refuse before they join one.</summary>
public sealed class ClusterCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    private async Task<string> Refused(params string[] arguments)
    {
        Outcome outcome = await _shell.RunAsync(arguments);
        Assert.Equal((ExitCode.BadInput, ""), (outcome.Code, outcome.Out));
        return outcome.Error;
    }

    [Theory]
    [InlineData("worker")]
    [InlineData("cluster", "status")]
    [InlineData("certify", "shapes10", "--out", "log.tsv", "--registry")]
    public async Task What_is_no_address_is_refused_and_not_repeated(params string[] command)
    {
        string[] registry = command[^1] == "--registry"
            ? [Path.Combine(Reference.Root, "models", "shapes10", "experts.yaml")] : [];
        string error = await Refused([.. command, .. registry, "--cluster", "amqp://me:secret@example.org"]);
        Assert.Contains("--cluster is no address: accepted is local", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://redis.example", "of the environment")]
    [InlineData("redis://:written@redis.example", "written")]
    public void The_password_of_redis_is_looked_for_where_redis_cli_looks_where_the_address_has_none(
        string address, string password)
    {
        Surroundings surroundings = Surroundings.OfProcess() with
        {
            Variable = name => name == "REDISCLI_AUTH" ? "of the environment" : null,
        };
        ClusterSettings settings = new Membership(address, Membership.DefaultListen, null, null)
            .Settings("worker", surroundings);
        Assert.Equal(password, Assert.IsType<ClusterAddress.Redis>(settings.Address).Options.Password);
        Assert.Equal("redis://redis.example:6379", $"{settings.Address}");
    }

    [Theory]
    [InlineData("0.0.0.0:11111")]
    [InlineData("192.0.2.7:0")]
    [InlineData("[2001:db8::1]:11111")]
    public async Task A_worker_that_others_could_reach_in_the_clear_is_refused(string listen) =>
        Assert.Contains("would speak in the clear", await Refused("worker", "--listen", listen),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--member-certificate", "member.pem")]
    [InlineData("--peers-ca", "ca.pem")]
    public async Task Who_shows_a_certificate_wants_one_and_the_other_way_round(params string[] option) =>
        Assert.Contains("belong together", await Refused(["worker", .. option]), StringComparison.Ordinal);

    [Fact]
    public async Task Certificates_that_are_none_are_refused_by_name()
    {
        string member = _shell.Write("member.pem", "no certificate"), peers = _shell.Write("ca.pem", "nor here");
        Posix.SetMode(member, "400");
        Assert.Contains(
            "no certificate nowhere.pem".Replace("nowhere.pem", _shell.In("nowhere.pem"), StringComparison.Ordinal),
            await Refused("worker", "--member-certificate", "nowhere.pem", "--peers-ca", peers),
            StringComparison.Ordinal);
        Assert.Contains(
            $"{peers} holds no certificate",
            await Refused("worker", "--member-certificate", member, "--peers-ca", peers), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_to_listen_at_that_is_none_is_refused() =>
        Assert.Contains("--listen is 'somewhere'", await Refused("worker", "--listen", "somewhere"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("--experts", "router,s25", "--experts s25: there is no such network in")]
    [InlineData("--experts", " , ", "--experts names none")]
    [InlineData("--device", "cuda:999", "--device cuda:999: this machine has")]
    [InlineData("--device", "gpu", "accepted are cpu, and cuda:N for a GPU")]
    public async Task A_worker_is_refused_of_networks_and_devices_that_there_are_none_of(
        string option, string written, string why) => Assert.Contains(
            why, await Refused("worker", "-r", Path.Combine(ClusterPrograms.Models, "experts.yaml"), option, written),
            StringComparison.Ordinal);
}
