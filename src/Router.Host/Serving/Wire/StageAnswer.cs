using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Router.Smoothing;
using Router.Smoothing.Records;

namespace Router.Host.Serving.Wire;

/// <summary>The votes behind a certificate, stage by stage, to look at; what others can recompute is its record.</summary>
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
