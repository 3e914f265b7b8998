using System.Collections.Immutable;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Several requests at once, and their deadlines.</summary>
public sealed class InFlightTests
{
    private static readonly GridInput Image = new(new byte[] { 7 }, 1, 1, 1);

    private readonly ManualClock _clock = new();
    private readonly List<VoteRequest> _asked = [];

    private static InferRequest Request(
        InferMode mode, int images = 1, TimeSpan? deadline = null, int priority = 0) => new(
        Id: null, [.. Enumerable.Repeat(Image, images)],
        new(mode, new(100, 5000), 0.001, Seed: 1, Mix: []) { Deadline = deadline, Priority = priority }, Outputs: []);

    private ServedModel Model(
        Func<int, CancellationToken, Task> beforeVoting, int inFlight = 1, int waiting = 1, int newcomers = 0)
    {
        ScriptedVoter voter = new("only", 0.5m, 0, 100)
        {
            Before = (request, cancellationToken) =>
            {
                _asked.Add(request);
                return beforeVoting(_asked.Count, cancellationToken);
            },
        };
        RoutedClassifier classifier = new(new Router.Estimator.Route("only", voter));
        return new(
            classifier, [1, 1, 1], new CertificationConfig(), ServedModel.FunctionsOf(classifier), secret: [1, 2, 3],
            _clock, new AdmissionQueue(inFlight, waiting, newcomers), owned: null);
    }

