using System.Collections.Immutable;
using Grpc.Core;
using Inference;
using Microsoft.AspNetCore.Http.Features;
using Router.Host.Serving.Http;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using Router.Host.Serving.Wire;

namespace Router.Host.Serving.Grpc;

/// <summary>The Open Inference Protocol v2 over gRPC, with Triton's repository and statistics extensions.</summary>
/// <param name="state">What is alive.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="clock">Times requests.</param>
/// <param name="answering">Has requests answered in their turn.</param>
/// <param name="repository">Knows what models there are.</param>
/// <param name="residency">Loads and unloads networks.</param>
/// <param name="server">What the server is.</param>
/// <param name="isReady">Whether it serves.</param>
internal sealed class InferenceService(
    ServingState state, ServingLimits limits, TimeProvider clock, Answering answering,
    RepositoryEndpoints repository, ResidencyEndpoints residency, ServerMetadata server, Func<bool> isReady)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    /// <inheritdoc/>
    [NeedsScope(Scope.None)]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    /// <inheritdoc/>
    [NeedsScope(Scope.None)]
    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = isReady() });

    /// <inheritdoc/>
    public override Task<ServerMetadataResponse> ServerMetadata(
        ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse
        {
            Name = server.Name, Version = server.Version, Extensions = { server.Extensions },
        });

    /// <inheritdoc/>
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context)
    {
        (bool isReady, Refusal? refusal) = repository.IsReady(request.Name, VersionOf(request.Version));
        GrpcRefusal.ThrowIf(context, refusal);
        return Task.FromResult(new ModelReadyResponse { Ready = isReady });
    }

    /// <inheritdoc/>
    public override Task<ModelMetadataResponse> ModelMetadata(
        ModelMetadataRequest request, ServerCallContext context)
    {
        (ModelMetadata? metadata, Refusal? refusal) =
            repository.MetadataOf(request.Name, VersionOf(request.Version));
        GrpcRefusal.ThrowIf(context, refusal);
        return Task.FromResult(RepositoryMessages.Of(metadata!));
    }

    /// <inheritdoc/>
    public override Task<ModelStatisticsResponse> ModelStatistics(
        ModelStatisticsRequest request, ServerCallContext context)
    {
        (Statistics? statistics, Refusal? refusal) =
            repository.StatisticsOf(request.Name.Length == 0 ? null : request.Name, VersionOf(request.Version));
        GrpcRefusal.ThrowIf(context, refusal);
        return Task.FromResult(RepositoryMessages.Of(statistics!));
    }

    /// <inheritdoc/>
    public override Task<RepositoryIndexResponse> RepositoryIndex(
        RepositoryIndexRequest request, ServerCallContext context) =>
        Task.FromResult(RepositoryMessages.Of(repository.Indexed(request.Ready)));

    /// <inheritdoc/>
    [NeedsScope(Scope.Admin)]
    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(
        RepositoryModelLoadRequest request, ServerCallContext context)
    {
        (_, Refusal? refusal) = await residency.LoadAsync(
            request.ModelName, context.GetHttpContext(),
            () => Task.FromResult(ResidencyEndpoints.ObjectionToLoad(request.Parameters.Keys)));
        GrpcRefusal.ThrowIf(context, refusal);
        return new();
    }

    /// <inheritdoc/>
    [NeedsScope(Scope.Admin)]
    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(
        RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        (_, Refusal? refusal) = await residency.UnloadAsync(
            request.ModelName, context.GetHttpContext(),
            () => Task.FromResult(ResidencyEndpoints.ObjectionToUnload(request.Parameters.Keys)));
        GrpcRefusal.ThrowIf(context, refusal);
        return new();
    }

    /// <inheritdoc/>
    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        HttpContext http = context.GetHttpContext();
        if (!state.TryServe(http, out ServedModel? model))
            throw GrpcRefusal.Exception(context, Refusal.OfPhase(state.Phase));
        GrpcRefusal.ThrowIf(context, Refusal.OfModel(
            model, request.ModelName, VersionOf(request.ModelVersion), out AskedModel asked));

        long started = Arrival.Of(http);
        InferReading reading = InferRequestReader.Read(
            InferMessages.BodyOf(request), MessageValues.Of(request), asked, model, limits);
        // Images are what is kept while a request waits.
        bool isRaw = request.RawInputContents.Count > 0;
        request.Inputs.Clear();
        request.RawInputContents.Clear();
        http.Features.GetRequiredFeature<BodyReading>().Dispose();
        if (reading.Request is not { } read)
            throw GrpcRefusal.Exception(context, answering.Refuse(
                asked, StatusCodes.Status400BadRequest, reading.Faults.ToString(), started));
        read = read.Within(CallDeadline.Of(context.Deadline, clock)).After(clock.GetElapsedTime(started));
        (ImmutableArray<ImageAnswer> answers, Refusal? refusal) =
            await answering.AnswerAsync(read, model, http, started);
        GrpcRefusal.ThrowIf(context, refusal);
        return InferMessages.Of(InferAnswers.Of(read, answers, model), raw: isRaw || !read.Binary.IsEmpty);
    }

    private static string? VersionOf(string written) => written.Length == 0 ? null : written;
}
