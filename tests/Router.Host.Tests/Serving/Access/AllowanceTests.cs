using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Router.Evaluation;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;

namespace Router.Host.Tests.Serving.Access;

// The toy classifier alone draws n0 + n = 110 samples for a certificate; a day is long enough that nothing refills
// meanwhile.
public sealed class AllowanceTests : IDisposable
{
    private const int CallerGone = 12;

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_key_draws_what_its_allowance_holds_and_is_then_told_when_to_ask_again()
    {
        await using RunningDaemon daemon = await StartAsync(ToyModel.AtOnce(), "samples=220/day");
        HttpResponseMessage first = await AskAsync(daemon);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("\"samples\";q=220;w=86400", first.Headers.GetValues("RateLimit-Policy").Single());
        Assert.StartsWith("\"samples\";r=110;t=43", first.Headers.GetValues("RateLimit").Single());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon)).StatusCode);

        HttpResponseMessage third = await AskAsync(daemon);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromHours(11), TimeSpan.FromHours(12));
        Assert.Equal(
            "this request may draw up to 110 samples, and the allowance of key 'one' (220/day, burst 220) holds 0 now: "
            + "ask again after the time in Retry-After, or with fewer images or smaller counts", await ErrorOf(third));
        // What draws nothing costs nothing, and others have their own. It is not the server that has too much to do.
        HttpRequestMessage metrics = new(HttpMethod.Get, "/metrics");
        metrics.Headers.Authorization = new("Bearer", "key1");
        string told = await (await daemon.Client.SendAsync(metrics)).Content.ReadAsStringAsync();
        Assert.Contains("dualrs_requests_total{address=\"/v2/models/{model}/infer\",outcome=\"limited\"} 1\n", told);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, key: "key2")).StatusCode);
        Assert.False((await AskAsync(daemon, key: "key2")).Headers.Contains("RateLimit"));
    }

    [Fact]
    public async Task A_key_that_fills_the_queue_makes_room_for_another()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter voter = new(cancelled => gate.Task.WaitAsync(cancelled));
        await using RunningDaemon daemon = await StartAsync(voter, "", waiting: 2);
        List<Task<HttpResponseMessage>> greedy = [AskAsync(daemon)];
        await voter.Asked;
        // Of three more two wait and one is turned away: the queue is full.
        greedy.AddRange([AskAsync(daemon), AskAsync(daemon), AskAsync(daemon)]);
        await FirstIsTurnedAwayAsync(greedy);
        Task<HttpResponseMessage> modest = AskAsync(daemon, key: "key2");
        await FirstIsTurnedAwayAsync(greedy);
        gate.SetResult();
        Assert.All(await Task.WhenAll([.. greedy, modest]),
            answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));

        static async Task FirstIsTurnedAwayAsync(List<Task<HttpResponseMessage>> asked)
        {
            Task<HttpResponseMessage> first = await Task.WhenAny(asked).WaitAsync(RunningDaemon.Patience);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await first).StatusCode);
            asked.Remove(first);
        }
    }

    [Fact]
    public async Task A_request_that_never_fits_is_a_bad_one_and_costs_nothing()
    {
        await using RunningDaemon daemon = await StartAsync(ToyModel.AtOnce(), "samples=1000/s burst=200");
        HttpResponseMessage refused = await AskAsync(daemon, Body("\"estimation\":1000"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.StartsWith("this request may draw up to 1010 samples, but the allowance of key 'one' (1000/s, burst "
            + "200) never holds more than 200", await ErrorOf(refused));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon)).StatusCode);
    }

    [Fact]
    public async Task What_a_request_does_not_draw_goes_back()
    {
        await using RunningDaemon daemon = await StartAsync(ToyModel.AtOnce(), "samples=2000/day");
        // Reserves 1010, but the target is proved with far fewer.
        string left = (await AskAsync(daemon, Body("\"estimation\":1000,\"target_radius\":0.1")))
            .Headers.GetValues("RateLimit").Single();
        Assert.InRange(LeftOf(left), 1500, 1989);
        // A refused one does not reach the ledger.
        HttpResponseMessage refused = await AskAsync(daemon, "{}");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.False(refused.Headers.Contains("RateLimit"));
        Assert.Equal(LeftOf(left) - 110, LeftOf((await AskAsync(daemon)).Headers.GetValues("RateLimit").Single()));
    }

    [Fact]
    public async Task A_caller_that_leaves_gets_back_what_was_not_drawn()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter voter = new(cancelled => gate.Task.WaitAsync(cancelled));
        await using RunningDaemon daemon = await StartAsync(voter, "samples=110/day");
        using CancellationTokenSource leave = new();
        Task<HttpResponseMessage> left = AskAsync(daemon, cancellationToken: leave.Token);
        await voter.Asked;
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(daemon)).StatusCode);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await daemon.Log.Of(CallerGone);
        gate.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon)).StatusCode);
    }

    [Fact]
    public async Task A_stream_is_paid_for_like_a_certificate()
    {
        await using RunningDaemon daemon = await StartAsync(ToyModel.AtOnce(), "samples=150/day");
        string events = await (await StreamAsync(daemon)).Content.ReadAsStringAsync();
        Assert.Contains("event: end", events);
        HttpResponseMessage second = await StreamAsync(daemon);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_rotated_key_and_a_file_that_was_read_again_start_no_new_allowance()
    {
        await using RunningDaemon daemon = await StartAsync(ToyModel.AtOnce(), "samples=220/day");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon)).StatusCode);
        await File.WriteAllTextAsync(_file, Line("one", "another", "samples=221/day"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(daemon, key: "another")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(daemon, key: "another")).StatusCode);
    }

    [Fact]
    public async Task An_allowance_that_cannot_be_read_names_its_line()
    {
        await File.WriteAllTextAsync(_file, Line("one", "key1", "samples=many"));
        Assert.Contains("(1): 'samples=many' is no allowance: accepted are samples=N/s",
            Assert.Throws<BadInputException>(() => new ApiKeyFile(_file)).Message);
    }

    private static string Body(string parameters) => ToyModel.Body.Replace(
        "{\"inputs\"", "{\"parameters\":{" + parameters + "},\"inputs\"", StringComparison.Ordinal);

    private static long LeftOf(string header) => long.Parse(header.Split(";r=")[1].Split(';')[0]);

    private static async Task<string> ErrorOf(HttpResponseMessage response) =>
        (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;

    private static string Line(string id, string key, string allowance) =>
        $"{id} infer {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))} {allowance}\n";

    private async Task<RunningDaemon> StartAsync(ToyVoter voter, string allowance, int? waiting = null)
    {
        await File.WriteAllTextAsync(_file, Line("one", "key1", allowance) + Line("two", "key2", ""));
        ServingLimits limits = waiting is { } few ? new() { Waiting = few } : new();
        return await RunningDaemon.ReadyAsync(limits, ToyModel.Of(voter, limits), new ApiKeyFile(_file));
    }

    private static Task<HttpResponseMessage> AskAsync(
        RunningDaemon daemon, string body = ToyModel.Body, string key = "key1",
        CancellationToken cancellationToken = default)
    {
        HttpRequestMessage request = new(HttpMethod.Post, RunningDaemon.Infer) { Content = RunningDaemon.Text(body) };
        request.Headers.Authorization = new("Bearer", key);
        return daemon.Client.SendAsync(request, cancellationToken);
    }

    private static Task<HttpResponseMessage> StreamAsync(RunningDaemon daemon)
    {
        HttpRequestMessage request = new(
            HttpMethod.Post, "/v1/certify") { Content = RunningDaemon.Text(ToyModel.Body) };
        request.Headers.Authorization = new("Bearer", "key1");
        request.Headers.Accept.Add(new("text/event-stream"));
        return daemon.Client.SendAsync(request);
    }
}
