using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Votes;
using Tests;

namespace Router.Cluster.Tests.Silos;

/// <summary>Members of a cluster of this machine, in one process: votes cross real connections.</summary>
public sealed class ClusterHostTests : IAsyncLifetime
{
    private static readonly ImmutableArray<int> Shape = [1, 2, 2];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly ScriptedVoter _single = ScriptedVoter.Drawn("f", .5m, .6, .3, .1);
    private readonly List<ClusterHost> _members = [];
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly Channel<MembershipHealth> _news = Channel.CreateUnbounded<MembershipHealth>();
    private RedisServer? _redis;
    private PostgresServer? _postgres;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (ClusterHost member in _members) await member.DisposeAsync();
        _redis?.Dispose();
        _postgres?.Dispose();
        Directory.Delete(_folder, recursive: true);
        _patience.Dispose();
    }

    private ClusterAddress Address { get; set; } = new ClusterAddress.Local(null);

    private MemberTls? Tls { get; set; }

    private TimeProvider Clock { get; set; } = TimeProvider.System;

    private long KnownInputBytes { get; set; } = KnownInputs.DefaultBytes;

    private Task<ClusterHost> JoinAsync(string name, params ScriptedVoter[] functions) =>
        JoinAsync(name, properties: null, functions);

    private async Task<ClusterHost> JoinAsync(
        string name, ImmutableDictionary<string, string>? properties, params ScriptedVoter[] functions)
    {
        ClusterHost member = await ClusterHost.JoinAsync(
            new(Address, name, Clock)
            {
                Secret = 4,
                LocalFile = Path.Combine(_folder, "members.json"),
                Tls = Tls,
                Dispatch = new() { AuditEvery = 5 },
                KnownInputBytes = KnownInputBytes,
                Versions = ImmutableDictionary<string, string>.Empty.Add("engine", "toy"),
                LookEvery = TimeSpan.FromMilliseconds(100),
                Changed = (_, now) => _news.Writer.TryWrite(now),
            },
            [
                .. functions.Select(voter => new HostedFunction(
                    new(voter.FunctionId, voter.OutcomeCount, Shape, 10), "toy", voter.Sigma, "cpu", 1, voter)
                {
                    Properties = properties ?? voter.Properties,
                }),
            ],
            _patience.Token);
        _members.Add(member);
        return member;
    }

    private ScriptedVoter Same() => ScriptedVoter.Drawn("f", .5m, .6, .3, .1);

    private async Task<FunctionDescription> FindAsync(ClusterHost gateway, int workers) =>
        await gateway.Directory.WaitForAsync(
            members => members.Where(member => member.Description is { IsDraining: false })
                .SelectMany(member => member.Description!.Functions).ToArray() is var found && found.Length >= workers
                ? found[0] : null,
            _patience.Token);

    private async Task AssertSingleAsync(IVoter voter, long from, long to)
    {
        VoteRequest request = new(new GridInput(new byte[] { 1, 2, 3, 4 }, Shape), new(9, 2), new(from, to));
        VoteCounts votes = await voter.VoteAsync(request, _patience.Token);
        VoteCounts single = await _single.VoteAsync(request, CancellationToken.None);
        Assert.Equal(single.Counts, votes.Counts);
        Assert.Equal((single.Range, single.FunctionId), (votes.Range, votes.FunctionId));
    }

    [Fact]
    public async Task Votes_of_members_are_those_of_one_process_while_they_come_drain_and_leave()
    {
        ScriptedVoter first = Same(), second = Same();
        ClusterHost leaving = await JoinAsync("first", first);
        ClusterHost gateway = await JoinAsync("gateway");
        FunctionDescription function = await FindAsync(gateway, 1);
        Assert.Equal(("toy", .5m, 3, 10, "cpu", 1),
            (function.Network, function.Sigma, function.Outcomes, function.BatchSize, function.Device, function.Lanes));
        Assert.Equal(Shape, function.ImageShape);
        RemoteVoter voter = new(gateway.Directory.PoolOf(function), function.Sigma);
        await AssertSingleAsync(voter, 0, 2000);
        await JoinAsync("second", second);
        await FindAsync(gateway, 2);
        await gateway.Directory.WaitForAsync(
            _ => gateway.Directory.Pools[0].Workers.Count(one => one.State == WorkerState.Ready) == 2 ? "both" : null,
            _patience.Token);
        // How ranges are shared follows from how fast answers were: until both have had one besides the canary.
        while (first.Asked.Count < 2 || second.Asked.Count < 2)
            await Task.WhenAll(AssertSingleAsync(voter, 2000, 9000), AssertSingleAsync(voter, 9000, 16_000));
        await leaving.DrainAsync(TimeSpan.FromMinutes(1));
        int asked = first.Asked.Count;
        await AssertSingleAsync(voter, 9000, 15_000);
        Assert.Equal(asked, first.Asked.Count);
        await leaving.DisposeAsync();
        await gateway.Directory.WaitForAsync(members => members.Length == 1 ? "one" : null, _patience.Token);
        await AssertSingleAsync(voter, 15_000, 16_000);
        Assert.Equal(0, gateway.Directory.Pools[0].Counters.Failures);
        Assert.Equal("toy", gateway.Directory.Members.Single().Description!.Versions["engine"]);
    }

    [Theory]
    [InlineData(KnownInputs.DefaultBytes, true)]
    [InlineData(3, false)]
    public async Task A_worker_is_sent_an_input_once_and_again_where_it_could_not_keep_it(long bytes, bool isKept)
    {
        KnownInputBytes = bytes;
        ScriptedVoter voter = Same();
        await JoinAsync("worker", voter);
        ClusterHost gateway = await JoinAsync("gateway");
        FunctionDescription function = await FindAsync(gateway, 1);
        RemoteVoter remote = new(gateway.Directory.PoolOf(function), function.Sigma);
        await AssertSingleAsync(remote, 0, 10);
        await AssertSingleAsync(remote, 10, 20);
        GridInput[] inputs = [.. voter.Asked.TakeLast(2).Select(request => request.Input)];
        Assert.Equal(inputs[0].Hash, inputs[1].Hash);
        Assert.Equal(isKept, ReferenceEquals(inputs[0], inputs[1]));
    }

    [Fact]
    public async Task A_worker_that_votes_wrongly_as_one_function_is_believed_as_none()
    {
        ScriptedVoter Other() => ScriptedVoter.Drawn("g", 1, .1, .8, .1);
        await JoinAsync("liar", ScriptedVoter.Drawn("f", .5m, .1, .1, .8), Other());
        foreach (string name in new[] { "first", "second" }) await JoinAsync(name, Same(), Other());
        ClusterHost gateway = await JoinAsync("gateway");
        await FindAsync(gateway, 6);
        Member liar = gateway.Directory.Members.Single(member => member.Description?.Name == "liar");
        foreach (FunctionDescription function in liar.Description!.Functions) gateway.Directory.PoolOf(function);
        await gateway.Directory.WaitForAsync(
            _ => gateway.Directory.Pools.All(pool => pool.Workers.Any(
                worker => worker.Id == liar.Id && worker.State == WorkerState.Quarantined)) ? "both" : null,
            _patience.Token);
    }

    [Fact]
    public async Task Who_comes_later_and_says_that_its_function_is_made_of_something_else_is_not_asked()
    {
        ImmutableDictionary<string, string> right = ImmutableDictionary<string, string>.Empty.Add("name", "f");
        ClusterHost wrong = await JoinAsync("wrong", right.SetItem("name", "g"), Same());
        ClusterHost silent = await JoinAsync("silent", ImmutableDictionary<string, string>.Empty, Same());
        ClusterHost gateway = await JoinAsync("gateway");
        RangeDispatcher pool = gateway.Directory.PoolOf(await FindAsync(gateway, 2));
        await JoinAsync("right", right, Same());
        await gateway.Directory.WaitForAsync(
            _ => pool.Status.Workers.Any(one => one.State == WorkerState.Ready) ? "ready" : null, _patience.Token);
        foreach (string name in (string[])["wrong", "silent"])
            Assert.False(pool.Knows(
                Assert.Single(gateway.Directory.Members, one => one.Description!.Name == name).Id));
        await wrong.DrainAsync(TimeSpan.FromMinutes(1));
        await silent.DrainAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_canary_that_hangs_keeps_nothing_else_that_its_worker_says_from_being_heard()
    {
        TaskCompletionSource released = new();
        ScriptedVoter hanging = Same();
        hanging.Before = (_, token) => released.Task.WaitAsync(token);
        ClusterHost worker = await JoinAsync("worker", hanging);
        ClusterHost gateway = await JoinAsync("gateway");
        gateway.Directory.PoolOf(await FindAsync(gateway, 1));
        await gateway.Directory.WaitForAsync(_ => hanging.Asked.Count > 0 ? "asked" : null, _patience.Token);
        Task drained = worker.DrainAsync(TimeSpan.FromMinutes(1));
        await gateway.Directory.WaitForAsync(
            members => members.Any(member => member.Description is { IsDraining: true }) ? "heard" : null,
            _patience.Token);
        released.SetResult();
        await drained;
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_here_is_told_and_is_not_what_a_member_lacks()
    {
        string file = Path.Combine(_folder, "model");
        File.WriteAllBytes(file, [1, 2, 3]);
        ClusterHost gateway = await JoinAsync("gateway"), worker = await JoinAsync("worker");
        gateway.HandOut(ImmutableDictionary<string, string>.Empty.Add("ab", file));
        Member there = await worker.Directory.WaitForAsync(
            members => members.FirstOrDefault(member => member.Description is not null), _patience.Token);
        using MemoryStream copy = new(), full = new(new byte[2]);
        Assert.True(await worker.Directory.CopyModelAsync(there, "ab", copy, _patience.Token));
        Assert.Equal([1, 2, 3], copy.ToArray());
        Assert.False(await worker.Directory.CopyModelAsync(there, "cd", copy, _patience.Token));
        await Assert.ThrowsAsync<NotSupportedException>(
            () => worker.Directory.CopyModelAsync(there, "ab", full, _patience.Token));
    }

    [Fact]
    public async Task Faults_cross_the_wire_as_what_they_are()
    {
        ScriptedVoter failing = Same();
        await JoinAsync("worker", failing);
        ClusterHost gateway = await JoinAsync("gateway");
        RangeDispatcher pool = gateway.Directory.PoolOf(await FindAsync(gateway, 1));
        RemoteVoter voter = new(pool, .5m);
        await AssertSingleAsync(voter, 0, 10);
        failing.Before = (_, _) => throw new ArgumentException("another shape");
        VoterUnavailableException wrong = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => AssertSingleAsync(voter, 0, 10));
        Assert.EndsWith("ArgumentException: another shape", wrong.Message, StringComparison.Ordinal);
        failing.Before = (_, _) => throw new IOException("no such device");
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(
            () => AssertSingleAsync(voter, 0, 10));
        Assert.EndsWith("IOException: no such device", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ask_that_is_given_up_is_given_up_by_the_worker()
    {
        TaskCompletionSource begun = new(), givenUp = new();
        ScriptedVoter slow = Same();
        await JoinAsync("worker", slow);
        ClusterHost gateway = await JoinAsync("gateway");
        RemoteVoter voter = new(gateway.Directory.PoolOf(await FindAsync(gateway, 1)), .5m);
        await AssertSingleAsync(voter, 0, 10);
        slow.Before = async (_, token) =>
        {
            begun.TrySetResult();
            await using (token.Register(() => givenUp.TrySetResult())) await givenUp.Task.WaitAsync(_patience.Token);
        };
        using CancellationTokenSource over = new();
        Task<VoteCounts> votes = voter.VoteAsync(
            new(new GridInput(new byte[4], Shape), new(1, 1), new(0, 10)), over.Token);
        await begun.Task.WaitAsync(_patience.Token);
        over.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => votes);
        await givenUp.Task.WaitAsync(_patience.Token);
    }

    [Fact]
    public async Task Who_cannot_say_what_it_has_is_asked_until_it_can_and_votes_then()
    {
        StoppableClock clock = new();
        Clock = clock;
        await JoinAsync("worker", Same());
        Clock = TimeProvider.System;
        ClusterHost first = await JoinAsync("first gateway");
        await AssertSingleAsync(new RemoteVoter(first.Directory.PoolOf(await FindAsync(first, 1)), .5m), 0, 500);
        // What it voted of late it cannot say without the time.
        clock.IsStopped = true;
        ClusterHost second = await JoinAsync("second gateway");
        Member silent = await second.Directory.WaitForAsync(
            members => members.FirstOrDefault(member => member.Fault is not null), _patience.Token);
        Assert.Null(silent.Description);
        Assert.Contains(StoppableClock.Fault, silent.Fault, StringComparison.Ordinal);
        clock.IsStopped = false;
        RemoteVoter voter = new(second.Directory.PoolOf(await FindAsync(second, 1)), .5m);
        await AssertSingleAsync(voter, 500, 1500);
        Assert.Null(second.Directory.Members.Single(member => member.Id == silent.Id).Fault);
    }

    private sealed class StoppableClock : TimeProvider
    {
        public const string Fault = "the clock stands still";

        public bool IsStopped { get; set; }

        public override long GetTimestamp() =>
            IsStopped ? throw new InvalidOperationException(Fault) : base.GetTimestamp();
    }

    [Fact]
    public async Task Members_that_show_certificates_vote_and_who_shows_none_is_not_heard()
    {
        using MadeAuthority authority = new("ours");
        using X509Certificate2 own = authority.Certify("member");
        Tls = new(() => own, [authority.Certificate], TimeProvider.System);
        await JoinAsync("worker", Same());
        ClusterHost gateway = await JoinAsync("gateway");
        await AssertSingleAsync(new RemoteVoter(gateway.Directory.PoolOf(await FindAsync(gateway, 1)), .5m), 0, 500);
        string[] at = gateway.Directory.Members.Single().Id.Split('@')[0].Split(':');
        using TcpClient stranger = new();
        await stranger.ConnectAsync(IPAddress.Parse(at[0]), int.Parse(at[1], CultureInfo.InvariantCulture));
        await using SslStream secure = new(stranger.GetStream(), false, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await secure.AuthenticateAsClientAsync("member");
            if (await secure.ReadAsync(new byte[1], _patience.Token) == 0) throw new EndOfStreamException();
        });
        Assert.False(_patience.IsCancellationRequested);
    }

    [Fact]
    public void A_certificate_of_another_authority_or_of_another_time_is_no_members()
    {
        using MadeAuthority ours = new("ours"), theirs = new("theirs");
        using X509Certificate2 own = ours.Certify("member"), other = theirs.Certify("member");
        MemberTls tls = new(() => own, [ours.Certificate], TimeProvider.System);
        Assert.Null(tls.Objection(own));
        Assert.StartsWith("CN=member, signed by CN=theirs: ", tls.Objection(other), StringComparison.Ordinal);
        Assert.NotNull(tls.Objection(theirs.Certificate));
        using X509Certificate2 expired = ours.Certify("member", days: -1);
        Assert.NotNull(tls.Objection(expired));
    }

    [Fact]
    public async Task Members_meet_at_redis_and_its_going_away_for_a_while_changes_no_vote()
    {
        RedisServer redis = _redis = RedisServer.Start(_folder);
        Assert.True(ClusterAddress.TryParse(redis.Address, out ClusterAddress? address));
        Address = address;
        await JoinAsync("worker", Same());
        ClusterHost gateway = await JoinAsync("gateway");
        RemoteVoter voter = new(gateway.Directory.PoolOf(await FindAsync(gateway, 1)), .5m);
        await AssertSingleAsync(voter, 0, 500);
        redis.Stop();
        await AssertSingleAsync(voter, 500, 1500);
        redis.StartAgain();
        await AssertSingleAsync(voter, 1500, 2500);
        await JoinAsync("second", Same());
        await FindAsync(gateway, 2);
        await AssertSingleAsync(voter, 2500, 5000);
    }

    [Fact]
    public async Task Members_meet_at_postgresql_and_its_going_away_for_a_while_changes_no_vote()
    {
        PostgresServer postgres = await MeetAtPostgresAsync();
        ClusterHost leaving = await JoinAsync("worker", Same());
        ClusterHost gateway = await JoinAsync("gateway");
        RemoteVoter voter = new(gateway.Directory.PoolOf(await FindAsync(gateway, 1)), .5m);
        await AssertSingleAsync(voter, 0, 500);
        postgres.Stop();
        await AssertSingleAsync(voter, 500, 1500);
        postgres.StartAgain();
        postgres.MakeTablesAgain();
        await JoinAsync("second", Same());
        await FindAsync(gateway, 2);
        await AssertSingleAsync(voter, 1500, 5000);
        await leaving.DisposeAsync();
        await gateway.Directory.WaitForAsync(members => members.Length == 1 ? "one" : null, _patience.Token);
        await AssertSingleAsync(voter, 5000, 6000);
    }

    [Fact]
    public async Task That_redis_is_away_is_news_and_that_it_lost_its_data_too()
    {
        RedisServer redis = _redis = RedisServer.Start(_folder);
        Assert.True(ClusterAddress.TryParse(redis.Address, out ClusterAddress? address));
        Address = address;
        await JoinAsync("worker", Same());
        redis.Stop();
        await NewsAsync(MembershipState.Away);
        redis.StartAgain();
        await NewsAsync(MembershipState.Whole);
        redis.LoseData();
        await NewsAsync(MembershipState.Lost);
    }

    [Fact]
    public async Task That_postgresql_lost_its_data_is_news()
    {
        PostgresServer postgres = await MeetAtPostgresAsync();
        await JoinAsync("worker", Same());
        postgres.LoseData();
        await NewsAsync(MembershipState.Lost);
    }

    [Fact]
    public async Task That_the_file_of_a_local_cluster_was_taken_away_is_news()
    {
        await JoinAsync("worker", Same());
        File.Delete(Path.Combine(_folder, "members.json"));
        await NewsAsync(MembershipState.Lost);
    }

    [Fact]
    public async Task A_database_without_the_tables_or_with_another_password_is_said_to_be_so()
    {
        PostgresServer postgres = await MeetAtPostgresAsync();
        postgres.Execute("DROP TABLE OrleansQuery");
        IOException fault = await Assert.ThrowsAsync<IOException>(() => JoinAsync("worker"));
        Assert.Matches(
            "^cannot join the cluster at postgres://127.0.0.1:[0-9]+/postgres: .*orleansquery", fault.Message);
        ((ClusterAddress.Postgres)Address).Connection.Password = "another";
        fault = await Assert.ThrowsAsync<IOException>(() => JoinAsync("worker"));
        Assert.Contains("password authentication failed", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another", fault.Message, StringComparison.Ordinal);
    }

    // A connection that comes back may go once more.
    private async Task NewsAsync(MembershipState awaited)
    {
        while ((await _news.Reader.ReadAsync(_patience.Token)).State != awaited) { }
    }

    private async Task<PostgresServer> MeetAtPostgresAsync()
    {
        PostgresServer postgres = _postgres = await Task.Run(PostgresServer.Start);
        Assert.True(ClusterAddress.TryParse(postgres.Address, out ClusterAddress? address));
        Address = address;
        return postgres;
    }

    [Fact]
    public async Task Members_beyond_this_machine_are_refused_without_certificates()
    {
        ClusterSettings open = new(new ClusterAddress.Local(null), "worker", TimeProvider.System)
        {
            Secret = 4,
            Listen = new(IPAddress.Parse("192.0.2.1"), 1),
        };
        ArgumentException fault = await Assert.ThrowsAsync<ArgumentException>(
            () => ClusterHost.JoinAsync(open, [], CancellationToken.None));
        Assert.Contains("in the clear", fault.Message, StringComparison.Ordinal);
    }
}
