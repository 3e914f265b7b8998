using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Router.Estimator;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Tests;

namespace Router.Host.Tests.Serving;

/// <summary>Registries whose load does not come back.</summary>
public sealed class HangingLoadTests : IDisposable
{
    private const int NotReloaded = 7, CameBack = 17, Hangs = 32;

    private readonly ServingLimits _limits = new();
    private readonly ManualClock _clock = new();
    private readonly LoggedLines _log = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _gate.Dispose();

    // Holds its thread, as native code does, and looks at no token.
    private Task<ServedModel> HangAsync(int epoch)
    {
        _entered.TrySetResult();
        _gate.Wait(RunningDaemon.Patience);
        return Task.FromResult(ToyModel.Of(ToyModel.AtOnce(), _limits));
    }

    // The clock goes on until something has happened: whoever waits for it may not have begun yet.
    private async Task<T> AfterAsync<T>(Task<T> happens)
    {
        while (!happens.IsCompleted)
        {
            _clock.Advance(_limits.LoadTime);
            await Task.Yield();
        }
        return await happens;
    }

    [Fact]
    public async Task A_load_over_its_limit_is_a_fault_that_is_told_everywhere_and_the_next_registry_is_served()
    {
        string registry = Path.GetTempFileName();
        using RegistryChanges changes = new(registry, _clock, TimeSpan.FromDays(1));
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            _limits, (epoch, _) => epoch == 2 ? HangAsync(epoch) : Task.FromResult(Model(epoch)), keys: null, changes,
            clock: _clock);
        await daemon.Log.Of(2);
        changes.Ask("a test");
        Assert.Contains("the registry has not been loaded within 300 s", await AfterAsync(daemon.Log.Of(NotReloaded)),
            StringComparison.Ordinal);
        Assert.Equal("the next registry has faults, which the log names",
            (string?)(await daemon.PostAsync("{}", "/v2/repository/index")).Body[0]!["reason"]);
        string metrics = await daemon.Client.GetStringAsync("/metrics");
        Assert.Contains("dualrs_registry_fault 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("dualrs_loads_hanging 1\n", metrics, StringComparison.Ordinal);
        Assert.Equal("1", await VersionAsync(daemon));

        changes.Ask("a test");
        await daemon.Log.Of(6);
        Assert.Equal("3", await VersionAsync(daemon));
        _gate.Set();
        await daemon.Log.Of(CameBack);
        Assert.Contains("dualrs_loads_hanging 0\n", await daemon.Client.GetStringAsync("/metrics"),
            StringComparison.Ordinal);
        Assert.Equal("3", await VersionAsync(daemon));
        File.Delete(registry);
    }

    [Fact]
    public async Task No_more_than_three_loads_are_left_hanging_and_one_that_comes_back_makes_room()
    {
        RegistryLoads loads = new((epoch, _) => HangAsync(epoch), _limits.LoadTime, _clock, _log);
        for (int i = 1; i <= RegistryLoads.MostHanging; i++)
        {
            Task<ServedModel> load = loads.LoadAsync(i, CancellationToken.None);
            await AfterAsync(load.ContinueWith(_ => true, TaskScheduler.Default));
            await Assert.ThrowsAsync<IOException>(() => load);
            Assert.Equal(i, loads.Hanging);
        }
        IOException refused = await Assert.ThrowsAsync<IOException>(() => loads.LoadAsync(9, CancellationToken.None));
        Assert.Equal("3 earlier loads hang, so nothing more is loaded: start the daemon again", refused.Message);
        _gate.Set();
        await _log.Of(CameBack);
        while (loads.Hanging > 0) await Task.Yield();
        await using ServedModel model = await loads.LoadAsync(10, CancellationToken.None);
    }

    [Fact]
    public async Task Told_to_stop_while_something_hangs_the_process_ends_after_the_drain_time()
    {
        TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Daemon daemon = new(
            [new(IPAddress.Loopback, 0)], _limits with { LoadTime = TimeSpan.FromDays(1) }, _clock,
            logging => logging.AddProvider(_log).AddFilter("Microsoft", LogLevel.None), end: ended.SetResult);
        using CancellationTokenSource stop = new();
        await daemon.StartAsync(CancellationToken.None);
        Task serving = daemon.ServeAsync((epoch, _) => HangAsync(epoch), stop.Token);
        await _entered.Task;
        await stop.CancelAsync();
        _clock.Advance(_limits.DrainTime);
        Assert.False(ended.Task.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCode.Hung, await ended.Task.WaitAsync(RunningDaemon.Patience));
        Assert.Contains("something hangs 5 s after the drain time", await _log.Of(Hangs), StringComparison.Ordinal);
        Assert.False(serving.IsCompleted);

        _gate.Set();
        await serving.WaitAsync(RunningDaemon.Patience);
        await daemon.DisposeAsync();
    }

    private ServedModel Model(int epoch) =>
        ToyModel.Of(new RoutedClassifier(new Router.Estimator.Route("only", ToyModel.AtOnce())), _limits, epoch);

    private static async Task<string?> VersionAsync(RunningDaemon daemon)
    {
        (HttpStatusCode status, JsonNode body) = await daemon.PostAsync(ToyModel.Body);
        Assert.Equal(HttpStatusCode.OK, status);
        return (string?)body["model_version"];
    }
}
