using System.Net;
using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Evaluation;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving;

public sealed class EpochTests : IDisposable
{
    private const int Reloaded = 6, NotReloaded = 7, EpochEnded = 8;

    private readonly string _registry = Path.GetTempFileName();
    private readonly ServingLimits _limits = new();
    private readonly ManualClock _clock = new();
    private readonly RegistryChanges _changes;

    public EpochTests() => _changes = new(_registry, _clock, TimeSpan.FromSeconds(1));

    public void Dispose()
    {
        _changes.Dispose();
        File.Delete(_registry);
    }

    [Fact]
    public async Task A_request_is_answered_by_the_epoch_it_began_with_and_the_next_by_the_next()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ToyVoter first = new(cancelled => gate.Task.WaitAsync(cancelled));
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            _limits, (epoch, _) => Task.FromResult(Model(epoch == 1 ? first : ToyModel.AtOnce(), epoch)),
            keys: null, _changes);
        Task<(HttpStatusCode Status, JsonNode Body)> inFlight = AskAsync(daemon);
        await first.Asked;

        _changes.Ask("a test");
        await daemon.Log.Of(Reloaded);
        Assert.Equal("2", await VersionOfAsync(AskAsync(daemon)));
        Assert.Equal(HttpStatusCode.NotFound, (await daemon.GetAsync("/v2/models/dualrs/versions/1")).Status);
        Assert.Equal(["2"], (await daemon.GetAsync("/v2/models/dualrs")).Body["versions"]!.AsArray()
            .Select(version => (string?)version));
        Assert.False(inFlight.IsCompleted);

        gate.SetResult();
        Assert.Equal("1", await VersionOfAsync(inFlight));
        await daemon.Log.Of(EpochEnded);
    }

    [Fact]
    public async Task A_registry_with_faults_changes_nothing_and_the_one_after_it_is_served()
    {
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            _limits, (epoch, _) => epoch == 2
                ? throw new BadInputException("experts.yaml(3): a fault")
                : Task.FromResult(Model(ToyModel.AtOnce(), epoch)), keys: null, _changes);
        _changes.Ask("a test");
        Assert.Contains("experts.yaml(3): a fault", await daemon.Log.Of(NotReloaded), StringComparison.Ordinal);
        Assert.Equal("1", await VersionOfAsync(AskAsync(daemon)));
        // What it names is for whoever reads the log.
        Assert.Equal("the next registry has faults, which the log names",
            (string?)(await daemon.PostAsync("{}", "/v2/repository/index")).Body[0]!["reason"]);

        _changes.Ask("a test");
        await daemon.Log.Of(Reloaded);
        Assert.Equal("3", await VersionOfAsync(AskAsync(daemon)));
        Assert.Equal("", (string?)(await daemon.PostAsync("{}", "/v2/repository/index")).Body[0]!["reason"]);
    }

    [Fact]
    public async Task Under_load_no_request_fails_or_mixes_epochs_however_often_the_registry_changes()
    {
        const int Epochs = 20, Callers = 8;
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            new() { Waiting = Callers }, (epoch, _) =>
                Task.FromResult(Model(ScriptedVoter.Sure($"epoch {epoch}", 1), epoch)), keys: null, _changes);
        await daemon.Log.Of(2);
        using CancellationTokenSource enough = new();
        Task<int>[] callers =
        [
            .. Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
            {
                int answered = 0;
                while (!enough.IsCancellationRequested)
                {
                    (HttpStatusCode status, JsonNode body) = await daemon.PostAsync(ToyModel.Body);
                    Assert.Equal(HttpStatusCode.OK, status);
                    // The functions are those of the epoch that the answer names.
                    Assert.Equal($"epoch {body["model_version"]}", (string?)body["parameters"]!["function.f0"]);
                    answered++;
                }
                return answered;
            })),
        ];
        for (int epoch = 2; epoch <= Epochs; epoch++)
        {
            _changes.Ask("a test");
            while ((string?)(await daemon.GetAsync("/v2/models/dualrs"))
                .Body["versions"]![0] != epoch.ToString(System.Globalization.CultureInfo.InvariantCulture))
                await Task.Yield();
        }
        await enough.CancelAsync();
        Assert.All(await Task.WhenAll(callers), answered => Assert.True(answered > 0));
    }

    [Fact]
    public async Task A_changed_file_is_loaded_once_two_looks_see_the_same()
    {
        Task<string> next = _changes.NextAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(next.IsCompleted);
        await File.WriteAllTextAsync(_registry, "a");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await File.AppendAllTextAsync(_registry, "b");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(next.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal($"{_registry} changed", await next);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(_changes.NextAsync(CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task What_is_used_goes_when_the_last_use_has_ended()
    {
        ReferenceCount uses = new();
        IDisposable one = uses.Take(), other = uses.Take();
        Task end = uses.EndAsync();
        one.Dispose();
        one.Dispose();
        Assert.False(end.IsCompleted);
        other.Dispose();
        await end;
    }

    private static Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(RunningDaemon daemon) => Task.Run(async () =>
    {
        await daemon.Log.Of(2);
        return await daemon.PostAsync(ToyModel.Body);
    });

    private static async Task<string?> VersionOfAsync(Task<(HttpStatusCode Status, JsonNode Body)> answer)
    {
        (HttpStatusCode status, JsonNode body) = await answer;
        Assert.Equal(HttpStatusCode.OK, status);
        return (string?)body["model_version"];
    }

    private ServedModel Model(IVoter voter, int epoch) =>
        ToyModel.Of(new RoutedClassifier(new Router.Estimator.Route("only", voter)), _limits, epoch);
}
