using Router.Cluster.Telemetry;
using static Router.Cluster.Tests.Dispatch.World;

namespace Router.Cluster.Tests.Dispatch;

/// <summary>What a gateway measures of its pools.</summary>
public class GatewayMeterTests
{
    [Fact]
    public void Asks_audits_and_who_is_asked_no_more_are_counted_by_network()
    {
        using Measurements measured = new("gateway's");
        using World world = new(Audits(1), network: "gateway's");
        ClusterMeter.Open(world.Dispatcher);
        world.Time.Run(async () =>
        {
            foreach (string name in (string[])["a", "b"]) await world.JoinAsync(name);
            World.Worker liar = await world.JoinAsync("c");
            liar.Answer = World.Worker.Lie;
            await world.VoteAsync(Request(1, 0, 10_000));
            await world.VoteAsync(Request(2, 0, 10_000));
        });
        Assert.Equal(world.Counters.Asks, measured.Now("dualrs_cluster_asks_total"));
        Assert.Equal(world.Counters.Audits, measured.Now("dualrs_cluster_audits_total"));
        Assert.Equal(world.Counters.AuditsGivenUp, measured.Now("dualrs_cluster_audits_given_up_total"));
        Assert.InRange(world.Counters.Audits, 1, world.Counters.Asks / 2);
        Assert.Equal(1, measured.Now("dualrs_cluster_quarantined_total"));
        Assert.Equal(2, measured.Now("dualrs_cluster_workers", "ready"));
        Assert.Equal(1, measured.Now("dualrs_cluster_workers", "quarantined"));
        Assert.Equal(0, measured.Now("dualrs_cluster_requests"));
        Assert.True(measured.Sum("dualrs_cluster_ask_duration_seconds") > 0);
        ClusterMeter.Close(world.Dispatcher);
        Assert.Equal(0, measured.Now("dualrs_cluster_workers"));
    }

    [Fact]
    public void What_waits_and_what_is_asked_again_for_being_late_is_seen()
    {
        using Measurements measured = new("waiting");
        using World world = new(network: "waiting");
        ClusterMeter.Open(world.Dispatcher);
        world.Time.Run(async () =>
        {
            World.Worker stuck = await world.JoinAsync("a");
            await world.VoteAsync(Request(1, 0, 100));
            stuck.Before = (_, token) => world.Time.Delay(1000, token);
            Task votes = world.VoteAsync(Request(1, 100, 10_100, seed: 4));
            Assert.Equal(1, measured.Now("dualrs_cluster_requests"));
            Assert.True(measured.Now("dualrs_cluster_ranges_waiting") > 0);
            await world.JoinAsync("b");
            await votes;
        });
        Assert.True(measured.Now("dualrs_cluster_hedges_total") > 0);
        Assert.Equal(0, measured.Now("dualrs_cluster_ranges_waiting"));
        ClusterMeter.Close(world.Dispatcher);
    }
}
