using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Router.Estimator;
using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Smoothing.Records;
using Router.Votes;
using Tests;

namespace Router.Host.Tests.Serving.Resilience;

/// <summary>
/// Voters that are broken on purpose: what callers get, and that it goes on by itself once they are whole again.
/// </summary>
public sealed class FaultTests
{
    private const string Certify =
        """{"outputs":[{"name":"class"},{"name":"mix"},{"name":"record"}],"inputs":[{"name":"image","shape":[1,1,"""
        + """1],"datatype":"UINT8","data":[7]}]}""";

    private static readonly ServingLimits Limits = new();
    private static readonly ResilienceSettings Settings =
        new() { Retries = 1, RetryDelay = TimeSpan.Zero, FaultsToOpen = 2 };

    private readonly ManualClock _clock = new();
    private readonly FaultyVoter _router = new("router", 1), _first = new("first", 0), _second = new("second", 0, 1m);
    private readonly List<string> _reloads = [];
    private readonly Host.Serving.Operations.Resilience _circuits;

    public FaultTests() => _circuits = new(
        Settings, _clock, NullLogger.Instance, _reloads.Add, new BatchCap(asked: null));

    public static TheoryData<VoterFault> Faults =>
        [.. Enum.GetValues<VoterFault>().Where(fault => fault != VoterFault.None)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_broken_expert_is_left_alone_another_answers_with_a_certificate_that_verifies_and_it_comes_back(
        VoterFault fault)
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, Model(new FailoverPolicy.Reroute(0.25, [])));
        Assert.Equal("first,second", await MixOfAsync(daemon));