    private Task PastTheDeadline(int asked, CancellationToken cancelled)
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        return Task.Delay(Timeout.Infinite, cancelled);
    }

    private static async Task<ImmutableArray<ImageAnswer>> Ask(ServedModel model, InferRequest request) =>
        (await model.AnswerAsync(request, default).WaitAsync(RunningDaemon.Patience))!.Value;

    [Fact]
    public async Task A_certificate_at_its_deadline_reports_what_it_has_proved()
    {
        await using ServedModel model = Model(async (asked, cancelled) =>
        {
            if (asked < 6) return;
            _clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(Timeout.Infinite, cancelled);
        });
        ImageAnswer answer = Assert.Single(
            await Ask(model, Request(InferMode.Certify, deadline: TimeSpan.FromSeconds(1))));
        Assert.Equal((1, null), (answer.Class, answer.Refusal));
        Assert.True(answer.Radius > 0);
        Assert.Contains("\"radius\":", answer.Record!());
    }

    [Fact]
    public async Task A_certificate_is_refused_where_its_deadline_comes_before_a_first_look()
    {
        await using ServedModel model = Model(PastTheDeadline);
        ImageAnswer answer = Assert.Single(
            await Ask(model, Request(InferMode.Certify, deadline: TimeSpan.FromSeconds(1))));
        Assert.Equal("the deadline passed before anything could be said", answer.Refusal);
    }

    [Fact]
    public async Task At_the_end_of_the_drain_time_a_certificate_without_a_first_look_is_refused()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ServedModel model = Model((_, cancelled) =>
        {
            asked.SetResult();
            return Task.Delay(Timeout.Infinite, cancelled);
        });
        InferRequest request = Request(InferMode.Certify);
        Task<ImmutableArray<ImageAnswer>> answers = Ask(
            model, request with { Parameters = request.Parameters with { Stopping = new() { Target = 0.5 } } });
        await asked.Task.WaitAsync(RunningDaemon.Patience);
        model.ShutDown();
        Assert.Equal("the server is stopping and its drain time was over before anything could be said",
            Assert.Single(await answers).Refusal);
    }

    [Fact]
    public async Task A_prediction_past_its_deadline_is_refused()
    {
        await using ServedModel model = Model(PastTheDeadline);
        ImageAnswer answer = Assert.Single(
            await Ask(model, Request(InferMode.Predict, deadline: TimeSpan.FromSeconds(1))));
        Assert.Equal("the deadline passed before all votes were in", answer.Refusal);
    }

    [Fact]
    public async Task A_request_of_as_many_images_as_are_in_flight_keeps_no_other_caller_waiting()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ServedModel model = Model(
            (asked, cancelled) =>
            {
                if (asked == 2) both.SetResult();
                return asked <= 2 ? gate.Task.WaitAsync(cancelled) : Task.CompletedTask;
            },
            inFlight: 2, newcomers: 2);
        Task<ImmutableArray<ImageAnswer>> greedy = Ask(
            model, Request(InferMode.Predict, images: 2) with { Party = "greedy" });
        await both.Task.WaitAsync(RunningDaemon.Patience);
        Task<ImmutableArray<ImageAnswer>?> more = model.AnswerAsync(
            Request(InferMode.Predict) with { Party = "greedy" }, default);
        Assert.Null(
            Assert.Single(await Ask(model, Request(InferMode.Predict) with { Party = "modest" })).Refusal);
        Assert.False(greedy.IsCompleted);
        Assert.False(more.IsCompleted);
        gate.SetResult();
        await greedy;
        await more;
    }

    [Fact]
    public async Task A_request_whose_deadline_passes_in_the_queue_is_refused_and_leaves_it()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ServedModel model = Model((_, cancelled) => gate.Task.WaitAsync(cancelled));
        Task<ImmutableArray<ImageAnswer>?> busy = model.AnswerAsync(Request(InferMode.Predict), default);
        Task<ImmutableArray<ImageAnswer>> waits = Ask(
            model, Request(InferMode.Certify, deadline: TimeSpan.FromSeconds(1)));
        Assert.Null(await model.AnswerAsync(Request(InferMode.Predict), default));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("the deadline passed before its turn came", Assert.Single(await waits).Refusal);
        Task<ImmutableArray<ImageAnswer>> next = Ask(model, Request(InferMode.Predict));
        gate.SetResult();
        Assert.Null(Assert.Single(await next).Refusal);
        await busy;
    }

    [Fact]
    public async Task Claims_reach_the_voter_and_images_of_one_request_are_one_party()
    {
        await using ServedModel model = Model((_, _) => Task.CompletedTask);
        await Ask(model, Request(InferMode.Predict, images: 2, TimeSpan.FromSeconds(5), priority: 4));
        await Ask(model, Request(InferMode.Predict));
        Claim[] claims = [.. _asked.Select(request => request.Claim)];
        Assert.Equal([(4, _clock.GetUtcNow().AddSeconds(5)), (4, _clock.GetUtcNow().AddSeconds(5)), (0, null)],
            claims.Select(claim => (claim.Priority, claim.Deadline)));
        Assert.Same(claims[0].Party, claims[1].Party);
        Assert.NotSame(claims[0].Party, claims[2].Party);
    }

    [Fact]
    public async Task Parties_take_turns_for_their_samples()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ServedModel model = Model((_, cancelled) => gate.Task.WaitAsync(cancelled), waiting: 9);
        List<string> came = [];
        Task<ImmutableArray<ImageAnswer>>[] asked =
        [
            .. ((string[])["greedy 1", "greedy 2", "greedy 3", "greedy 4", "modest 1", "modest 2"]).Select(name => Ask(
                model, Request(InferMode.Predict, priority: name.StartsWith('g') ? 1 : 0) with
                {
                    Party = name.Split(' ')[0],
                    TurnCame = () => came.Add(name),
                })),
        ];
        gate.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal(["greedy 1", "greedy 2", "modest 1", "greedy 3", "modest 2", "greedy 4"], came);
    }

    [Fact]
    public async Task Many_requests_at_once_have_the_answers_they_have_one_by_one()
    {
        Surroundings surroundings = Surroundings.OfProcess() with { WorkingFolder = Reference.Root };
        Deployment deployed = await Deployment.OpenAsync(
            new(Path: "models/shapes10/experts.yaml", Threads: 1, Batch: 32, Probe: false), expert: null, surroundings,
            CancellationToken.None);
        await using ServedModel model = ServedModel.Of(
            deployed, new() { InFlight = 8, Waiting = 100 }, key: null, surroundings);
        InferRequest[] requests =
        [
            .. Enumerable.Range(0, 16).Select(i => new InferRequest(
                Id: null, [.. Enumerable.Range(0, 1 + i % 3).Select(j => new GridInput(Shades(i, j), 3, 32, 32))],
                new(i % 2 == 0 ? InferMode.Certify : InferMode.Predict, new(10, 50), 0.01, Seed: (ulong)i,
                    Mix: []) { Priority = i % 3 }, Outputs: [])),
        ];
        ImmutableArray<ImageAnswer>[] together = await Task.WhenAll(requests.Select(request => Ask(model, request)));
        for (int i = 0; i < requests.Length; i++)
            Assert.Equal(Told(await Ask(model, requests[i])), Told(together[i]));
    }

    private static byte[] Shades(int i, int j) =>
        [.. Enumerable.Range(0, 3 * 32 * 32).Select(pixel => (byte)(pixel / (7 + i) * (31 + j) % 256))];

    private static IEnumerable<object?> Told(ImmutableArray<ImageAnswer> answers) =>
        answers.Select(answer => (answer.Class, answer.Route?.Id, answer.Radius, answer.RouteRadius,
            answer.ExpertRadius, answer.Refusal)).Cast<object?>();
}
