using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Router.Host.Cli;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;
using Router.Smoothing.Records;

namespace Router.Host.Serving.Operations;

/// <summary>
/// Everything the gateway counts and measures. Labels come from the registry and from the gateway's own addresses,
/// never from a caller.
/// </summary>
internal sealed class ServingMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "DualRS.Gateway";

    private static readonly double[] Seconds = [
        .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300];
    private static readonly double[] Samples = [
        100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000];
    private static readonly double[] Radii = [0, .1, .25, .5, .75, 1, 1.25, 1.5, 2, 2.5, 3, 4];

    private readonly Counter<long> _requests, _images, _abstentions, _limits;
    private readonly Histogram<double> _latency, _queue, _samples, _radius;

    /// <summary>A meter of one daemon.</summary>
    /// <param name="clock">Tells when a model answered last.</param>
    /// <param name="isReady">Whether the daemon serves.</param>
    /// <param name="state">What it serves.</param>
    /// <param name="gate">Lets connections in; null where another server does.</param>
    public ServingMeter(TimeProvider clock, Func<bool> isReady, ServingState state, ConnectionGate? gate)
    {
        Models = new(clock);
        _requests = Meter.CreateCounter<long>("dualrs_requests_total", description: "Requests by address and outcome.");
        _latency = Histogram(
            "dualrs_request_duration_seconds",
            "From a request's first byte to its answer's last, by address and outcome.", Seconds);
        _queue = Histogram("dualrs_queue_duration_seconds",
            "Waiting of answered requests for a turn, by model.", Seconds);
        _images = Meter.CreateCounter<long>("dualrs_images_total",
            description: "Images answered, by model and the route they took; none where the router abstained.");
        _abstentions = Meter.CreateCounter<long>(
            "dualrs_abstentions_total", description: "Images without a class, by model.");
        _samples = Histogram("dualrs_samples",
            "Noisy samples behind one certificate, over all its stages, by model.", Samples);
        _radius = Histogram("dualrs_certified_radius",
            "Certified radius in [0,1] pixels, 0 where nothing was proved, by model and route.", Radii);
        _limits = Meter.CreateCounter<long>("dualrs_limiting_stage_total",
            description: "What limited a certificate's radius or made it abstain, by model.");
        Meter.CreateObservableGauge("dualrs_ready", () => isReady() ? 1L : 0L, description: "1 while it serves.");
        Meter.CreateObservableGauge("dualrs_images_in_flight", () => (long)(state.Current?.Load.Taken ?? 0),
            description: "Images that are worked on.");
        Meter.CreateObservableGauge("dualrs_requests_waiting", () => (long)(state.Current?.Load.Waiting ?? 0),
            description: "Requests that wait for a turn.");
        if (gate is not null)
        {
            Meter.CreateObservableGauge(
                "dualrs_connections_open", () => (long)gate.Open,
                description: "Connections that are open, without those of health addresses.");
            Meter.CreateObservableCounter(
                "dualrs_connections_turned_away_total", () => TurnedAwayAt(gate),
                description: "Connections that were closed before anything was asked on them, by reason.");
        }
        Meter.CreateObservableGauge("dualrs_registry_epoch", () => (long)state.Epoch,
            description: "The number of the registry that is served; 0 before the first.");
        Meter.CreateObservableGauge(
            "dualrs_registry_fault", () => state.NextHasFaults ? 1L : 0L,
            description: "1 where the last registry that was to be loaded has faults, and the one before goes on.");
        Meter.CreateObservableGauge(
            "dualrs_loads_hanging", () => (long)state.HangingLoads(),
            description: "Loads of registries that were given up at their time limit and have not come back.");
        Meter.CreateObservableGauge("dualrs_circuit_open", () => Circuits(state.Current),
            description: "1 for a network that failed repeatedly and is left alone for a while.");
        Meter.CreateObservableCounter("dualrs_cache_lookups_total", () => Lookups(state.Current),
            description: "Images that were looked for among kept answers, by outcome.");
        Meter.CreateObservableGauge("dualrs_cache_bytes", () => Bytes(state.Current),
            description: "Bytes that kept answers take, by estimate.");
        Meter.CreateObservableGauge(
            "dualrs_info", () => new Measurement<long>(
                1, new KeyValuePair<string, object?>("version", Versions.Program)), description: "The program.");
    }

    /// <summary>Carries the instruments.</summary>
    public Meter Meter { get; } = new(Name);

    /// <summary>The same, model by model.</summary>
    public ModelStatistics Models { get; }

    /// <summary>An HTTP request that is over.</summary>
    /// <param name="address">The pattern it matched.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="time">How long it took.</param>
    public void Over(string address, string outcome, TimeSpan time)
    {
        _requests.Add(1, new("address", address), new("outcome", outcome));
        _latency.Record(time.TotalSeconds, new("address", address), new("outcome", outcome));
    }

    /// <summary>A request whose images were answered.</summary>
    public void Answered(InferRequest request, ImmutableArray<ImageAnswer> answers, TimeSpan whole, TimeSpan queued)
    {
        KeyValuePair<string, object?> model = new("model", request.Model.Id);
        Models.Answered(request.Model.Id, answers.Length, whole, queued);
        _queue.Record(queued.TotalSeconds, model);
        foreach (ImageAnswer answer in answers)
        {
            KeyValuePair<string, object?> route = new("route", answer.Route?.Id ?? "none");
            _images.Add(1, model, route);
            if (request.Mode == InferMode.Route ? answer.Route is null : answer.Class is null)
                _abstentions.Add(1, model);
            if (answer.Certificate is not { } certificate) continue;
            _samples.Record(certificate.SamplesDrawn, model);
            _radius.Record(certificate.Radius, model, route);
            _limits.Add(1, model, new("stage", RecordStages.NameOf(certificate.LimitingStage)));
        }
    }

    /// <summary>A request that a model did not answer.</summary>
    public void Failed(AskedModel model, TimeSpan whole) => Models.Failed(model.Id, whole);

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private static IEnumerable<Measurement<long>> TurnedAwayAt(ConnectionGate gate) =>
        from reason in Enum.GetValues<TurnedAway>()
        let label = new KeyValuePair<string, object?>("reason", reason.ToString().ToLowerInvariant())
        select new Measurement<long>(gate.Count(reason), label);

    private static IEnumerable<Measurement<long>> Circuits(ServedModel? model) => model?.Circuits?.Open is { } open
        ? from id in model.Functions.Select(network => network.Key)
              .Union(model.NumberedVersions.Select(version => version.Id))
          select new Measurement<long>(
              open.Contains(id, StringComparer.OrdinalIgnoreCase) ? 1 : 0,
              new KeyValuePair<string, object?>("network", id))
        : [];

    private static IEnumerable<Measurement<long>> Lookups(ServedModel? model)
    {
        if (model?.Cache is not { } cache) yield break;
        (long hits, long toppedUp, long shared, long misses) = cache.Lookups;
        foreach ((string outcome, long count) in (
            (string, long)[])[("hit", hits), ("topped_up", toppedUp), ("shared", shared), ("miss", misses)])
            yield return new(count, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static IEnumerable<Measurement<long>> Bytes(ServedModel? model) =>
        model?.Cache is { } cache ? [new(cache.Bytes)] : [];

    private Histogram<double> Histogram(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(name, unit: null, description, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
