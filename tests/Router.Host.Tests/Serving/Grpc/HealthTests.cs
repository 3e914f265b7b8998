using Grpc.Core;
using Grpc.Health.V1;
using Router.Host.Serving.Model;
using Router.Host.Serving.Operations;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Router.Host.Tests.Serving.Grpc;

public sealed class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("inference.GRPCInferenceService")]
    [InlineData("dualrs.v1.Certifier")]
    public async Task A_service_serves_once_its_networks_are_loaded(string service)
    {
        ServingLimits limits = new();
        TaskCompletionSource<ServedModel> loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            limits, (_, _) => loaded.Task, grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Assert.Equal(ServingStatus.NotServing,
            (await client.Health.CheckAsync(new() { Service = service })).Status);
        loaded.SetResult(ToyModel.Routed(limits));
        await daemon.Log.Of(2);
        Assert.Equal(ServingStatus.Serving, (await client.Health.CheckAsync(new() { Service = service })).Status);
    }

    [Fact]
    public async Task Who_watches_is_told_whenever_it_changes_until_the_server_stops()
    {
        ServingLimits limits = new();
        TaskCompletionSource<ServedModel> loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RunningDaemon daemon = await RunningDaemon.StartAsync(
            limits, (_, _) => loaded.Task, grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        using AsyncServerStreamingCall<HealthCheckResponse> watched = client.Health.Watch(new());
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        loaded.SetResult(ToyModel.Routed(limits));
        Assert.Equal(ServingStatus.Serving, await NextAsync());
        daemon.TellToStop();
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        Assert.Null(await NextAsync());
        await daemon.Serving.WaitAsync(RunningDaemon.Patience);

        async Task<ServingStatus?> NextAsync() =>
            await watched.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(RunningDaemon.Patience)
                ? watched.ResponseStream.Current.Status : null;
    }

    [Fact]
    public async Task A_service_that_nobody_knows_is_NOT_FOUND()
    {
        ServingLimits limits = new();
        await using RunningDaemon daemon = await RunningDaemon.ReadyAsync(
            limits, ToyModel.Routed(limits), grpc: true);
        using GrpcClient client = new(daemon.GrpcAddress);
        Status status = await GrpcClient.FailureAsync(client.Health.CheckAsync(new() { Service = "nobody" }));
        Assert.Equal(StatusCode.NotFound, status.StatusCode);
        Assert.StartsWith("there is no service 'nobody': served are inference.GRPCInferenceService", status.Detail,
            StringComparison.Ordinal);
    }
}
