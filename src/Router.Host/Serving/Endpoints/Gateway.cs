using System.Text.Json.Serialization.Metadata;
using Router.Host.Cli;
using Router.Host.Serving.Answers;
using Router.Host.Serving.Protocol;
using Router.Host.Serving.Requests;

namespace Router.Host.Serving.Endpoints;

/// <summary>The Open Inference Protocol v2 over HTTP: which address answers what.</summary>
/// <param name="state">What is alive.</param>
/// <param name="limits">What a request may ask for.</param>
/// <param name="clock">Times requests.</param>
/// <param name="log">The daemon's log.</param>
internal sealed class Gateway(ServingState state, ServingLimits limits, TimeProvider clock, ILogger log)
{
    /// <summary>Adds every address to an application.</summary>
    public void Map(WebApplication app)
    {
        Faults faults = new(state, limits, log);
        InferEndpoint infer = new(state, limits, clock, log);
        app.Use(faults.CatchAsync);
        app.UseStatusCodePages(context => Faults.ExplainAsync(context.HttpContext));
        app.UseRouting();
        app.MapGet("/v2", () => Json(new ServerMetadata("dualrs", Versions.Program, []), ProtocolJson.Instance.ServerMetadata));
        app.MapGet("/v2/health/live", () => Json(new Liveness(true), ProtocolJson.Instance.Liveness));
        app.MapGet("/v2/health/ready", () => Json(new Readiness(IsReady), ProtocolJson.Instance.Readiness, ReadyStatus));
        foreach (string model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            app.MapGet(model, (string model, string? version) => Refusal.OfModel(model, version) ?? Metadata());
            app.MapGet(model + "/ready", (string model, string? version) => Refusal.OfModel(model, version)
                ?? Json(new ModelReadiness(model, IsReady), ProtocolJson.Instance.ModelReadiness, ReadyStatus));
            app.MapPost(model + "/infer", (string model, string? version, HttpContext context) => infer.AnswerAsync(model, version, context));
        }
    }

    private bool IsReady => state.Phase == ServingPhase.Ready;

    private int ReadyStatus => IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;

    private IResult Metadata() => state.TryServe(out ServedModel? model)
        ? Json(
            new ModelMetadata(
                ServedModel.Name, [ServedModel.Version], "dualrs",
                [new(ImageTensorReader.Name, PixelType.All[0].Name, [-1, .. model.ImageShape])],
                [.. AnswerColumn.All.Select(column => new TensorMetadata(column.Name, column.Datatype, [-1]))]),
            ProtocolJson.Instance.ModelMetadata)
        : Refusal.OfPhase(state.Phase);

    private static IResult Json<T>(T message, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(message, type, statusCode: status);
}
