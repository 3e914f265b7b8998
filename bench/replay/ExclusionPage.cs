using Router.Estimator;
using Router.Smoothing;
using Router.Votes;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>What the exclusion certificate proves beyond the dual one, from the same votes at the same α.</summary>
internal sealed class ExclusionPage(Recordings recordings)
{
    private static readonly double[] Radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

    // Biases that prefer large σ by as much as the estimate page tried, and their opposite.
    private static readonly RoutingRule[] Rules =
    [
        new RoutingRule.MostVoted(),
        .. new[] { 0.1m, 0.2m, 0.3m, 0.4m, 0.5m, 0.6m, 0.7m, 0.8m, 0.9m }.Select(tau => new RoutingRule.Quantile(tau)),
        new RoutingRule.Biased(0, 0, 0.3, 0.6), new RoutingRule.Biased(0.6, 0.3, 0, 0),
    ];

    public async Task WriteAsync(TextWriter page)
    {
        RoutingRule mostVoted = new RoutingRule.MostVoted(), median = new RoutingRule.Quantile(0.5m);
        Row dual = await CertifyAsync(mostVoted, CertificateKind.Dual, twoSided: false);
        List<Row> rows =
        [
            dual,
            await CertifyAsync(median, CertificateKind.Dual, twoSided: false),
            await CertifyAsync(mostVoted, CertificateKind.Exclusion, twoSided: false),
            await CertifyAsync(median, CertificateKind.Exclusion, twoSided: false),
            await CertifyAsync(mostVoted, CertificateKind.Dual, twoSided: true),
        ];
        foreach (RoutingRule rule in Rules)
            rows.Add(await CertifyAsync(rule, CertificateKind.Exclusion, twoSided: true));

        page.WriteLine($"""
            # What the exclusion certificate proves

            Written by `bench/replay` (its README has the commands), measured: {recordings.Images.Length} CIFAR-10 test
            images (every 20th), the imported router (`../shared/models/router`) and the imported experts,
            n0 = {recordings.Counts.Selection}, n = {recordings.Counts.Estimation}, α = {Recordings.Alpha} for each
            whole certificate, {recordings.RouterTerms.Draws} votes of every network on every image drawn once
            (bfloat16, seed {recordings.RouterTerms.Seed}) and used by every row. *Samples* are the draws of a
            certificate, *peers* the other experts it asked, per image. Nothing was chosen on these images: τ is shown
            over its whole range, the biases are those of the estimate page.

            The first row is the certificate as published (Sun, Mao, Vechev 2026): the route must not change, radii from
            one side. *One side* bounds the class alone, elsewhere the other classes are bounded too.

            ## Certified accuracy

            """);
        page.WriteLine(Header(["certificate, route", .. Radii.Select(RadiusName), "samples", "peers"]));
        foreach (Row row in rows)
            page.WriteLine(Line([row.Name, .. Radii.Select(r => Share(row.Accuracy(r))), Count(row.MeanSamples),
                Ratio(row.MeanPeers)]));
        Row[] singles = await Task.WhenAll(Enumerable.Range(0, recordings.Experts.Count).Select(SingleAsync));
        foreach (Row single in singles)
            page.WriteLine(
                Line([single.Name, .. Radii.Select(r => Share(single.Accuracy(r))), Count(single.MeanSamples), ""]));
        page.WriteLine(Line(["best single expert at that r",
            .. Radii.Select(r => Share(singles.Max(single => single.Accuracy(r)))), "", ""]));

        page.WriteLine("\nThe last row picks the expert for each r afterwards, on these images: no single classifier "
            + "has it. With these networks the most voted route stays below or level with it.");
        page.WriteLine("\n## Relative to the certificate as published\n");
        page.WriteLine("Change of certified accuracy; the share of images whose radius is larger, or smaller, and by "
            + "how much on average (a smaller share of α, or another route); change of samples. A wrong class counts "
            + "as radius 0.\n");
        page.WriteLine(Header(["certificate, route", .. Radii.Skip(1).Select(RadiusName), "radius larger", "by",
            "smaller", "by", "samples"]));
        foreach (Row row in rows.Skip(1))
            page.WriteLine(Line(
            [
                row.Name, .. Radii.Skip(1)
                    .Select(r => dual.Accuracy(r) == 0 ? "" : Percent(row.Accuracy(r) / dual.Accuracy(r) - 1)),
                Share(row.ShareAbove(dual)), Radius(row.MeanGain(dual)), Share(dual.ShareAbove(row)),
                Radius(dual.MeanGain(row)),
                Percent(row.MeanSamples / dual.MeanSamples - 1),
            ]));

        page.WriteLine("\n## Images won and lost, paired\n");
        page.WriteLine(Header(["certificate, route", .. Radii.Select(RadiusName)]));
        foreach (Row row in rows.Skip(1))
            page.WriteLine(Line([row.Name, .. Radii.Select(r => $"+{row.Won(dual, r)} −{dual.Won(row, r)}")]));
    }

    private async Task<Row> CertifyAsync(RoutingRule rule, CertificateKind kind, bool twoSided)
    {
        RoutedClassifier classifier = recordings.Routed(rule);
        CertificationPlan plan = new(
            recordings.Counts, recordings.Counts, Recordings.Alpha) { Kind = kind, TwoSided = twoSided };
        List<double> right = [];
        long samples = 0, peers = 0;
        foreach ((int label, GridInput input) in recordings.Images)
        {
            Certificate certificate = await classifier.CertifyAsync(input, plan, recordings.Seeds);
            right.Add(certificate.Class == label ? certificate.Radius : 0);
            (samples, peers) = (samples + certificate.SamplesDrawn, peers + certificate.Peers.Length);
        }
        string name = $"{kind.ToString().ToLowerInvariant()}{(twoSided ? "" : ", one side")}, {Name(rule)}";
        return new(name, [.. right], (double)samples / right.Count, (double)peers / right.Count);
    }

    private async Task<Row> SingleAsync(int route)
    {
        double[] right = await Task.WhenAll(
            recordings.Images.Select(image => recordings.SingleAsync(route, image.Label, image.Input)));
        return new($"{recordings.Experts[route]} alone", right,
            recordings.Counts.Selection + recordings.Counts.Estimation, 0);
    }

    private static string Name(RoutingRule rule) => rule switch
    {
        RoutingRule.MostVoted => "most voted",
        RoutingRule.Quantile quantile => $"quantile τ = {Ratio(quantile.Tau)}",
        _ => rule.ToString(),
    };

    /// <param name="Name">What certified.</param>
    /// <param name="Right">Per image the radius, 0 where the class is wrong.</param>
    /// <param name="MeanSamples">Drawn per image.</param>
    /// <param name="MeanPeers">Peers asked per image.</param>
    private sealed record Row(string Name, double[] Right, double MeanSamples, double MeanPeers)
    {
        public double Accuracy(double r) => (double)Right.Count(radius => Holds(radius, r)) / Right.Length;

        public int Won(Row other, double r) =>
            Right.Zip(other.Right).Count(pair => Holds(pair.First, r) && !Holds(pair.Second, r));

        public double ShareAbove(Row other) =>
            (double)Right.Zip(other.Right).Count(pair => pair.First > pair.Second) / Right.Length;

        public double MeanGain(Row other) => Right.Zip(other.Right).Where(pair => pair.First > pair.Second)
            .Select(pair => pair.First - pair.Second).DefaultIfEmpty(0).Average();

        private static bool Holds(double radius, double r) => radius > 0 && radius >= r;
    }
}
