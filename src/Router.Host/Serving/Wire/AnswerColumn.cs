using System.Text.Json.Nodes;
using Router.Estimator;
using Router.Host.Serving.Model;
using Router.Smoothing;

namespace Router.Host.Serving.Wire;

/// <summary>One output of a model: a value, or a row of them, for each image.</summary>
/// <param name="Name">Its name in the protocol.</param>
/// <param name="Datatype">Its type in the protocol.</param>
/// <param name="NeedsCertificate">Whether a prediction without a radius has none of it.</param>
/// <param name="Value">The value; an array where there is a row.</param>
internal sealed record AnswerColumn(string Name, string Datatype, bool NeedsCertificate, Func<ImageAnswer, JsonNode> Value)
{
    private const long Abstained = -1;

    private static readonly AnswerColumn
        Class = new("class", "INT64", false, answer => answer.Class ?? Abstained),
        Radius = new("radius", "FP32", true, answer => Fp32(answer.Radius)),
        Route = new("route", "BYTES", false, answer => answer.Route?.Id ?? ""),
        RouteSigma = new("route_sigma", "FP32", false, answer => answer.Route?.Sigma ?? 0),
        RouteRadius = new("route_radius", "FP32", true, answer => Fp32(answer.RouteRadius)),
        ExpertRadius = new("expert_radius", "FP32", true, answer => Fp32(answer.ExpertRadius)),
        Mix = new("mix", "BYTES", false, answer => string.Join(',', answer.Mix)),
        Record = new("record", "BYTES", true, answer => answer.Record!()) { OnRequest = true },
        RouteVotes = new("votes", "INT64", false, answer => new JsonArray([.. answer.RouteVotes!.Counts.Select(count => (JsonNode)count)]))
        {
            Width = classifier => classifier.Routes.Length,
        },
        Undecided = new("undecided", "INT64", false, answer => answer.RouteVotes!.Undecided);

    private static readonly AnswerColumn[]
        OfRouted = [Class, Radius, Route, RouteSigma, RouteRadius, ExpertRadius, Mix, Record],
        OfExpert = [Class, Radius, Record],
        OfRouter = [Route, RouteSigma, RouteVotes, Undecided];

    /// <summary>Whether it is answered only where a request names it.</summary>
    public bool OnRequest { get; init; }

    /// <summary>How many values an image has in it; null for one, without an axis of its own.</summary>
    public Func<RoutedClassifier, int>? Width { get; init; }

    /// <summary>Every output of the models of a role, in the order in which they are answered.</summary>
    public static IReadOnlyList<AnswerColumn> Of(ModelRole role) => role switch
    {
        ModelRole.Expert => OfExpert,
        ModelRole.Router => OfRouter,
        _ => OfRouted,
    };

    // Written with the digits of a double: the shortest digits of a float could be read as a double above it, and claim more than was proved.
    // JSON has no infinity: the largest float is the largest finite radius that is not above it.
    /// <summary>A radius as the float that is not above it.</summary>
    public static double Fp32(double radius) => Math.Min(TowardZero.ToSingle(radius), float.MaxValue);
}
