using Grpc.Core;
using Grpc.Health.V1;
using Router.Host.Serving.Http;
using Router.Host.Serving.Operations;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Router.Host.Serving.Grpc;

/// <summary>The usual health service of gRPC: of the server, and of each of its services.</summary>
/// <param name="state">Tells when the daemon is to stop.</param>
/// <param name="clock">Tells when to look again.</param>
/// <param name="isReady">Whether it serves.</param>
/// <param name="services">The names of the services that it knows of.</param>
[NeedsScope(Scope.None)]
internal sealed class HealthService(
    ServingState state, TimeProvider clock, Func<bool> isReady, IReadOnlyCollection<string> services)
    : Health.HealthBase
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        StatusOf(request.Service) is var status and not ServingStatus.ServiceUnknown
            ? Task.FromResult(new HealthCheckResponse { Status = status })
            : throw GrpcRefusal.Exception(context, Refusal.Of(
                StatusCodes.Status404NotFound,
                $"there is no service '{Wire.Quoted.Cut(request.Service)}': served are {string.Join(", ", services)}"));

    /// <inheritdoc/>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using PeriodicTimer timer = new(Pause, clock);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, state.Stopping);
        ServingStatus? told = null;
        while (!context.CancellationToken.IsCancellationRequested)
        {
            ServingStatus status = StatusOf(request.Service);
            if (status != told) await responseStream.WriteAsync(new() { Status = status });
            told = status;
            if (state.Stopping.IsCancellationRequested) break;
            try
            {
                await timer.WaitForNextTickAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                // The caller is gone, or is told that the server stops.
            }
        }
    }

    private ServingStatus StatusOf(string service) =>
        service.Length > 0 && !services.Contains(service) ? ServingStatus.ServiceUnknown
        : isReady() ? ServingStatus.Serving
        : ServingStatus.NotServing;
}
