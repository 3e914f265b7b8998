using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Router.Evaluation;

namespace Router.Host.Commands.Serve;

/// <summary>
/// Requests that a daemon has to draw for: each has a seed of its own, so that no kept answer is given. They are as
/// small as requests are, an image each.
/// </summary>
internal sealed class LoadRun : IDisposable
{
    private readonly DaemonConnection _daemon;
    private readonly TimeProvider _clock;
    private readonly string _model, _mode;
    private readonly int _estimation;
    private string _tensor = "";
    private long _asked;

    /// <summary>Nothing is asked yet.</summary>
    /// <param name="url">The daemon's address.</param>
    /// <param name="key">A key; null where it wants none.</param>
    /// <param name="model">The model.</param>
    /// <param name="mode">What is asked for.</param>
    /// <param name="estimation">n of each stage.</param>
    /// <param name="clock">Times requests.</param>
    public LoadRun(Uri url, string? key, string model, string mode, int estimation, TimeProvider clock)
    {
        (_model, _mode, _estimation, _clock) = (model, mode, estimation, clock);
        _daemon = new(url, key, Timeout.InfiniteTimeSpan);
    }

    private string Address => $"v2/models/{Uri.EscapeDataString(_model)}";

    /// <summary>Asks what the model takes, and one request that is not measured.</summary>
    /// <exception cref="BadInputException">Nobody answers there, or not this.</exception>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            JsonNode metadata = await ReadAsync(
                await _daemon.Client.GetAsync(Address, cancellationToken), cancellationToken);
            int[] shape = [.. metadata["inputs"]![0]!["shape"]!.AsArray().Skip(1).Select(extent => (int)extent!)];
            int size = shape.Aggregate(1, (product, extent) => product * extent);
            _tensor = $$"""
                {"name":"image","shape":[{{string.Join(',', shape)}}],"datatype":"UINT8",
                 "data":[{{string.Join(',', Enumerable.Range(0, size).Select(pixel => pixel % (byte.MaxValue + 1)))}}]}
                """;
            await ReadAsync(await AskAsync(cancellationToken), cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw _daemon.Unreached(fault);
        }
        catch (Exception fault) when (DaemonConnection.IsOtherJson(fault))
        {
            throw _daemon.Stranger();
        }
    }

    /// <summary>Asks many times.</summary>
    /// <param name="concurrency">How many requests at once, ≥ 1.</param>
    /// <param name="requests">How many of them, ≥ 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="BadInputException">The daemon is gone.</exception>
    public async Task<LoadMeasurement> MeasureAsync(
        int concurrency, int requests, CancellationToken cancellationToken)
    {
        TimeSpan?[] answered = new TimeSpan?[requests];
        int next = -1;
        long started = _clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(concurrency, requests)).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var request && request < requests)
            {
                long asked = _clock.GetTimestamp();
                try
                {
                    using HttpResponseMessage response = await AskAsync(cancellationToken);
                    if (response.IsSuccessStatusCode) answered[request] = _clock.GetElapsedTime(asked);
                }
                catch (HttpRequestException fault)
                {
                    throw _daemon.Unreached(fault);
                }
            }
        }));
        return LoadMeasurement.Of(
            concurrency, requests, [.. answered.OfType<TimeSpan>()], _clock.GetElapsedTime(started));
    }

    /// <inheritdoc/>
    public void Dispose() => _daemon.Dispose();

    private Task<HttpResponseMessage> AskAsync(CancellationToken cancellationToken)
    {
        long seed = Interlocked.Increment(ref _asked);
        string body = $$"""
            {"parameters":{"mode":"{{_mode}}","estimation":{{_estimation}},"seed":{{seed}}},"inputs":[{{_tensor}}]}
            """;
        return _daemon.Client.PostAsync(
            Address + "/infer", new StringContent(body, new MediaTypeHeaderValue("application/json")),
            cancellationToken);
    }

    private async Task<JsonNode> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
            return response.IsSuccessStatusCode ? answer : throw new BadInputException(
                $"{_daemon.Url} answers {(int)response.StatusCode}: {(string?)answer["error"]}");
        }
    }
}

/// <summary>What came of requests that were asked at once.</summary>
/// <param name="Concurrency">How many at once.</param>
/// <param name="Requests">How many of them.</param>
/// <param name="Refused">How many were not answered.</param>
/// <param name="Seconds">How long all of them took.</param>
/// <param name="AnswersPerSecond">Answers over that time.</param>
/// <param name="MeanMs">The mean time of an answer, in ms; 0 where there is none, as in what follows.</param>
/// <param name="P50Ms">Half of the answers took no longer.</param>
/// <param name="P90Ms">90 % took no longer.</param>
/// <param name="P95Ms">95 % took no longer.</param>
/// <param name="P99Ms">99 % took no longer.</param>
internal sealed record LoadMeasurement(
    int Concurrency, int Requests, int Refused, double Seconds, double AnswersPerSecond, double MeanMs, double P50Ms,
    double P90Ms, double P95Ms, double P99Ms)
{
    /// <summary>A measurement.</summary>
    /// <param name="concurrency">How many at once.</param>
    /// <param name="requests">How many of them.</param>
    /// <param name="answered">How long each answer took.</param>
    /// <param name="whole">How long all of them took.</param>
    public static LoadMeasurement Of(
        int concurrency, int requests, IReadOnlyCollection<TimeSpan> answered, TimeSpan whole)
    {
        double[] times = [.. answered.Select(time => time.TotalMilliseconds).Order()];
        // The nearest rank: a time that an answer took.
        double Within(double share) => times.Length == 0 ? 0 : times[(int)Math.Ceiling(share * times.Length) - 1];
        return new(
            concurrency, requests, requests - times.Length, whole.TotalSeconds, times.Length / whole.TotalSeconds,
            times.Length == 0 ? 0 : times.Average(), Within(0.5), Within(0.9), Within(0.95), Within(0.99));
    }
}

/// <summary>Measurements as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadMeasurement))]
internal sealed partial class LoadJson : JsonSerializerContext;
