using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Serving.Answers;

/// <summary>The votes behind a certificate, stage by stage, to look at; what others can recompute is its record.</summary>
internal static class StageAnswer
{
    /// <summary>Every stage that was drawn: the router, the routed expert, its peers; of a cascade the stages in their order.</summary>
    public static JsonArray AllOf(Certificate certificate)
    {
        IEnumerable<(Stage Role, StageEvidence? Stage)> stages =
        [
            (Stage.Router, certificate.Route),
            .. certificate.Earlier.Select(stage => (Stage.Earlier, (StageEvidence?)stage)),
            (Stage.Expert, certificate.Expert),
            .. certificate.Peers.Select(stage => (Stage.Peer, (StageEvidence?)stage)),
            .. certificate.Later.Select(stage => (Stage.Later, (StageEvidence?)stage)),
        ];
        return [.. stages.Where(drawn => drawn.Stage is not null).Select(drawn => (JsonNode)Of(drawn.Role, drawn.Stage!))];
    }

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
        if (stage is RouteEvidence route)
        {
            told["routes"] = new JsonArray([.. route.Routes.Select(id => (JsonNode)id)]);
            told["excluded"] = new JsonArray([.. route.RouteBounds.Radii.Select(radius => double.IsPositiveInfinity(radius) ? null : (JsonNode)AnswerColumn.Fp32(radius))]);
        }
        else
            told["lower_bound"] = stage.LowerBound.Value;
        return told;
    }

    private static JsonArray Numbers(ImmutableArray<long> counts) => [.. counts.Select(count => (JsonNode)count)];
}
