using System.Net.Sockets;
using System.Net;
using Orleans;
using Orleans.Runtime;
using Router.Cluster.Silos;

namespace Router.Cluster.Tests.Silos;

/// <summary>The contract that Orleans has with a membership table, and what the file adds.</summary>
public sealed class FileMembershipTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private FileMembershipTable Open() => new(Path.Combine(_folder, "a", "members.json"), TimeProvider.System);

    private static MembershipEntry Entry(int port, SiloStatus status = SiloStatus.Active) => new()
    {
        SiloAddress = SiloAddress.New(new(IPAddress.Loopback, port), 77),
        Status = status,
        HostName = "here",
        SiloName = "worker",
        StartTime = DateTime.UnixEpoch,
        IAmAliveTime = DateTime.UnixEpoch,
        SuspectTimes = [Tuple.Create(SiloAddress.New(new(IPAddress.Loopback, 9), 5), DateTime.UnixEpoch)],
    };

    private static async Task<FileMembershipTable> InsertedAsync(
        FileMembershipTable table, params MembershipEntry[] rows)
    {
        await table.InitializeMembershipTable(true);
        foreach (MembershipEntry row in rows)
            Assert.True(await table.InsertRow(row, (await table.ReadAll()).Version.Next()));
        return table;
    }

    [Fact]
    public async Task A_row_is_read_as_it_was_written()
    {
        FileMembershipTable table = await InsertedAsync(Open(), Entry(1), Entry(2));
        Assert.Equal(2, (await table.ReadAll()).Members.Count);
        MembershipEntry read = (await Open().ReadRow(Entry(2).SiloAddress)).Members.Single().Item1;
        MembershipEntry written = Entry(2);
        Assert.Equal(written.SiloAddress, read.SiloAddress);
        Assert.Equal(written.Status, read.Status);
        Assert.Equal((written.HostName, written.SiloName), (read.HostName, read.SiloName));
        Assert.Equal(written.SuspectTimes, read.SuspectTimes);
    }

    [Fact]
    public async Task Who_read_an_older_version_changes_nothing()
    {
        FileMembershipTable table = await InsertedAsync(Open(), Entry(1));
        MembershipTableData before = await table.ReadAll();
        string etag = before.Members[0].Item2;
        Assert.True(await table.InsertRow(Entry(2), before.Version.Next()));
        Assert.False(await table.InsertRow(Entry(3), before.Version.Next()));
        Assert.False(await table.UpdateRow(Entry(1, SiloStatus.Dead), etag, before.Version.Next()));
        MembershipTableData now = await table.ReadAll();
        Assert.False(await table.UpdateRow(Entry(1, SiloStatus.Dead), "0", now.Version.Next()));
        Assert.False(await table.InsertRow(Entry(1), now.Version.Next()));
        Assert.True(await table.UpdateRow(Entry(1, SiloStatus.Dead), etag, now.Version.Next()));
        Assert.Equal(SiloStatus.Dead, (await table.ReadRow(Entry(1).SiloAddress)).Members.Single().Item1.Status);
    }

    [Fact]
    public async Task Of_many_that_write_at_once_each_version_is_one_ones()
    {
        await InsertedAsync(Open());
        bool[] done = await Task.WhenAll(Enumerable.Range(1, 20).Select(port => Task.Run(async () =>
        {
            FileMembershipTable table = Open();
            while (!await table.InsertRow(Entry(port), (await table.ReadAll()).Version.Next())) { }
            return true;
        })));
        MembershipTableData all = await Open().ReadAll();
        Assert.Equal((20, 20), (all.Members.Count, all.Version.Version));
    }

    [Fact]
    public async Task Who_does_not_listen_any_more_is_dead_when_somebody_comes()
    {
        using TcpListener listens = new(IPAddress.Loopback, 0), gone = new(IPAddress.Loopback, 0);
        listens.Start();
        gone.Start();
        int here = ((IPEndPoint)listens.LocalEndpoint).Port, there = ((IPEndPoint)gone.LocalEndpoint).Port;
        await InsertedAsync(Open(), Entry(here), Entry(there));
        gone.Stop();
        FileMembershipTable table = Open();
        await table.InitializeMembershipTable(true);
        Assert.Equal(SiloStatus.Active, (await table.ReadRow(Entry(here).SiloAddress)).Members.Single().Item1.Status);
        Assert.Equal(SiloStatus.Dead, (await table.ReadRow(Entry(there).SiloAddress)).Members.Single().Item1.Status);
    }

    [Fact]
    public async Task The_dead_are_forgotten_and_the_living_are_not()
    {
        FileMembershipTable table = await InsertedAsync(Open(), Entry(1), Entry(2, SiloStatus.Dead));
        await table.CleanupDefunctSiloEntries(DateTimeOffset.UnixEpoch);
        Assert.Equal(2, (await table.ReadAll()).Members.Count);
        await table.CleanupDefunctSiloEntries(DateTimeOffset.UnixEpoch.AddDays(1));
        Assert.Equal(Entry(1).SiloAddress, (await table.ReadAll()).Members.Single().Item1.SiloAddress);
        MembershipEntry alive = Entry(1);
        alive.IAmAliveTime = DateTime.UnixEpoch.AddDays(2);
        await table.UpdateIAmAlive(alive);
        Assert.Equal(alive.IAmAliveTime, (await table.ReadAll()).Members.Single().Item1.IAmAliveTime);
        await table.DeleteMembershipTableEntries("dualrs");
        Assert.Empty((await table.ReadAll()).Members);
    }
}
