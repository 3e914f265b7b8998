using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Certificates that several requests grow: whoever wants more goes on where the last one stopped.</summary>
public sealed class TopUpTests
{
    private static readonly GridInput Image = new(new byte[] { 7 }, 1, 1, 1);
    private static readonly InferParameters Certify = new(
        InferMode.Certify, new(100, 10_000), 0.001, Seed: null, Mix: []);
    private static readonly InferParameters Low = Certify with { Stopping = new() { Target = 0.3 } };
    private static readonly InferParameters High = Certify with { Stopping = new() { Target = 0.55 } };

    private readonly HalfwayVoter _expert = new();

    [Fact]
    public async Task A_higher_target_goes_on_where_the_kept_certificate_stopped()
    {
        await using ServedModel model = Model();
        ImageAnswer low = await AskAsync(model, Low);
        long first = _expert.Samples;
        ImageAnswer high = await AskAsync(model, High);
        Assert.Equal((StopReason.TargetReached, StopReason.TargetReached), (low.Stopped, high.Stopped));
        Assert.True(low.Radius < 0.55 && high.Radius >= 0.55 && _expert.Samples > first);
        Assert.All(_expert.Drawn.Zip(_expert.Drawn.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(high.Certificate!.SamplesDrawn, _expert.Samples);
        Assert.Equal((0, 1, 0, 1), model.Cache!.Lookups);
    }

    [Fact]
    public async Task A_lower_target_is_answered_by_the_kept_certificate_without_a_sample()
    {
        await using ServedModel model = Model();
        ImageAnswer high = await AskAsync(model, High);
        long drawn = _expert.Samples;
        Assert.Equal(high.Record!(), (await AskAsync(model, Low)).Record!());
        Assert.Equal((drawn, (1, 0, 0, 1)), (_expert.Samples, model.Cache!.Lookups));
    }

    [Fact]
    public async Task A_larger_n_goes_on_beyond_the_first_and_a_smaller_one_draws_nothing()
    {
        await using ServedModel model = Model();
        StoppingRules all = new();
        await AskAsync(model, Certify with { Counts = new(100, 1000), Stopping = all });
        Assert.Equal(1100, _expert.Samples);
        ImageAnswer more = await AskAsync(model, Certify with { Counts = new(100, 3000), Stopping = all });
        Assert.Equal((3100, StopReason.NothingCanChange), (_expert.Samples, more.Stopped!.Value));
        ImageAnswer less = await AskAsync(model, Certify with { Counts = new(100, 500), Stopping = all });
        Assert.Equal((3100, more.Record!()), (_expert.Samples, less.Record!()));
    }

    [Fact]
    public async Task A_certificate_that_was_grown_in_steps_is_the_one_of_a_single_run()
    {
        await using ServedModel inSteps = Model(), atOnce = Model(cacheBytes: 0);
        foreach (InferParameters asked in (InferParameters[])[Low, Certify with { Stopping = new() { Target = 0.4 } },
            High]) await AskAsync(inSteps, asked);
        ImageAnswer stepped = await AskAsync(inSteps, High), single = await AskAsync(atOnce, High);
        Assert.Equal(single.Record!(), stepped.Record!());
        Assert.IsType<RecordVerdict.HoldsUnsigned>(RecordVerifier.Verify(stepped.Record!()));
    }

    [Fact]
    public async Task Other_selection_votes_or_another_alpha_begin_another_certificate()
    {
        await using ServedModel model = Model();
        await AskAsync(model, Low);
        await AskAsync(model, Low with { Counts = new(101, 10_000) });
        await AskAsync(model, Low with { FailureProbability = 0.002 });
        Assert.Equal((0, 0, 0, 3), model.Cache!.Lookups);
    }

    [Fact]
    public async Task A_callers_seed_neither_finds_nor_leaves_a_certificate()
    {
        await using ServedModel model = Model();
        await AskAsync(model, Low);
        long drawn = _expert.Samples;
        await AskAsync(model, Low with { Seed = 1 });
        await AskAsync(model, Low with { Seed = 1 });
        Assert.Equal((drawn * 3, (0, 0, 0, 1)), (_expert.Samples, model.Cache!.Lookups));
    }

    [Fact]
    public async Task Requests_at_the_same_time_draw_each_sample_once()
    {
        await using ServedModel model = Model();
        TaskCompletionSource gate = new();
        _expert.Gate = gate.Task;
        Task<ImageAnswer>[] asked = [AskAsync(model, Low), AskAsync(model, High), AskAsync(model, Low)];
        gate.SetResult();
        ImageAnswer[] answers = await Task.WhenAll(asked);
        Assert.True(answers[0].Radius >= 0.3 && answers[1].Radius >= 0.55 && answers[2].Radius >= 0.3);
        Assert.All(_expert.Drawn.Zip(_expert.Drawn.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public async Task Who_leaves_takes_nothing_from_those_who_stay()
    {
        await using ServedModel model = Model();
        _expert.Gate = new TaskCompletionSource().Task;
        using CancellationTokenSource leaves = new();
        Task<ImageAnswer> first = AskAsync(model, High, leaves.Token), second = AskAsync(model, High);
        _expert.Gate = Task.CompletedTask;
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(StopReason.TargetReached, (await second).Stopped);
    }

    [Fact]
    public async Task At_its_deadline_a_request_gets_the_kept_certificate_while_another_draws()
    {
        ManualClock clock = new();
        await using ServedModel model = Model(clock: clock);
        ImageAnswer low = await AskAsync(model, Low);
        TaskCompletionSource gate = new();
        _expert.Gate = gate.Task;
        Task<ImageAnswer> draws = AskAsync(model, High),
            hurries = AskAsync(model, High with { Deadline = TimeSpan.FromSeconds(1) });
        clock.Advance(TimeSpan.FromSeconds(2));
        ImageAnswer inTime = await hurries;
        Assert.Equal((low.Record!(), StopReason.Deadline), (inTime.Record!(), inTime.Stopped!.Value));
        Assert.False(draws.IsCompleted);
        gate.SetResult();
        Assert.Equal(StopReason.TargetReached, (await draws).Stopped);
    }

    [Fact]
    public async Task An_expert_that_is_gone_stops_what_needs_more_of_it_and_not_what_is_proved()
    {
        await using ServedModel model = Model();
        ImageAnswer low = await AskAsync(model, Low);
        _expert.IsGone = true;
        Assert.Contains("it is gone", (await AskAsync(model, High)).Refusal, StringComparison.Ordinal);
        Assert.Equal(low.Record!(), (await AskAsync(model, Low)).Record!());
        _expert.IsGone = false;
        Assert.True((await AskAsync(model, High)).Radius >= 0.55);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_kept_holds_nothing_of_who_asked(bool grows)
    {
        await using ServedModel model = Model();
        WeakReference gone = await LeaveAsync(model, grows ? Low : Certify);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal((false, true), (gone.IsAlive, model.Cache!.Bytes > 0));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> LeaveAsync(ServedModel model, InferParameters parameters)
    {
        InferRequest request = new(Id: "who asked", [Image], parameters, Outputs: []);
        await model.AnswerAsync(request, default);
        return new(request);
    }

    private ServedModel Model(long cacheBytes = 1 << 20, TimeProvider? clock = null)
    {
        RoutedClassifier classifier = new(new Router.Estimator.Route("only", _expert));
        return new(
            classifier, [1, 1, 1], new CertificationConfig(), ServedModel.FunctionsOf(classifier), secret: [1, 2, 3],
            clock ?? TimeProvider.System, new AdmissionQueue(4, 4), owned: null)
        {
            Cache = cacheBytes == 0 ? null : new(cacheBytes, stages: 1, outcomes: 2),
        };
    }

    private static async Task<ImageAnswer> AskAsync(
        ServedModel model, InferParameters parameters, CancellationToken cancellationToken = default)
    {
        ImmutableArray<ImageAnswer>? answers = await model.AnswerAsync(
            new(Id: null, [Image], parameters, Outputs: []), cancellationToken);
        return Assert.Single(answers!.Value);
    }
}
