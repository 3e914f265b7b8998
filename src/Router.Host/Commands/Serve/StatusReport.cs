using System.Text.Json.Serialization;

namespace Router.Host.Commands.Serve;

/// <summary>How a daemon does. Counts and times are those since its start.</summary>
/// <param name="Url">Where it was asked.</param>
/// <param name="State">"ready", "loading", "draining", or "impeded" where a network that failed repeatedly is left
/// alone and nobody goes on for it.</param>
/// <param name="Version">The program's.</param>
/// <param name="Models">Its models.</param>
/// <param name="Requests">Of images.</param>
/// <param name="Routes">The share of images that each route answered; "none" where the router abstained.</param>
/// <param name="CacheHits">The share of images for which nothing was drawn, since a kept answer did, in [0, 1]; null
/// where none were looked for.</param>
/// <param name="Passes">Forward passes of each network.</param>
/// <param name="Devices">Memory.</param>
internal sealed record StatusReport(
    string Url, string State, string? Version, IReadOnlyList<ModelStatus> Models, RequestStatus Requests,
    IReadOnlyDictionary<string, double> Routes, double? CacheHits,
    IReadOnlyList<PassStatus> Passes, IReadOnlyList<DeviceStatus> Devices)
{
    /// <summary>The state of a daemon that serves.</summary>
    public const string ReadyState = "ready";
}

/// <summary>A model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version: its own number, or that of the registry.</param>
/// <param name="Network">The id of its network: of a version that is not deployed another than its name.</param>
/// <param name="State">As the repository index has it.</param>
/// <param name="Reason">Why it is not ready, or what else there is to say of it; empty for nothing.</param>
/// <param name="Sigma">σ; null of the whole, of a version that is not deployed, or where it is not loaded.</param>
/// <param name="Function">The function id; null where σ is.</param>
/// <param name="Images">Images answered.</param>
/// <param name="Failures">Requests that were not answered.</param>
internal sealed record ModelStatus(
    string Name, string Version, string Network, string State, string Reason, string? Sigma, string? Function,
    long Images, long Failures);

/// <summary>
/// Requests for inference and certificates. Seconds are upper bounds of the histograms' buckets, "Infinity" beyond the
/// last; null where nothing was measured.
/// </summary>
/// <param name="Outcomes">How many, by what became of them.</param>
/// <param name="P50">Half of the answers were there within so many seconds.</param>
/// <param name="P95">19 of 20 answers.</param>
/// <param name="OthersP95">19 of 20 requests that got no answer were over within so many seconds.</param>
/// <param name="QueueP95">19 of 20 answered requests waited no longer for their turn.</param>
/// <param name="Waiting">Wait for a turn now.</param>
/// <param name="ImagesInFlight">Images that are worked on now.</param>
internal sealed record RequestStatus(IReadOnlyDictionary<string, long> Outcomes, double? P50, double? P95,
    double? OthersP95, double? QueueP95, long Waiting, long ImagesInFlight);

/// <summary>Forward passes of a network.</summary>
/// <param name="Network">Its id.</param>
/// <param name="Device">Where it is.</param>
/// <param name="Count">Passes.</param>
/// <param name="Fill">Samples over places, in [0, 1].</param>
/// <param name="MeanSeconds">A pass.</param>
internal sealed record PassStatus(string Network, string Device, long Count, double Fill, double MeanSeconds);

/// <summary>A device.</summary>
/// <param name="Device">Its name.</param>
/// <param name="UsedBytes">Memory in use.</param>
/// <param name="TotalBytes">Memory that may be used.</param>
/// <param name="WaitingSamples">Noisy samples that wait for a forward pass.</param>
internal sealed record DeviceStatus(string Device, long UsedBytes, long TotalBytes, long WaitingSamples);

/// <summary>The report as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented =
        true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
