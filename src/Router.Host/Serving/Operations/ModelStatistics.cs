
using Router.Experts.Serving;
using Router.Host.Serving.Model;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Operations;

/// <summary>What each model did since the start, for the protocol's statistics extension.</summary>
/// <param name="clock">Tells when it answered last.</param>
internal sealed class ModelStatistics(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Counts> _models = [];

    /// <summary>A request that was answered.</summary>
    public void Answered(string model, int images, TimeSpan whole, TimeSpan queued) =>
        Change(model, counts => counts with
    {
        Last = clock.GetUtcNow().ToUnixTimeMilliseconds(),
        Images = counts.Images + images,
        Requests = counts.Requests + 1,
        Success = counts.Success + whole,
        Queue = counts.Queue + queued,
    });

    /// <summary>A request that was not.</summary>
    public void Failed(string model, TimeSpan whole) =>
        Change(model, counts => counts with { Failures = counts.Failures + 1, Fail = counts.Fail + whole });

    /// <summary>The counts of a model, or of its version with a number, over all registries that were served.</summary>
    public ModelCounts Of(AskedModel model, string version)
    {
        Counts counts;
        lock (_gate) counts = _models.GetValueOrDefault(model.Id, new());
        return new(model.Name, version, counts.Last, counts.Images, counts.Requests, new(
            Time(counts.Requests, counts.Success), Time(counts.Failures, counts.Fail),
            Time(counts.Requests, counts.Queue),
            Time(counts.Requests, counts.Success - counts.Queue)), BatchesOf(model));
    }

    private static BatchCount[] BatchesOf(AskedModel model) => model.Role == ModelRole.Routed ? [] :
    [
        .. from pass in ExpertsMeter.PassesOf(model.Id)
           select new BatchCount(pass.Samples, Time(pass.Count, pass.Duration)),
    ];

    private static TimeCount Time(long count, TimeSpan time) => new(count, time.Ticks * TimeSpan.NanosecondsPerTick);

    private void Change(string model, Func<Counts, Counts> change)
    {
        lock (_gate) _models[model] = change(_models.GetValueOrDefault(model, new()));
    }

    private sealed record Counts
    {
        public long Last { get; init; }

        public long Images { get; init; }

        public long Requests { get; init; }

        public long Failures { get; init; }

        public TimeSpan Success { get; init; }

        public TimeSpan Fail { get; init; }

        public TimeSpan Queue { get; init; }
    }
}
