using Router.Smoothing;
using static Replay.Bench.CertifiedRouter;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>
/// Several routers over the same experts and images: most voted, and the quantile that serves each best, as shares of
/// the best single expert.
/// </summary>
/// <param name="routers">The first routes to all experts that were recorded.</param>
internal sealed class ApproachPage(IReadOnlyList<Recordings> routers)
{
    private static readonly decimal[] Quantiles = [.. Enumerable.Range(1, 19).Select(i => i / 20m)];

    public async Task WriteAsync(TextWriter page)
    {
        double[][] singles = await routers[0].SinglesAsync();
        page.WriteLine($"""
            {routers[0].Images.Length} images of {routers[0].RouterTerms.Data}, n0 = {routers[0].Counts.Selection},
            n = {routers[0].Counts.Estimation}, α = {Recordings.Alpha}, seed {routers[0].RouterTerms.Seed}; exclusion
            certificate.

            """);
        page.WriteLine(Header(["share of the best single expert at r",
            .. Radii.Where(r => r <= LastShared).Select(RadiusName), "least", "mean"]));
        foreach (Recordings router in routers)
        {
            CertifiedRouter[] quantiles = new CertifiedRouter[Quantiles.Length];
            for (int i = 0; i < quantiles.Length; i++)
                quantiles[i] = await OfAsync(router, new RoutingRule.Quantile(Quantiles[i]), CertificateKind.Exclusion);
            Write(page, router, "most voted",
                (await OfAsync(router, new RoutingRule.MostVoted(), CertificateKind.Exclusion)).Shares(singles));
            CertifiedRouter even = quantiles.MaxBy(row => row.Shares(singles).Min())!,
                whole = quantiles.MaxBy(row => row.Shares(singles).Average())!;
            Write(page, router, $"τ = {Ratio(((RoutingRule.Quantile)even.Rule).Tau)}", even.Shares(singles));
            if (even != whole) Write(
                page, router, $"τ = {Ratio(((RoutingRule.Quantile)whole.Rule).Tau)}", whole.Shares(singles));
        }
        page.WriteLine(Line(["best single expert, certified accuracy",
            .. Radii.Where(r => r <= LastShared).Select(r => Share(Envelope(singles, r))), "", ""]));
    }

    private static void Write(TextWriter page, Recordings router, string rule, double[] shares)
    {
        string over = router.Experts.Count < router.RouterTerms.Outcomes
            ? $" over {string.Join(", ", router.Experts)}"
            : "";
        page.WriteLine(Line([$"{router.RouterTerms.Network}{over}, {rule}",
            .. shares.Select(Share), Share(shares.Min()), Share(shares.Average())]));
    }
}
