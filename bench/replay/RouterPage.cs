using Router.Smoothing;
using static Replay.Bench.CertifiedRouter;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>
/// A router against every single expert: what one system has of the envelope of all of them, and where it loses radius.
/// </summary>
internal sealed class RouterPage(Recordings recordings)
{
    private static readonly decimal[] Quantiles = [0.1m, 0.2m, 0.3m, 0.4m, 0.5m, 0.6m, 0.7m, 0.8m, 0.85m, 0.9m, 0.95m];

    public async Task WriteAsync(TextWriter page)
    {
        double[][] singles = await recordings.SinglesAsync();
        List<CertifiedRouter> rows =
        [
            await OfAsync(recordings, new RoutingRule.MostVoted(), CertificateKind.Dual),
            await OfAsync(recordings, new RoutingRule.MostVoted(), CertificateKind.Exclusion),
        ];
        foreach (decimal tau in Quantiles)
            rows.Add(await OfAsync(recordings, new RoutingRule.Quantile(tau), CertificateKind.Exclusion));

        string experts = string.Join(", ", recordings.Experts);
        page.WriteLine($"""
            ## {recordings.RouterTerms.Network} (σ = {Ratio(recordings.RouterTerms.Sigma)}) over {experts}

            {recordings.Images.Length} images of {recordings.RouterTerms.Data}, n0 = {recordings.Counts.Selection},
            n = {recordings.Counts.Estimation}, α = {Recordings.Alpha} for each whole certificate,
            seed {recordings.RouterTerms.Seed}.

            """);
        WriteAccuracy(page, rows, singles);
        WriteShares(page, rows, singles);
        WriteLosses(page, rows, singles);
    }

    private void WriteAccuracy(TextWriter page, List<CertifiedRouter> rows, double[][] singles)
    {
        page.WriteLine(Header(["certified accuracy at r", .. Radii.Select(RadiusName)]));
        foreach ((int route, double[] single) in singles.Index())
            page.WriteLine(
                Line([$"{recordings.Experts[route]} alone", .. Radii.Select(r => Share(Accuracy(single, r)))]));
        page.WriteLine(Line(["best single expert at that r", .. Radii.Select(r => Share(Envelope(singles, r)))]));
        page.WriteLine(
            Line(["best expert of each image", .. Radii.Select(r => Share(Accuracy(BestOfEach(singles), r)))]));
        foreach (CertifiedRouter row in rows)
            page.WriteLine(Line([row.Name, .. Radii.Select(r => Share(row.Accuracy(r)))]));
    }

    private static void WriteShares(TextWriter page, List<CertifiedRouter> rows, double[][] singles)
    {
        page.WriteLine();
        page.WriteLine(
            Header(["share of the best single expert", .. Radii.Select(RadiusName), "least to 2", "mean to 2"]));
        foreach (CertifiedRouter row in rows)
        {
            double[] shares = row.Shares(singles);
            page.WriteLine(Line(
                [row.Name, .. Radii.Select(r => Envelope(singles, r) is > 0
                    and var best ? Share(row.Accuracy(r) / best) : ""), Share(shares.Min()), Share(shares.Average())]));
        }
    }

    private void WriteLosses(TextWriter page, List<CertifiedRouter> rows, double[][] singles)
    {
        double[] best = BestOfEach(singles);
        page.WriteLine();
        page.WriteLine(Header(["where radius is lost", "ΔR_route", "ΔR_expert",
            .. recordings.Experts.Select(id => $"to {id}"), "abstained", "samples", "peers"]));
        foreach (CertifiedRouter row in rows)
        {
            int[] routed = [.. Enumerable.Range(0, best.Length).Where(i => row.Routes[i] >= 0)];
            double byRoute = routed.Sum(i => Math.Max(0, singles[row.Routes[i]][i] - row.Right[i])) / best.Length;
            double byExpert = routed.Sum(i => best[i] - singles[row.Routes[i]][i]) / best.Length;
            page.WriteLine(Line(
            [
                row.Name, Radius(byRoute), Radius(byExpert), .. recordings.Experts.Select(
                    (_, route) => Share((double)row.Routes.Count(taken => taken == route) / best.Length)),
                Share(row.Abstained), Count(row.Samples), Ratio(Math.Round(row.Peers, 2)),
            ]));
        }
        page.WriteLine("""

            ΔR_route: what the routed expert alone proves beyond the routed system, for the route might change.
            ΔR_expert: what the best expert of the image proves beyond the routed one. Both are means over all images,
            of radii that are 0 where the class is wrong.

            """);
    }

    private static double[] BestOfEach(double[][] singles) =>
        [.. Enumerable.Range(0, singles[0].Length).Select(i => singles.Max(single => single[i]))];
}
