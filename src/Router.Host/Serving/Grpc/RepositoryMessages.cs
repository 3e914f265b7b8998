using Inference;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>What HTTP tells of models, as messages.</summary>
internal static class RepositoryMessages
{
    public static ModelMetadataResponse Of(ModelMetadata metadata) => new()
    {
        Name = metadata.Name, Versions = { metadata.Versions }, Platform = metadata.Platform,
        Inputs = { metadata.Inputs.Select(Of) }, Outputs = { metadata.Outputs.Select(Of) },
    };

    public static RepositoryIndexResponse Of(IEnumerable<IndexedModel> models) => new()
    {
        Models =
        {
            models.Select(model => new RepositoryIndexResponse.Types.ModelIndex
            {
                Name = model.Name, Version = model.Version, State = model.State, Reason = model.Reason,
            }),
        },
    };

    public static ModelStatisticsResponse Of(Statistics statistics) => new()
    {
        ModelStats =
        {
            statistics.ModelStats.Select(counts => new ModelStatistics
            {
                Name = counts.Name, Version = counts.Version, LastInference = (ulong)counts.LastInference,
                InferenceCount = (ulong)counts.InferenceCount, ExecutionCount = (ulong)counts.ExecutionCount,
                InferenceStats = new()
                {
                    Success = Of(counts.InferenceStats.Success), Fail = Of(counts.InferenceStats.Fail),
                    Queue = Of(counts.InferenceStats.Queue), ComputeInfer = Of(counts.InferenceStats.ComputeInfer),
                },
                BatchStats =
                {
                    counts.BatchStats.Select(batch => new InferBatchStatistics
                    {
                        BatchSize = (ulong)batch.BatchSize, ComputeInfer = Of(batch.ComputeInfer),
                    }),
                },
            }),
        },
    };

    private static StatisticDuration Of(TimeCount time) => new() { Count = (ulong)time.Count, Ns = (ulong)time.Ns };

    private static ModelMetadataResponse.Types.TensorMetadata Of(TensorMetadata tensor) => new()
    {
        Name = tensor.Name, Datatype = tensor.Datatype, Shape = { tensor.Shape.Select(extent => (long)extent) },
    };
}
