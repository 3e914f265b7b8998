using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Evaluation.Runs;
using Router.Host.Serving.Model;
using Router.Smoothing;
using Router.Smoothing.Records;
using Router.Smoothing.Sampling;

namespace Router.Host.Serving.Wire;

/// <summary>
/// One certificate as <c>/v1/certify</c> tells it: valid by itself, with everything that is needed to repeat it.
/// </summary>
internal static class CertificateAnswer
{
    /// <summary>A certificate.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">The certificate.</param>
    /// <param name="model">Who was asked.</param>
    /// <param name="extras">What comes with it.</param>
    public static JsonObject Of(InferRequest request, ImageAnswer answer, ServedModel model, CertificateExtras extras)
    {
        Certificate certificate = answer.Certificate!;
        JsonObject told = new()
        {
            ["model_name"] = ServedModel.Name,
            ["model_version"] = model.Version,
            ["class"] = answer.Class,
            ["label"] = answer.Class is { } label ? model.DataSet?.LabelName(label) : null,
            ["radius"] = AnswerColumn.Fp32(answer.Radius),
            ["route"] = answer.Route?.Id,
            ["route_sigma"] = answer.Route?.Sigma,
            ["route_radius"] = double.IsPositiveInfinity(answer.RouteRadius) ? null : AnswerColumn.Fp32(
                answer.RouteRadius),
            ["expert_radius"] = AnswerColumn.Fp32(answer.ExpertRadius),
            ["limiting_stage"] = RecordStages.NameOf(certificate.LimitingStage),
            ["limiting_route"] = certificate.LimitingRoute,
            ["samples"] = certificate.SamplesDrawn,
            ["failure_probability"] = request.FailureProbability,
            ["certificate"] = CertificateKinds.NameOf(certificate.Kind),
            ["noise"] = CertifyRun.NoiseKind,
            ["seed_origin"] = InferAnswers.SeedOriginOf(request),
            ["input"] = certificate.InputHash,
            ["mix"] = new JsonArray([.. answer.Mix.Select(id => (JsonNode)id)]),
            ["functions"] = new JsonObject(InferAnswers.FunctionsOf(request, answer.Mix, model)
                .Select(network => KeyValuePair.Create(network.Key, (JsonNode?)network.Value.Value))),
        };
        if (!request.IgnoredParameters.IsEmpty)
            told["ignored_parameters"] = new JsonArray([.. request.IgnoredParameters.Select(name => (JsonNode)name)]);
        if (answer.Stopped is { } reason) told["stopped"] = NameOf(reason);
        if (extras.Votes) told["stages"] = StageAnswer.AllOf(certificate);
        if (extras.Record) told["record"] = JsonNode.Parse(answer.Record!());
        return told;
    }

    /// <summary>A reason as it is written.</summary>
    public static string NameOf(StopReason reason) => reason switch
    {
        StopReason.TargetReached => "target_reached",
        StopReason.Unreachable => "unreachable",
        StopReason.Futile => "futile",
        StopReason.ResolutionReached => "resolution_reached",
        StopReason.Deadline => "deadline",
        _ => "nothing_can_change",
    };
}

/// <summary>What comes with a certificate where a request asks for it.</summary>
/// <param name="Record">The whole record.</param>
/// <param name="Votes">The votes of every stage.</param>
internal readonly record struct CertificateExtras(bool Record, bool Votes);

/// <summary>
/// The votes behind a certificate, stage by stage, to look at; what others can recompute is its record.
/// </summary>
internal static class StageAnswer
{
    /// <summary><see cref="Certificate.Stages"/>.</summary>
    public static JsonArray AllOf(Certificate certificate) =>
        [.. certificate.Stages.Select(drawn => (JsonNode)Of(drawn.Stage, drawn.Evidence))];

    private static JsonObject Of(Stage role, StageEvidence stage)
    {
        JsonObject told = new()
        {
            ["id"] = stage.Id,
            ["stage"] = RecordStages.NameOf(role),
            ["sigma"] = stage.Sigma,
            ["outcome"] = stage.Selected,
            ["drawn"] = stage.SamplesDrawn,
            ["selection"] = Numbers(stage.Selection.Counts),
            ["counts"] = Numbers(stage.Estimation.Counts),
            ["undecided"] = stage.Estimation.Undecided,
            ["radius"] = AnswerColumn.Fp32(stage.Radius),
        };
        if (stage.Estimation.Passed > 0) told["passed"] = stage.Estimation.Passed;
        if (stage is RouteEvidence route)
        {
            told["routes"] = new JsonArray([.. route.Routes.Select(id => (JsonNode)id)]);
            told["excluded"] = new JsonArray([.. route.RouteBounds.Radii.Select(
                radius => double.IsPositiveInfinity(radius) ? null : (JsonNode)AnswerColumn.Fp32(radius))]);
        }
        else
            told["lower_bound"] = stage.LowerBound.Value;
        return told;
    }

    private static JsonArray Numbers(ImmutableArray<long> counts) => [.. counts.Select(count => (JsonNode)count)];
}
