using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Host.Cli;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Serve;

/// <summary>Asks a running daemon what anybody may ask it.</summary>
internal sealed class DaemonClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client;

    /// <param name="url">Its base address.</param>
    /// <param name="key">A key; null where it wants none.</param>
    public DaemonClient(Uri url, string? key)
    {
        _client = new() { BaseAddress = url, Timeout = Patience };
        if (key is not null) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>How it does.</summary>
    /// <exception cref="InputFault">Nobody answers there, it wants a key, or it is no such daemon.</exception>
    public async Task<StatusReport> ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            (HttpStatusCode status, string ready) =
                await AskAsync(HttpMethod.Get, "v2/health/ready", cancellationToken);
            if (JsonNode.Parse(ready)?["ready"] is not JsonValue) throw Stranger();
            string version = (string)JsonNode.Parse(await ReadAsync("v2", cancellationToken))!["version"]!;
            (_, string index) = await AskAsync(HttpMethod.Post, "v2/repository/index", cancellationToken);
            IReadOnlyList<IndexedModel> models =
                JsonSerializer.Deserialize(index, ProtocolJson.Instance.IReadOnlyListIndexedModel)!;
            IReadOnlyList<MetricSample> metrics = MetricText.Read(await ReadAsync("metrics", cancellationToken));
            (HttpStatusCode served, string counted) =
                await AskAsync(HttpMethod.Get, "v2/models/stats", cancellationToken);
            (HttpStatusCode known, string configured) =
                await AskAsync(HttpMethod.Get, "v2/models/dualrs/config", cancellationToken);
            return StatusReader.Of(
                _client.BaseAddress!.GetLeftPart(UriPartial.Authority), status == HttpStatusCode.OK, version, models,
                served == HttpStatusCode.OK ? JsonSerializer.Deserialize(counted, ProtocolJson.Instance.Statistics)
                    : null,
                known == HttpStatusCode.OK
                    ? JsonSerializer.Deserialize(configured, ProtocolJson.Instance.ModelConfiguration) : null, metrics);
        }
        catch (HttpRequestException fault)
        {
            throw new InputFault($"nobody answers at {_client.BaseAddress}: {fault.Message.TrimEnd('.')}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InputFault($"nobody answers at {_client.BaseAddress} within {Patience.TotalSeconds} s");
        }
        catch (JsonException)
        {
            throw Stranger();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private InputFault Stranger() => new($"what answers at {_client.BaseAddress} is no dualrs daemon");

    private async Task<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Get, path, cancellationToken) is (HttpStatusCode.OK, var text) ? text
            : throw Stranger();

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(
        HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path);
        using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new InputFault(
                $"{_client.BaseAddress} lets nobody in without a key: give one with --key-file or --key-env "
                + $"({JsonNode.Parse(text)?["error"]})"),
            HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable => (response.StatusCode, text),
            _ => throw Stranger(),
        };
    }
}
