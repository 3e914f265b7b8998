using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Router.Evaluation;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Serve;

/// <summary>Asks a running daemon what anybody may ask it.</summary>
/// <param name="url">Its base address.</param>
/// <param name="key">A key; null where it wants none.</param>
internal sealed class DaemonClient(Uri url, string? key) : IDisposable
{
    private readonly DaemonConnection _daemon = new(url, key, patience: TimeSpan.FromSeconds(10));

    /// <summary>How it does.</summary>
    /// <exception cref="BadInputException">Nobody answers there, it wants a key, or it is no such daemon.</exception>
    public async Task<StatusReport> ReportAsync(CancellationToken cancellationToken)
    {
        try
        {
            (HttpStatusCode status, string ready) =
                await AskAsync(HttpMethod.Get, "v2/health/ready", cancellationToken);
            if (JsonNode.Parse(ready)?["ready"] is not JsonValue) throw _daemon.Stranger();
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
                _daemon.Url.GetLeftPart(UriPartial.Authority), status == HttpStatusCode.OK, version, models,
                served == HttpStatusCode.OK ? JsonSerializer.Deserialize(counted, ProtocolJson.Instance.Statistics)
                    : null,
                known == HttpStatusCode.OK
                    ? JsonSerializer.Deserialize(configured, ProtocolJson.Instance.ModelConfiguration) : null, metrics);
        }
        catch (HttpRequestException fault)
        {
            throw _daemon.Unreached(fault);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw _daemon.Silent();
        }
        catch (Exception fault) when (DaemonConnection.IsOtherJson(fault))
        {
            throw _daemon.Stranger();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _daemon.Dispose();

    private async Task<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        await AskAsync(HttpMethod.Get, path, cancellationToken) is (HttpStatusCode.OK, var text) ? text
            : throw _daemon.Stranger();

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(
        HttpMethod method, string path, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, path);
        using HttpResponseMessage response = await _daemon.Client.SendAsync(request, cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new BadInputException(
                $"{_daemon.Url} lets nobody in without a key: give one with --key-file or --key-env "
                + $"({JsonNode.Parse(text)?["error"]})"),
            HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable => (response.StatusCode, text),
            _ => throw _daemon.Stranger(),
        };
    }
}
