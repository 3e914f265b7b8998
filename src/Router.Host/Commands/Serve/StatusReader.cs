using Router.Experts.Registry;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;

namespace Router.Host.Commands.Serve;

/// <summary>What a daemon's answers say together.</summary>
internal static class StatusReader
{
    // Only these answer images; what else is asked is over in no time, and would hide how long they take.
    private static readonly string[] Answering = ["/infer", "/v1/certify", "/ModelInfer", "/Certify"];

    /// <summary>A report of a daemon's answers.</summary>
    public static StatusReport Of(
        string url, bool isReady, string version, IReadOnlyList<IndexedModel> models, Statistics? statistics,
        ModelConfiguration? configuration, IReadOnlyList<MetricSample> metrics) => new(
        url,
        isReady ? StatusReport.ReadyState : models.Any(model => model is { Name: ServedModel.Name, State: "UNLOADING" })
            ? "draining"
            : models.All(model => model.State == "LOADING") ? "loading"
            : "impeded",
        version,
        [.. models.Select(model => Model(model, NetworkOf(model, models), statistics, configuration))],
        Requests(metrics),
        Routes(metrics),
        CacheHits(metrics),
        [.. Passes(metrics)],
        [.. Devices(metrics)]);

    // Of an expert in several versions the highest is deployed, and is called as the expert.
    private static string NetworkOf(IndexedModel model, IReadOnlyList<IndexedModel> models) =>
        models.Last(other => other.Name == model.Name) == model ? model.Name
            : $"{model.Name}{ExpertConfig.VersionMark}{model.Version}";

    private static ModelStatus Model(
        IndexedModel model, string network, Statistics? statistics, ModelConfiguration? configuration)
    {
        ModelCounts? counts = statistics?.ModelStats.FirstOrDefault(
            one => one.Name == model.Name && one.Version == model.Version);
        return new(
            model.Name, model.Version, network, model.State, model.Reason, Configured("sigma"), Configured("function"),
            counts?.InferenceCount ?? 0, counts?.InferenceStats.Fail.Count ?? 0);

        string? Configured(string what) =>
            configuration?.Parameters.GetValueOrDefault($"{what}.{network}")?.StringValue;
    }

    private static RequestStatus Requests(IReadOnlyList<MetricSample> metrics)
    {
        static bool OfImages(MetricSample sample) =>
            Answering.Any(address => sample["address"].EndsWith(address, StringComparison.Ordinal));
        Buckets Latency(bool answered) => new(metrics, "dualrs_request_duration_seconds", sample => OfImages(sample)
            && sample["outcome"] == "answered" == answered);
        Buckets answers = Latency(answered: true), others =
            Latency(answered: false), queue = new(metrics, "dualrs_queue_duration_seconds", _ => true);
        return new(
            metrics.Where(sample => sample.Name == "dualrs_requests_total" && OfImages(sample))
                .GroupBy(sample => sample["outcome"])
                .OrderBy(outcome => outcome.Key, StringComparer.Ordinal)
                    .ToDictionary(outcome => outcome.Key, outcome => (long)outcome.Sum(sample => sample.Value)),
            answers.Within(0.5), answers.Within(0.95), others.Within(0.95), queue.Within(0.95),
            (long)Value(metrics, "dualrs_requests_waiting"), (long)Value(metrics, "dualrs_images_in_flight"));
    }

    private static Dictionary<string, double> Routes(IReadOnlyList<MetricSample> metrics)
    {
        MetricSample[] images =
            [.. metrics.Where(sample => sample.Name == "dualrs_images_total" && sample["model"] == ServedModel.Name)];
        double all = images.Sum(sample => sample.Value);
        return images.ToDictionary(sample => sample["route"], sample => sample.Value / all);
    }

    private static double? CacheHits(IReadOnlyList<MetricSample> metrics)
    {
        double looked = Value(metrics, "dualrs_cache_lookups_total");
        return looked > 0 ? Value(metrics, "dualrs_cache_lookups_total", ("outcome", "hit")) / looked : null;
    }

    private static IEnumerable<PassStatus> Passes(IReadOnlyList<MetricSample> metrics) =>
        from fill in metrics
        where fill.Name == "dualrs_batch_fill_ratio_count" && fill.Value > 0
        let network = fill["network"]
        let device = fill["device"]
        let samples = Value(metrics, "dualrs_pass_samples_total", ("network", network), ("device", device))
        let empty = Value(metrics, "dualrs_pass_empty_places_total", ("network", network), ("device", device))
        select new PassStatus(
            network, device, (long)fill.Value, samples + empty > 0 ? samples / (samples + empty) : 0,
            Value(metrics, "dualrs_pass_duration_seconds_sum", ("network", network), ("device", device)) / fill.Value);

    private static IEnumerable<DeviceStatus> Devices(IReadOnlyList<MetricSample> metrics) =>
        from total in metrics
        where total.Name == "dualrs_device_memory_bytes" && total["kind"] == "total"
        let device = total["device"]
        select new DeviceStatus(
            device, (long)Value(metrics, "dualrs_device_memory_bytes", ("device", device), ("kind", "used")),
            (long)total.Value,
            (long)Value(metrics, "dualrs_lane_waiting_samples", ("device", device)));

    private static double Value(
        IReadOnlyList<MetricSample> metrics, string name, params (string Label, string Value)[] labels) =>
        metrics.Where(sample => sample.Name == name && labels.All(label => sample[label.Label] == label.Value))
            .Sum(sample => sample.Value);
}
