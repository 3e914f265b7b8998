using Router.Experts.Serving;
using Router.Votes;

namespace Router.Experts.Tests.Serving;

/// <summary>Whose samples go into the next forward pass. Requests are told apart by their streams.</summary>
public sealed class ForwardPassTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly StubLane _lane = new();
    private readonly BatchedNetwork _network;
    private readonly List<PendingVotes> _pending = [];
    private readonly ServiceAccount _lanes = new();
    private readonly Dictionary<object, ServiceAccount> _accounts = [];

    public ForwardPassTests() => _network = _lane.Network();

    public void Dispose() => _lane.Dispose();

    private void Ask(uint stream, long count, Claim? claim = null, BatchedNetwork? network = null, long from = 0)
    {
        ServiceAccount caller = Of(claim?.Caller ?? "", _lanes), account = Of(claim?.Party ?? new object(), caller);
        account.Start();
        _pending.Add(new(network ?? _network, StubLane.Request(stream, count, claim, from), account, _pending.Count));
    }

    private ServiceAccount Of(object whose, ServiceAccount within) =>
        _accounts.TryGetValue(whose, out ServiceAccount? account) ? account : _accounts[whose] = new(within);

    private ForwardPass Next()
    {
        ForwardPass pass = ForwardPass.Next(_pending);
        _pending.RemoveAll(one => one.AsksNoMore);
        return pass;
    }

    /// <summary>Places by stream in the next passes together.</summary>
    private string Places(int passes = 1) =>
        string.Join(' ', Enumerable.Range(0, passes).SelectMany(_ => Next().Samples)
        .CountBy(sample => sample.Stream.Id).OrderBy(one => one.Key).Select(one => $"{one.Key}:{one.Value}"));

    [Fact]
    public void Requests_of_equal_claim_have_equal_places_over_any_three_passes()
    {
        for (uint stream = 1; stream <= 3; stream++) Ask(stream, 100);
        for (int i = 0; i < 4; i++) Assert.Equal("1:8 2:8 3:8", Places(passes: 3));
    }

    [Fact]
    public void A_full_pass_has_no_empty_place_and_where_there_is_none_nothing_is_taken()
    {
        Ask(1, 5);
        Ask(2, 2);
        Assert.Null(ForwardPass.NextFull(_pending));
        Assert.Equal([5, 2], _pending.Select(one => one.Waiting));
        Ask(3, 1);
        Assert.Equal(StubLane.Places, ForwardPass.NextFull(_pending)!.Samples.Count);
    }

    [Fact]
    public void A_full_pass_is_of_the_network_whose_turn_it_is()
    {
        Ask(1, 7, new() { Priority = 1 });
        Ask(2, 100, network: _lane.Network());
        Assert.Null(ForwardPass.NextFull(_pending));
    }

    [Fact]
    public void A_network_that_shares_no_passes_has_none_beside_another()
    {
        Ask(1, 100, network: _lane.Network(shares: false));
        Assert.Null(ForwardPass.NextFull(_pending));
        Assert.Equal("1:8", Places());
    }

    [Fact]
    public void A_range_is_taken_in_order_every_sample_once()
    {
        Ask(1, 11, from: 5);
        Ask(2, 30);
        List<long> taken = [];
        while (_pending.Count > 0)
            taken.AddRange(Next().Samples.Where(sample => sample.Stream.Id == 1).Select(sample => sample.Index));
        Assert.Equal(Enumerable.Range(5, 11).Select(index => (long)index), taken);
    }

    [Fact]
    public void The_highest_priority_goes_first_and_what_is_left_of_the_pass_is_filled()
    {
        Ask(1, 100);
        Ask(2, 5, new() { Priority = 1 });
        Ask(3, 100, new() { Priority = -1 });
        Assert.Equal("1:3 2:5", Places());
        Assert.Equal("1:8", Places());
    }

    [Fact]
    public void Among_equal_priorities_the_nearest_deadline_goes_first_and_none_is_last()
    {
        Ask(1, 4);
        Ask(2, 4, new() { Deadline = Noon.AddSeconds(2) });
        Ask(3, 6, new() { Deadline = Noon.AddSeconds(1) });
        Ask(4, 4, new() { Priority = -1, Deadline = Noon });
        Assert.Equal("2:2 3:6", Places());
        Assert.Equal("1:4 2:2 4:2", Places());
    }

    [Fact]
    public void Requests_of_one_party_have_one_share()
    {
        Claim together = new() { Party = new object() };
        Ask(1, 100);
        Ask(2, 12, together);
        Ask(3, 100, together);
        Assert.Equal("1:20 2:12 3:8", Places(passes: 5));
    }

    [Fact]
    public void Callers_have_equal_shares_however_many_and_urgent_requests_one_of_them_has()
    {
        for (uint stream = 1; stream <= 3; stream++)
            Ask(stream, 1000, new() { Caller = "greedy", Priority = 9, Deadline = Noon });
        Ask(4, 1000, new() { Caller = "modest" });
        Ask(5, 1000, new() { Caller = "modest", Priority = 1 });
        Assert.Equal("1:8 2:8 3:8 5:24", Places(passes: 6));
    }

    [Fact]
    public void A_caller_that_comes_later_is_owed_nothing_for_the_time_before()
    {
        Ask(1, 1000, new() { Caller = "first" });
        Assert.Equal("1:80", Places(passes: 10));
        Ask(2, 1000, new() { Caller = "second" });
        Ask(3, 1000, new() { Caller = "second" });
        Assert.Equal("1:76 2:42 3:42", Places(passes: 20));
    }

    [Fact]
    public void A_newcomer_is_owed_no_more_than_a_pass_for_the_time_before_it_came()
    {
        Ask(1, 1000);
        Assert.Equal("1:80", Places(passes: 10));
        Ask(2, 1000);
        Assert.Equal("1:12 2:20", Places(passes: 4));
        Assert.Equal("1:80 2:80", Places(passes: 20));
    }

    [Fact]
    public void Having_waited_for_more_urgent_ones_is_no_credit_against_equals()
    {
        Ask(1, 1000);
        Ask(2, 80, new() { Priority = 1 });
        Assert.Equal("2:80", Places(passes: 10));
        Ask(3, 1000);
        Assert.Equal("1:8 3:8", Places(passes: 2));
    }

    [Fact]
    public void Requests_of_several_networks_of_a_lane_share_its_passes_and_pay_for_empty_places()
    {
        BatchedNetwork other = _lane.Network();
        for (uint stream = 1; stream <= 7; stream++) Ask(stream, 1000);
        // One sample after the other, as if each answer led to the next question: each costs a pass, an eighth of the
        // lane.
        object party = new();
        int passesOfTheLone = 0;
        for (int pass = 0; pass < 80; pass++)
        {
            if (_pending.All(one => one.Network != other)) Ask(8, 1, new() { Party = party }, other);
            passesOfTheLone += Next().Samples.All(sample => sample.Stream.Id == 8) ? 1 : 0;
        }
        Assert.InRange(passesOfTheLone, 9, 11);
    }

    [Fact]
    public void The_network_of_the_most_urgent_request_runs_next()
    {
        BatchedNetwork other = _lane.Network();
        Ask(1, 100);
        Ask(2, 3, new() { Deadline = Noon }, other);
        Assert.Equal("2:3", Places());
        Assert.Equal("1:8", Places());
    }

    [Fact]
    public void A_network_that_shares_no_passes_gets_one_request_at_a_time()
    {
        BatchedNetwork apart = _lane.Network(shares: false);
        Ask(1, 3, network: apart);
        Ask(2, 3, network: apart);
        Assert.Equal("1:3", Places());
        Assert.Equal("2:3", Places());
    }
}
