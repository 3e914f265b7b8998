using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving;

public sealed class LifecycleTests
{
    private const int Draining = 3, CallerGone = 12, Failed = 14;
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Until_the_model_is_loaded_health_answers_and_ready_is_503()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(limits, async stopping =>
        {
            await _gate.Task.WaitAsync(stopping);
            return ToyModel.Of(ToyModel.AtOnce(), limits);
        });
        Assert.Equal((HttpStatusCode.OK, """{"live":true}"""), await TextOf(daemon.GetAsync("/v2/health/live")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"ready":false}"""),
            await TextOf(daemon.GetAsync("/v2/health/ready")));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"name":"dualrs","ready":false}"""),
            await TextOf(daemon.GetAsync("/v2/models/dualrs/ready")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.GetAsync("/v2/models/dualrs")).Status);
        (HttpStatusCode status, JsonNode body) = await daemon.PostAsync(ToyModel.Body);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("the server is still loading its networks", (string?)body["error"]);
        foreach (string path in (string[])["/v2/models/stats", "/v2/models/dualrs/config", "/v2/models/dualrs/stats"])
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.GetAsync(path)).Status);
        foreach (string path in (string[])["/v1/certify", "/v2/repository/models/dualrs/load"])
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.PostAsync("{}", path)).Status);
        Assert.Equal(
            (HttpStatusCode.OK,
                """[{"name":"dualrs","version":"1","state":"LOADING","reason":"its networks are being loaded"}]"""),
            await TextOf(daemon.PostAsync("{}", "/v2/repository/index")));
        Assert.Equal((HttpStatusCode.OK, "[]"),
            await TextOf(daemon.PostAsync("""{"ready":true}""", "/v2/repository/index")));

        _gate.SetResult();
        await daemon.Log.Of(2);
        Assert.Equal((HttpStatusCode.OK, """{"ready":true}"""), await TextOf(daemon.GetAsync("/v2/health/ready")));
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_ends_the_daemon_with_the_reason()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            new(), _ => throw new BadInputException("the registry has 1 fault"));
        BadInputException fault = await Assert.ThrowsAsync<BadInputException>(() => daemon.Serving);
        Assert.Equal("the registry has 1 fault", fault.Message);
    }

    [Fact]
    public async Task Told_to_stop_while_loading_the_daemon_stops()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(new(), async stopping =>
        {
            await Task.Delay(Timeout.Infinite, stopping);
            throw new InvalidOperationException();
        });
        daemon.TellToStop();
        await daemon.Serving.WaitAsync(RunningDaemon.Patience);
    }

    [Fact]
    public async Task Told_to_stop_the_daemon_answers_what_is_in_flight_and_nothing_new()
    {
        ServingLimits limits = new();
        ToyVoter voter = Gated();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits));
        Task<(HttpStatusCode Status, JsonNode Body)> inFlight = daemon.PostAsync(ToyModel.Body);
        await voter.Asked;

        daemon.TellToStop();
        await daemon.Log.Of(Draining);
        Assert.NotEqual(HttpStatusCode.OK, await StatusOrNone(daemon));
        Assert.False(daemon.Serving.IsCompleted);

        _gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await inFlight).Status);
        await daemon.Serving.WaitAsync(RunningDaemon.Patience);
    }

    [Fact]
    public async Task A_request_that_outlasts_the_drain_time_is_told_so()
    {
        ServingLimits limits = new() { DrainTime = TimeSpan.FromMilliseconds(50) };
        ToyVoter voter = Gated();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits));
        Task<(HttpStatusCode Status, JsonNode Body)> inFlight = daemon.PostAsync(ToyModel.Body);
        await voter.Asked;
        daemon.TellToStop();
        await daemon.Serving.WaitAsync(RunningDaemon.Patience);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable,
                """{"error":"the server is stopping and its drain time was over before all votes were in"}"""),
            await TextOf(inFlight));
    }

    [Fact]
    public async Task A_request_that_may_stop_early_says_at_the_end_of_the_drain_time_what_it_has_proved()
    {
        ServingLimits limits = new() { DrainTime = TimeSpan.FromMilliseconds(50) };
        int draws = 0;
        TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // The first draws come at once; the one after them never does.
        ToyVoter voter = new(async cancelled =>
        {
            if (Interlocked.Increment(ref draws) <= 3) return;
            stuck.SetResult();
            await Task.Delay(Timeout.Infinite, cancelled);
        });
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits));
        Task<(HttpStatusCode Status, JsonNode Body)> inFlight = daemon.PostAsync(
            """{"parameters":{"target_radius":1.5,"estimation":100000},"inputs":[{"name":"image","shape":[1,1,"""
            + """1],"datatype":"UINT8","data":[7]}]}""");
        await stuck.Task.WaitAsync(RunningDaemon.Patience);
        daemon.TellToStop();
        (HttpStatusCode status, JsonNode body) = await inFlight;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("1", Data(body).First());
        await daemon.Serving.WaitAsync(RunningDaemon.Patience);
    }

    [Fact]
    public async Task A_full_queue_is_429_with_the_time_to_wait()
    {
        ServingLimits limits = new() { Waiting = 0 };
        ToyVoter voter = Gated();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits));
        Task<(HttpStatusCode Status, JsonNode Body)> first = daemon.PostAsync(ToyModel.Body);
        await voter.Asked;

        HttpResponseMessage refused = await daemon.Client.PostAsync(
            RunningDaemon.Infer, RunningDaemon.Text(ToyModel.Body));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.StartsWith("0 requests wait already", (string?)(await RunningDaemon.ReadAsync(refused)).Body["error"]);

        _gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
    }

    [Fact]
    public async Task A_caller_that_leaves_gives_its_turn_back()
    {
        ServingLimits limits = new() { Waiting = 0 };
        ToyVoter voter = Gated();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits));
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> left = daemon.Client.PostAsync(
            RunningDaemon.Infer, RunningDaemon.Text(ToyModel.Body), leave.Token);
        await voter.Asked;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await daemon.Log.Of(CallerGone);

        _gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await daemon.PostAsync(ToyModel.Body)).Status);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_500_without_its_details()
    {
        ServingLimits limits = new();
        ToyVoter broken = new(_ => throw new InvalidOperationException("detail"));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(broken, limits));
        Assert.Equal(
            (HttpStatusCode.InternalServerError, """{"error":"the server failed on this request; its log says why"}"""),
            await TextOf(daemon.PostAsync(ToyModel.Body)));
        await daemon.Log.Of(Failed);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413()
    {
        ServingLimits limits = new() { BodyBytes = 100 };
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(), limits));
        (HttpStatusCode status, JsonNode body) = await daemon.PostAsync(ToyModel.Body + new string(' ', 100));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.StartsWith("the body is larger than 100 bytes", (string?)body["error"]);
    }

    [Fact]
    public async Task An_expert_that_abstains_is_class_minus_one_and_one_without_a_router_has_the_largest_route_radius()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Of(ToyModel.AtOnce(torn: true), limits));
        (_, JsonNode body) = await daemon.PostAsync(ToyModel.Body);
        Assert.Equal(["-1", "0", "\"only\"", "0.5", "3.4028234663852886E+38", "0", "\"only\""], Data(body));
    }

    [Fact]
    public async Task A_torn_router_does_not_matter_where_the_experts_agree()
    {
        ServingLimits limits = new();
        RoutedClassifier classifier = new(
            "router", ToyModel.AtOnce(torn: true), ToyModel.Routes(ToyModel.AtOnce(), ToyModel.AtOnce()));
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(limits, ToyModel.Of(classifier, limits));
        (_, JsonNode body) = await daemon.PostAsync(ToyModel.Body);
        string[] data = [.. Data(body)];
        Assert.Equal(["1", "\"e0\"", "0.5", "0"], new[] { data[0], data[2], data[3], data[4] });
        // the peer's radius, at a smaller share of α than the expert's
        Assert.InRange(double.Parse(data[1]), 0.1, double.Parse(data[5]));
    }

    private static IEnumerable<string> Data(JsonNode answer) =>
        answer["outputs"]!.AsArray().Select(output => output!["data"]![0]!.ToJsonString());

    private ToyVoter Gated() => new(cancelled => _gate.Task.WaitAsync(cancelled));

    private static async Task<(HttpStatusCode, string)> TextOf(Task<(HttpStatusCode Status, JsonNode Body)> answer)
    {
        (HttpStatusCode status, JsonNode body) = await answer;
        return (status, body.ToJsonString());
    }

    // A new connection meets either the closed door or, just before it closes, a 503.
    private static async Task<HttpStatusCode?> StatusOrNone(RunningDaemon daemon)
    {
        try
        {
            return (await daemon.PostAsync(ToyModel.Body)).Status;
        }
        catch (Exception refused) when (refused is HttpRequestException or SocketException)
        {
            // A connection that is closed as it is made shows itself as either.
            return null;
        }
    }
}
