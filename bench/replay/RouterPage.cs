using Router.Estimator;
using Router.Smoothing;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>A router against every single expert: what one system has of the envelope of all of them, and where it loses radius.</summary>
internal sealed class RouterPage(Recordings recordings)
{
    private static readonly double[] Radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 2.5];

    private static readonly decimal[] Quantiles = [0.1m, 0.2m, 0.3m, 0.4m, 0.5m, 0.6m, 0.7m, 0.8m, 0.85m, 0.9m, 0.95m];

    public async Task WriteAsync(TextWriter page)
    {
        double[][] singles = await recordings.SinglesAsync();
        double Envelope(double r) => singles.Max(single => Accuracy(single, r));
        double Oracle(double r) => Accuracy([.. recordings.Images.Select((_, i) => singles.Max(single => single[i]))], r);
        List<Row> rows =
        [
            await CertifyAsync(new RoutingRule.MostVoted(), CertificateKind.Dual, singles),
            await CertifyAsync(new RoutingRule.MostVoted(), CertificateKind.Exclusion, singles),
        ];
        foreach (decimal tau in Quantiles)
            rows.Add(await CertifyAsync(new RoutingRule.Quantile(tau), CertificateKind.Exclusion, singles));

        page.WriteLine($"""
            ## {recordings.RouterTerms.Network} (σ = {Ratio(recordings.RouterTerms.Sigma)}) over {string.Join(", ", recordings.Experts)}

            {recordings.Images.Length} images of {recordings.RouterTerms.Data}, n0 = {recordings.Counts.Selection}, n = {recordings.Counts.Estimation}, α = {Recordings.Alpha} for each whole certificate, seed {recordings.RouterTerms.Seed}.

            """);
        page.WriteLine(Header(["certified accuracy at r", .. Radii.Select(RadiusName)]));
        foreach ((int route, double[] single) in singles.Index())
            page.WriteLine(Line([$"{recordings.Experts[route]} alone", .. Radii.Select(r => Share(Accuracy(single, r)))]));
        page.WriteLine(Line(["best single expert at that r", .. Radii.Select(r => Share(Envelope(r)))]));
        page.WriteLine(Line(["best expert of each image", .. Radii.Select(r => Share(Oracle(r)))]));
        foreach (Row row in rows)
            page.WriteLine(Line([row.Name, .. Radii.Select(r => Share(Accuracy(row.Right, r)))]));

        page.WriteLine();
        page.WriteLine(Header(["share of the best single expert", .. Radii.Select(RadiusName), "least to 2", "mean to 2"]));
        foreach (Row row in rows)
        {
            double[] shares = [.. Radii.Where(r => r <= 2).Select(r => Accuracy(row.Right, r) / Envelope(r))];
            page.WriteLine(Line([row.Name, .. Radii.Select(r => Envelope(r) > 0 ? Share(Accuracy(row.Right, r) / Envelope(r)) : ""), Share(shares.Min()), Share(shares.Average())]));
        }

        page.WriteLine();
        page.WriteLine(Header(["where radius is lost", "ΔR_route", "ΔR_expert", .. recordings.Experts.Select(id => $"to {id}"), "abstained", "samples", "peers"]));
        foreach (Row row in rows)
            page.WriteLine(Line(
                [row.Name, Radius(row.LostByRoute), Radius(row.LostByExpert), .. row.RouteShares.Select(Share), Share(row.Abstained), Count(row.Samples), Ratio(Math.Round(row.Peers, 2))]));
        page.WriteLine("""

            ΔR_route: what the routed expert alone proves beyond the routed system, for the route might change. ΔR_expert: what the best expert of the image proves beyond the
            routed one. Both are means over all images, of radii that are 0 where the class is wrong.

            """);
    }

    private async Task<Row> CertifyAsync(RoutingRule rule, CertificateKind kind, double[][] singles)
    {
        RoutedClassifier classifier = recordings.Routed(rule);
        CertificationPlan plan = new(recordings.Counts, recordings.Counts, Recordings.Alpha) { Kind = kind };
        int count = recordings.Images.Length;
        double[] right = new double[count];
        int[] routes = new int[recordings.Experts.Count];
        double byRoute = 0, byExpert = 0, samples = 0, peers = 0;
        int abstained = 0;
        for (int i = 0; i < count; i++)
        {
            (int label, GridInput input) = recordings.Images[i];
            Certificate certificate = await classifier.CertifyAsync(input, plan, recordings.Seeds);
            right[i] = certificate.Class == label ? certificate.Radius : 0;
            samples += certificate.SamplesDrawn;
            peers += certificate.Peers.Length;
            if (certificate.Class is null) abstained++;
            if (certificate.Route is not { Selected: var route } || certificate.Class is null && certificate.Expert is null) continue;
            routes[route]++;
            byRoute += Math.Max(0, singles[route][i] - right[i]);
            byExpert += singles.Max(single => single[i]) - singles[route][i];
        }
        string name = rule is RoutingRule.Quantile quantile ? $"quantile τ = {Ratio(quantile.Tau)}" : "most voted";
        return new(
            $"{kind.ToString().ToLowerInvariant()}, {name}", right, [.. routes.Select(n => (double)n / count)], (double)abstained / count,
            byRoute / count, byExpert / count, samples / count, peers / count);
    }

    private static double Accuracy(double[] right, double r) => (double)right.Count(radius => radius > 0 && radius >= r) / right.Length;

    private sealed record Row(
        string Name, double[] Right, double[] RouteShares, double Abstained, double LostByRoute, double LostByExpert, double Samples, double Peers);
}
