using System.Text.Json.Nodes;
using Router.Host.Commands.Serve;
using Router.Host.Serving.Operations;
using Router.Host.Tests.Serving;

namespace Router.Host.Tests.Cli;

public sealed class BenchServeTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly ServingLimits _limits = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_daemon_is_asked_so_many_requests_at_once_and_draws_for_each()
    {
        int drawn = 0;
        ToyVoter voter = new(_ =>
        {
            Interlocked.Increment(ref drawn);
            return Task.CompletedTask;
        });
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(_limits, ToyModel.Of(voter, _limits));
        Outcome told = await _shell.RunAsync(
            "bench", "serve", "--url", Url(daemon), "--requests", "5", "--concurrency", "1", "3", "--mode", "predict",
            "--json");
        Assert.Equal((0, ""), (told.Code, told.Error));
        JsonNode[] measured = [.. told.Out.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([(1, 5, 0), (3, 5, 0)], measured.Select(one =>
            ((int)one["concurrency"]!, (int)one["requests"]!, (int)one["refused"]!)));
        Assert.All(measured, one => Assert.True((double)one["answers_per_second"]! > 0));
        Assert.Equal(1 + 5 + 5, drawn);
    }

    [Fact]
    public async Task Measurements_stand_in_a_table()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(_limits, ToyModel.Routed(_limits));
        Outcome told = await _shell.RunAsync(
            "bench", "serve", "--url", Url(daemon), "--requests", "2", "--concurrency", "2", "--n", "100");
        Assert.Equal(0, told.Code);
        Assert.StartsWith("at once\tanswers/s\tmean ms\tp50\tp90\tp95\tp99\trefused\n2\t", told.Out);
        Assert.EndsWith("\t0\n", told.Out);
    }

    [Fact]
    public async Task What_the_daemon_refuses_is_told_in_its_words()
    {
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(_limits, ToyModel.Routed(_limits));
        Outcome told = await _shell.RunAsync("bench", "serve", "--url", Url(daemon), "--model", "nobody");
        Assert.Equal(2, told.Code);
        Assert.Contains("answers 404: there is no model 'nobody': served are dualrs", told.Error);
    }

    [Fact]
    public async Task Nobody_at_the_address_is_exit_code_2()
    {
        Outcome told = await _shell.RunAsync("bench", "serve", "--url", "http://127.0.0.1:9");
        Assert.Equal(2, told.Code);
        Assert.Contains("nobody answers at http://127.0.0.1:9/", told.Error);
    }

    [Fact]
    public async Task A_daemon_that_goes_away_is_no_fault_of_the_program_and_what_was_measured_stays()
    {
        int drawn = 0;
        RunningDaemon? daemon = null;
        ToyVoter voter = new(_ => Interlocked.Increment(ref drawn) == 4
            ? daemon!.DisposeAsync().AsTask()
            : Task.CompletedTask);
        daemon = await RunningDaemon.ReadyAsync(_limits, ToyModel.Of(voter, _limits));
        Outcome told = await _shell.RunAsync(
            "bench", "serve", "--url", Url(daemon), "--requests", "2", "--concurrency", "1", "1", "1", "--mode",
            "predict", "--json");
        Assert.Equal(2, told.Code);
        Assert.Single(told.Out.TrimEnd().Split('\n'));
        Assert.Contains("nobody answers at ", told.Error);
    }

    [Fact]
    public void Percentiles_are_times_that_answers_took()
    {
        LoadMeasurement one = LoadMeasurement.Of(
            concurrency: 2, requests: 12, [.. Enumerable.Range(1, 10).Select(time => TimeSpan.FromMilliseconds(time))],
            TimeSpan.FromSeconds(2));
        Assert.Equal((5, 9, 10, 10, 5.5), (one.P50Ms, one.P90Ms, one.P95Ms, one.P99Ms, one.MeanMs));
        Assert.Equal((2, 5), (one.Refused, one.AnswersPerSecond));
        LoadMeasurement none = LoadMeasurement.Of(1, 3, [], TimeSpan.FromSeconds(1));
        Assert.Equal((3, 0, 0), (none.Refused, none.P99Ms, none.MeanMs));
    }

    private static string Url(RunningDaemon daemon) => daemon.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
}
