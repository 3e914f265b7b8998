using System.Globalization;
using Exclusion.Bench;
using Router.Smoothing;
using Router.Votes;

const double Alpha = 0.001;
string shared = args.Length > 0 ? args[0] : "../shared";
if (args.Length is not (0 or 1 or 3 or 5))
{
    Console.Error.WriteLine("usage: exclusion [SHARED [RECORDINGS ROUTER [RECORDINGS ROUTER]]]\n       of two routers "
        + "the first is asked about even images, the second about odd ones");
    return 2;
}
RouterVotes router = args.Length switch
{
    5 => RouterVotes.Recorded(args[1], args[2], parity: 0).And(RouterVotes.Recorded(args[3], args[4], parity: 1)),
    3 => RouterVotes.Recorded(args[1], args[2], parity: null),
    _ => RouterVotes.Published(shared),
};
RecordedExperts experts = new(shared, router);
int draws = (int)router.Counts.First().Value.Sum(), copies = Math.Max(1, 100_000 / draws);
double[] radii = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

Console.WriteLine($"""
    {(args.Length > 1 ? "##" : "#")} {Title()}

    {(args.Length > 1 ? "" : """
    Written by `bench/exclusion`; no network ran for it:

        dotnet run --project bench/exclusion -c Release > docs/results/exclusion-estimate.md

    """)}**Estimate, not a measurement.** Router votes: {draws} on each of {router.Counts.Count} CIFAR-10 test images,
    recorded in bfloat16 with {Origin()} (σ = {experts.RouterSigma}). Experts: the certificates Cohen et al. published
    for their ResNet-110s (N = 100 000, α = .001 each; half a unit of the last printed digit subtracted). An expert's
    radius for the class is its logged radius where it certifies that class, else 0. Three things keep this from being a
    certificate: the same votes select and bound the route; every expert's radius already spent α = .001 of its own, so
    that only the router's shares of α = .001 are accounted for; and the second table repeats each recorded vote
    {copies} times, as if n = 100 000 votes had come out in the same proportions.

    Certified accuracy at radius r: the right class, and a radius ≥ r (at 0: not abstained).
    """);
Table($"With the {draws} votes as recorded", times: 1);
Table("With n = 100 000 votes in the same proportions", times: copies);
Console.WriteLine($"""

    The hard route takes the most voted expert and forgets that the route can change: what a router that never wavers
    would reach with these routes. *Asked* is the mean number of peers asked per image, most limiting first, of
    {RecordedExperts.Sigmas.Length - 1}. Bias: +.3 for σ = .50, +.6 for σ = 1.00.
    """);

void Table(string title, int times)
{
    Console.WriteLine($"\n{(args.Length > 1 ? "###" : "##")} {title}\n");
    Console.WriteLine($"| r | "
        + $"{string.Join(" | ", radii.Select(r => r == 0 ? "0+" : r.ToString("0.##", CultureInfo.InvariantCulture)))} "
        + $"| asked |");
    Console.WriteLine($"|{string.Concat(Enumerable.Repeat(" --- |", radii.Length + 2))}");
    RoutingRule mostVoted = new RoutingRule.MostVoted();
    Row("dual, most voted", image => Certify(mostVoted, CertificateKind.Dual, image, times));
    Row("dual, quantile τ = .5", image => Certify(new RoutingRule.Quantile(0.5m), CertificateKind.Dual, image, times));
    Row("exclusion, most voted", image => Certify(mostVoted, CertificateKind.Exclusion, image, times));
    foreach (decimal tau in new[] { 0.2m, 0.3m, 0.5m, 0.7m, 0.9m })
        Row($"exclusion, quantile τ = {tau.ToString(CultureInfo.InvariantCulture)[1..]}",
            image => Certify(new RoutingRule.Quantile(tau), CertificateKind.Exclusion, image, times));
    Row("exclusion, biased to large σ",
        image => Certify(new RoutingRule.Biased(0, 0, 0.3, 0.6), CertificateKind.Exclusion, image, times));
    Row("hard route", image => Hard(mostVoted, image, times));
    double[][] singles = [.. Enumerable.Range(0, RecordedExperts.Sigmas.Length).Select(k => experts.Images.Select(
        image => Right(image, experts.ClassBy(k, image), experts.RadiusBy(k, image, experts.ClassBy(k, image))))
        .ToArray())];
    IEnumerable<string> best = radii.Select(r => Share(singles.Max(right => Accuracy(right, r))));
    Console.WriteLine($"| best single expert at that r | {string.Join(" | ", best)} | |");
}

return 0;

string Title() => args.Length switch
{
    5 => $"{args[2]} and {args[4]}, each on the half it did not learn",
    3 => args[2],
    _ => "What the exclusion certificate is worth: an estimate",
};

string Origin() => args.Length switch
{
    5 => $"`{args[2]}` (even images) and `{args[4]}` (odd ones)",
    3 => $"`{args[2]}`",
    _ => "`../shared/models/router`",
};

(double Radius, int Asked) Certify(RoutingRule rule, CertificateKind kind, int image, int times)
{
    VoteCounts votes = experts.VotesOn(image, times);
    int a = rule.Select(votes);
    int? label = experts.ClassBy(a, image);
    RouteBounds bounds = rule.Bound(kind, a, experts.RouterSigma,
        StageBounds.AtFixedCount(rule.Split(kind, RecordedExperts.Sigmas.Length, Alpha), votes));
    double own = experts.RadiusBy(a, image, label);
    double?[] peers = new double?[RecordedExperts.Sigmas.Length];
    int asked = 0;
    while (kind == CertificateKind.Exclusion
        && Router.Smoothing.Exclusion.NextPeer(own, bounds, peers, peers.Length) is { } j)
    {
        peers[j] = experts.RadiusBy(j, image, label);
        asked++;
    }
    return (Right(image, label, Router.Smoothing.Exclusion.Radius(own, bounds, peers).Radius), asked);
}

(double Radius, int Asked) Hard(RoutingRule rule, int image, int times)
{
    int a = rule.Select(experts.VotesOn(image, times));
    return (Right(image, experts.ClassBy(a, image), experts.RadiusBy(a, image, experts.ClassBy(a, image))), 0);
}

// 0 unless the class is the true one: what certified accuracy counts.
double Right(int image, int? label, double radius) => label == experts.LabelOf(image) ? radius : 0;

void Row(string name, Func<int, (double Radius, int Asked)> certify)
{
    (double Radius, int Asked)[] results = [.. experts.Images.Select(certify)];
    double[] right = [.. results.Select(result => result.Radius)];
    Console.WriteLine($"| {name} | {string.Join(" | ", radii.Select(r => Share(Accuracy(right, r))))} | "
        + $"{results.Average(result => result.Asked).ToString("0.00", CultureInfo.InvariantCulture)} |");
}

static double Accuracy(double[] right, double r) =>
    (double)right.Count(radius => radius > 0 && radius >= r) / right.Length;

static string Share(double share) => share.ToString(".000", CultureInfo.InvariantCulture);
