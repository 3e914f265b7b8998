using Router.Host.Cli;
using Router.Host.Tests.Cli;

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
    [InlineData("certify", "shapes10", "--out", "log.tsv")]
    public async Task What_is_no_address_is_refused_and_not_repeated(params string[] command)
    {
        string error = await Refused([.. command, "--cluster", "amqp://me:secret@example.org"]);
        Assert.Contains("--cluster is no address: accepted is local", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:11111")]
    [InlineData("192.0.2.7:0")]
    [InlineData("[2001:db8::1]:11111")]
    public async Task A_worker_that_others_could_reach_in_the_clear_is_refused(string listen) =>
        Assert.Contains("would speak in the clear", await Refused("worker", "--listen", listen),
            StringComparison.Ordinal);

    [Fact]
    public async Task An_address_to_listen_at_that_is_none_is_refused() =>
        Assert.Contains("--listen is 'somewhere'", await Refused("worker", "--listen", "somewhere"),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_pass_over_every_expert_is_not_drawn_on_a_cluster() => Assert.Contains(
        "without --cluster", await Refused("certify", "shapes10", "--all", "--out", "all", "--cluster", "local"),
        StringComparison.Ordinal);
}
