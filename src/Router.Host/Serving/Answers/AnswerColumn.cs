using System.Text.Json.Nodes;
using Router.Smoothing;

namespace Router.Host.Serving.Answers;

/// <summary>One output of the model: a value for each image.</summary>
/// <param name="Name">Its name in the protocol.</param>
/// <param name="Datatype">Its type in the protocol.</param>
/// <param name="NeedsCertificate">Whether a prediction without a radius has none of it.</param>
/// <param name="Value">The value.</param>
internal sealed record AnswerColumn(string Name, string Datatype, bool NeedsCertificate, Func<ImageAnswer, JsonNode> Value)
{
    private const long Abstained = -1;

    /// <summary>Whether it is answered only where a request names it.</summary>
    public bool OnRequest { get; init; }

    /// <summary>Every output, in the order in which they are answered.</summary>
    public static IReadOnlyList<AnswerColumn> All { get; } =
    [
        new("class", "INT64", false, answer => answer.Class ?? Abstained),
        new("radius", "FP32", true, answer => Fp32(answer.Radius)),
        new("route", "BYTES", false, answer => answer.Route?.Id ?? ""),
        new("route_sigma", "FP32", false, answer => answer.Route?.Voter.Sigma ?? 0),
        new("route_radius", "FP32", true, answer => Fp32(answer.RouteRadius)),
        new("expert_radius", "FP32", true, answer => Fp32(answer.ExpertRadius)),
        new("mix", "BYTES", false, answer => string.Join(',', answer.Mix)),
        new("record", "BYTES", true, answer => answer.Record!()) { OnRequest = true },
    ];

    // Written with the digits of a double: the shortest digits of a float could be read as a double above it, and claim more than was proved.
    // JSON has no infinity: the largest float is the largest finite radius that is not above it.
    private static double Fp32(double radius) => Math.Min(TowardZero.ToSingle(radius), float.MaxValue);
}
