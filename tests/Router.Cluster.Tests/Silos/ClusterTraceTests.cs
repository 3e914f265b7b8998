using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Cluster.Telemetry;
using Router.Votes;
using Tests;

namespace Router.Cluster.Tests.Silos;

/// <summary>A request's trace, from a gateway to its workers: real connections between them.</summary>
public sealed class ClusterTraceTests : IAsyncLifetime
{
    private static readonly ImmutableArray<int> Shape = [1, 2, 2];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ActivitySource _source = new("DualRS.Cluster.Tests");
    private readonly ActivityListener _listener;
    private readonly ScriptedVoter _voter = ScriptedVoter.Drawn("traced", .5m, .6, .3, .1);
    private readonly List<ClusterHost> _members = [];

    public ClusterTraceTests()
    {
        _listener = new()
        {
            ShouldListenTo = source => source == _source || source.Name == ClusterSpans.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _source.Dispose();
        foreach (ClusterHost member in _members) await member.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _patience.Dispose();
    }

    private async Task<ClusterHost> JoinAsync(string name, params HostedFunction[] functions)
    {
        ClusterHost member = await ClusterHost.JoinAsync(
            new(new ClusterAddress.Local(null), name, TimeProvider.System)
            {
                Secret = 4, LocalFile = Path.Combine(_folder, "members.json"),
            },
            [.. functions], _patience.Token);
        _members.Add(member);
        return member;
    }

    private async Task<RemoteVoter> GatewayAsync()
    {
        await JoinAsync("worker", new HostedFunction(
            new(_voter.FunctionId, _voter.OutcomeCount, Shape, 10), "toy", _voter.Sigma, "cpu", 1, _voter)
        {
            Properties = _voter.Properties,
        });
        ClusterHost gateway = await JoinAsync("gateway");
        FunctionDescription function = await gateway.Directory.WaitForAsync(
            members => members.SelectMany(one => one.Description?.Functions ?? []).FirstOrDefault(), _patience.Token);
        return new(gateway.Directory.PoolOf(function), function.Sigma);
    }

    private async Task<Activity> VoteAsync(RemoteVoter voter, string state)
    {
        using Activity request = _source.StartActivity("request", ActivityKind.Server, parentContext: default)!;
        request.TraceStateString = state;
        await voter.VoteAsync(
            new(new GridInput(new byte[] { 1, 2, 3, 4 }, Shape), new(9, 2), new(0, 200)), _patience.Token);
        return request;
    }

    private Activity[] Of(Activity request, string name) =>
        [.. _spans.Where(span => span.TraceId == request.TraceId && span.OperationName == name)];

    [Fact]
    public async Task Each_ask_is_a_span_of_its_request_and_the_workers_vote_one_below_it()
    {
        RemoteVoter voter = await GatewayAsync();
        Activity[] requests = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => Task.Run(() => VoteAsync(voter, $"vendor=kept{i}"))));
        foreach ((int i, Activity request) in requests.Index())
        {
            Activity[] asks = Of(request, "ask"), votes = Of(request, "vote");
            Assert.NotEmpty(asks);
            Assert.All(asks, ask => Assert.Equal(
                (request.SpanId, ActivityKind.Client, "voted"),
                (ask.ParentSpanId, ask.Kind, (string)ask.GetTagItem("dualrs.outcome")!)));
            Assert.Equal(
                asks.Select(ask => ask.SpanId.ToHexString()).Order(StringComparer.Ordinal),
                votes.Select(vote => vote.ParentSpanId.ToHexString()).Order(StringComparer.Ordinal));
            Assert.Equal(200L, votes.Sum(vote => (long)vote.GetTagItem("dualrs.samples")!));
            Assert.All(votes, vote => Assert.Equal(
                (true, ActivityKind.Server, $"vendor=kept{i}", "toy", "cpu", _voter.FunctionId.Value, "voted"),
                (vote.HasRemoteParent, vote.Kind, vote.TraceStateString, (string)vote.GetTagItem("dualrs.network")!,
                    (string)vote.GetTagItem("dualrs.device")!, (string)vote.GetTagItem("dualrs.function")!,
                    (string)vote.GetTagItem("dualrs.outcome")!)));
        }
    }

    [Fact]
    public async Task What_fails_says_so_on_both_sides()
    {
        RemoteVoter voter = await GatewayAsync();
        await VoteAsync(voter, "");
        _voter.Before = (_, _) => throw new IOException("no such device");
        using Activity request = _source.StartActivity("request", ActivityKind.Server, parentContext: default)!;
        await Assert.ThrowsAsync<VoterUnavailableException>(() => voter.VoteAsync(
            new(new GridInput(new byte[4], Shape), new(1, 1), new(0, 10)), _patience.Token));
        Activity[] spans = [.. Of(request, "ask"), .. Of(request, "vote")];
        Assert.Equal(2, spans.Length);
        Assert.All(spans, span => Assert.Equal(
            (ActivityStatusCode.Error, "failed"), (span.Status, (string)span.GetTagItem("dualrs.outcome")!)));
    }

    [Fact]
    public async Task Without_a_trace_there_are_no_spans()
    {
        RemoteVoter voter = await GatewayAsync();
        Activity.Current = null;
        await voter.VoteAsync(new(new GridInput(new byte[4], Shape), new(1, 1), new(0, 10)), _patience.Token);
        string function = _voter.FunctionId.Value;
        using Activity request = await VoteAsync(voter, "");
        Assert.All(
            _spans.Where(span => (string?)span.GetTagItem("dualrs.function") == function),
            span => Assert.Equal(request.TraceId, span.TraceId));
    }
}
