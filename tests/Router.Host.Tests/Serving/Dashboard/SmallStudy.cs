using System.Collections.Immutable;
using System.Text;
using Router.Evaluation.Tradeoffs;

namespace Router.Host.Tests.Serving.Dashboard;

/// <summary>A trade-off document about the toy mix, with made-up figures.</summary>
internal static class SmallStudy
{
    private static readonly string[] Experts = ["e0", "e1"];
    private static readonly decimal[] Sigmas = [0.5m, 0.5m];

    /// <summary>It, as it is served.</summary>
    public static byte[] Bytes => Encoding.UTF8.GetBytes(TradeoffJson.Text(Create()));

    public static TradeoffDocument Create()
    {
        ImmutableArray<double> radii = [0, 0.25, 0.5, 1, 1.5, 2];
        StudySystem Of(string name, string kind, string[] experts, string routing, double first, double reach) => new(
            name, kind, [.. experts], routing, "certificate",
            [.. radii.Select(radius => Math.Max(0, first * (1 - radius / reach)))
                .Zip(radii, (share, radius) => new StudyAccuracy(radius, share, share, share, share))],
            0, [], null, 0, new(null, null, null));
        return new(
            TradeoffDocument.CurrentSchema, "Made-up figures", [], [], 0.001, radii,
            [.. Experts.Zip(Sigmas, (id, sigma) => new StudyNetwork(id, sigma, "expert", null, null)),
                new StudyNetwork("router", 1m, "router", null, null)],
            [
                .. Experts.Select((id, i) => Of(id, SystemKinds.Single, [id], "", 0.8 - 0.12 * i, 0.5 + 0.5 * i)),
                Of("all exclusion", SystemKinds.Exclusion, Experts, "mostVoted", 0.7, 1.9),
                Of("all quantile 0.8", SystemKinds.Quantile, Experts, "quantile 0.8", 0.75, 2),
            ],
            null, [new StudyImage(0, 3, [], [])]);
    }
}