        _second.Fault = fault;
        for (int i = 0; i < Settings.FaultsToOpen; i++) Assert.Equal("first", await MixOfAsync(daemon));
        Assert.Equal(["e1"], _circuits.Open);
        int asked = _second.Asked;
        Assert.Equal("first", await MixOfAsync(daemon));
        Assert.Equal(asked, _second.Asked);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync("/v2/health/ready")).Status);

        _second.Fault = VoterFault.None;
        _clock.Advance(Settings.FirstBreak);
        Assert.Equal("first,second", await MixOfAsync(daemon));
        Assert.Empty(_circuits.Open);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Where_nobody_may_go_on_a_broken_expert_is_503_and_the_daemon_not_ready_until_it_answers_again(
        VoterFault fault)
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(Limits, Model(new FailoverPolicy.Refuse()));
        _second.Fault = fault;
        for (int i = 0; i < Settings.FaultsToOpen; i++)
        {
            (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(Certify);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.StartsWith("e1 cannot answer: ", (string?)answer["error"]);
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await daemon.GetAsync("/v2/health/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync("/v2/health/live")).Status);

        _second.Fault = VoterFault.None;
        _clock.Advance(Settings.FirstBreak);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync("/v2/health/ready")).Status);
        Assert.Equal("first,second", await MixOfAsync(daemon));
    }

    [Fact]
    public async Task Where_a_listed_mix_holds_who_is_left_alone_the_daemon_is_not_ready()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            Limits, Model(new FailoverPolicy.Reroute(0.25, [["e0"]])));
        async Task<HttpStatusCode> ReadyAsync(string address) => (await daemon.GetAsync($"/v2/{address}ready")).Status;
        _second.Fault = VoterFault.Exception;
        for (int i = 0; i < Settings.FaultsToOpen; i++) Assert.Equal("first", await MixOfAsync(daemon));
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync("health/"));
        // The expert alone has nobody who goes on for it.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync("models/e1/"));
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync("models/e0/"));
        JsonArray index = (await daemon.PostAsync("", "/v2/repository/index")).Body.AsArray();
        Assert.Equal(["READY", "READY", "READY", "UNAVAILABLE"], index.Select(model => (string?)model!["state"]));

        _first.Fault = VoterFault.Exception;
        while (!_circuits.Open.Contains("e0")) await daemon.PostAsync(ToyModel.Body, "/v2/models/e0/infer");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync("health/"));
        _clock.Advance(Settings.FirstBreak);
        _second.Fault = VoterFault.None;
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync("health/"));
    }

    [Fact]
    public async Task A_fault_that_passes_is_not_seen_by_the_caller()
    {
        int asked = 0;
        ResilienceSettings patient = Settings with { Retries = 2, RetryDelay = TimeSpan.Zero, FaultsToOpen = 10 };
        Circuit circuit = new("one", patient, _clock, NullLogger.Instance, _reloads.Add);
        VoteCounts votes = await circuit.RunAsync(_first.FunctionId, async cancelled => ++asked < 3
            ? throw new VoterUnavailableException(_first.FunctionId, "the device was reset")
            : await _first.VoteAsync(Request, cancelled), CancellationToken.None);
        Assert.Equal((3, 10), (asked, votes.Total));
    }

    [Fact]
    public async Task An_input_that_workers_died_with_is_asked_for_once_and_keeps_no_other_input_waiting()
    {
        int asked = 0;
        Circuit circuit = new("one", Settings, _clock, NullLogger.Instance, _reloads.Add);
        for (int i = 0; i < 2 * Settings.FaultsToOpen; i++)
            await Assert.ThrowsAsync<VoterUnavailableException>(() => circuit.RunAsync(
                _first.FunctionId,
                _ => throw new VoterUnavailableException(_first.FunctionId, $"{++asked}", new RefusedInputException()),
                CancellationToken.None));
        Assert.Equal((2 * Settings.FaultsToOpen, false), (asked, circuit.IsOpen));
    }

    [Fact]
    public async Task What_is_out_of_memory_is_not_asked_again_and_its_batch_is_halved_once()
    {
        BatchCap cap = new(asked: null);
        int told = 0;
        IVoter voter = new Host.Serving.Operations.Resilience(
            Settings with { Retries = 2, FaultsToOpen = 10 }, _clock, NullLogger.Instance, _reloads.Add, cap)
                .Of("one", _first, () => _first.PassRuns, () => told++);
        _first.Fault = VoterFault.OutOfMemory;
        await Assert.ThrowsAsync<VoterUnavailableException>(() => voter.VoteAsync(Request, CancellationToken.None));
        Assert.Equal((1, 1), (_first.Asked, told));
        Assert.Equal((64, null, 32, null), (cap.Halve(128), cap.Halve(128), cap.Halve(64), cap.Halve(1)));
        Assert.Equal(32, cap.Images);
    }

    [Fact]
    public async Task A_network_that_does_not_come_into_memory_fails_once_its_load_takes_too_long()
    {
        TimeSpan runs = TimeSpan.Zero;
        ToyVoter waits = new(cancelled => Task.Delay(Timeout.Infinite, cancelled));
        IVoter voter = _circuits.Of("one", waits, () => TimeSpan.Zero, () => { }, () => runs);
        Task<VoteCounts> asked = voter.VoteAsync(Request, CancellationToken.None);
        _clock.Advance(Settings.LongestLoad - TimeSpan.FromSeconds(1));
        Assert.False(asked.IsCompleted);
        runs = Settings.LongestLoad;
        while (!asked.IsCompleted)
        {
            _clock.Advance(Settings.LongestLoad);
            await Task.Yield();
        }
        VoterUnavailableException fault = await Assert.ThrowsAsync<VoterUnavailableException>(() => asked);
        Assert.Contains("it has not come into memory for 300 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_that_stays_broken_is_loaded_again_once()
    {
        IVoter voter = _circuits.Of("one", _first, () => _first.PassRuns, () => { });
        _first.Fault = VoterFault.Exception;
        for (int i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<VoterUnavailableException>(() => voter.VoteAsync(Request, CancellationToken.None));
            _clock.Advance(Settings.LongestBreak);
        }
        Assert.Equal(["one does not answer any more"], _reloads);
    }

    [Fact]
    public async Task A_try_that_its_caller_gave_up_is_no_answer_of_a_network_that_stays_broken()
    {
        Circuit circuit = new("one", Settings with { Retries = 1, FaultsToOpen = 2 }, _clock, NullLogger.Instance,
            _reloads.Add);
        Task FailAsync() => Assert.ThrowsAsync<VoterUnavailableException>(() => circuit.RunAsync(
            _first.FunctionId, _ => throw new VoterUnavailableException(
                _first.FunctionId, "it hangs", new TimeoutException()), CancellationToken.None));
        for (int opened = 0; opened < Settings.BreaksToReload; opened++)
        {
            await FailAsync();
            await FailAsync();
            Assert.True(circuit.IsOpen);
            _clock.Advance(Settings.LongestBreak);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => circuit.RunAsync(
                _first.FunctionId, _ => throw new OperationCanceledException(), CancellationToken.None));
        }
        Assert.Equal(["one does not answer any more"], _reloads);
    }

    private static VoteRequest Request => new(new GridInput(new byte[] { 7 }, 1, 1, 1), new(1, 1), new(0, 10));

    private ServedModel Model(FailoverPolicy policy)
    {
        RoutedClassifier classifier = new(
            "router", Behind("router", _router), [new("e0", Behind("e0", _first)), new("e1", Behind("e1", _second))]);
        return new(
            classifier, [1, 1, 1], new CertificationConfig { Selection = 10, Estimation = 100 },
            ServedModel.FunctionsOf(classifier),
            secret: [1, 2, 3], TimeProvider.System, new AdmissionQueue(atOnce: 1, Limits.Waiting), owned: null,
            policy) { Circuits = _circuits };
    }

    private IVoter Behind(string id, FaultyVoter voter) => _circuits.Of(id, voter, () => voter.PassRuns, () => { });

    private static async Task<string> MixOfAsync(RunningDaemon daemon)
    {
        (HttpStatusCode status, JsonNode answer) = await daemon.PostAsync(Certify);
        Assert.Equal(HttpStatusCode.OK, status);
        JsonArray outputs = answer["outputs"]!.AsArray();
        Assert.Equal(0, (int)outputs[0]!["data"]![0]!);
        RecordVerdict verdict = RecordVerifier.Verify((string)outputs[2]!["data"]![0]!);
        Assert.IsType<RecordVerdict.HoldsUnsigned>(verdict);
        return ((string)outputs[1]!["data"]![0]!).Replace("e0", "first", StringComparison.Ordinal)
            .Replace("e1", "second", StringComparison.Ordinal);
    }
}
