using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Bounds;
using Router.Smoothing.Sampling;
using Router.Votes;
using static Replay.Bench.Markdown;

namespace Replay.Bench;

/// <summary>
/// How many samples fixed counts, Horváth's schedule and the adaptive plan draw for the same answer, from the same
/// votes.
/// </summary>
internal sealed class SamplingPage(Recordings recordings)
{
    private const double Target = 0.5;

    // In units of the routed expert's σ: what is wanted, and what a plan may be told to leave. The middle one was
    // recommended by simulation.
    private const double Wanted = 0.1;
    private static readonly double[] Resolutions = [0.1, 0.05, 0.03];

    // Upper ends of the bands of p, the routed expert's share of votes for its class; the last band is "every vote".
    private static readonly double[] Bands = [0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 1 - 1e-9, 1];

    private static readonly BoundFamily.Schedule Horvath = new(100, 1000, 10_000);

    public async Task WriteAsync(TextWriter page)
    {
        page.WriteLine($"""
            # How many samples an answer takes

            Written by `bench/replay` (its README has the commands), measured: {recordings.Images.Length} CIFAR-10 test
            images (every 20th), the imported router (`../shared/models/router`) and the imported experts, most voted
            route, α = {Recordings.Alpha}, n0 = {recordings.Counts.Selection}, at most
            n = {recordings.Counts.Estimation} per stage; every plan is given the same recorded votes (bfloat16,
            seed {recordings.RouterTerms.Seed}). *Samples* are all draws of router, expert and peers, selection
            included, averaged over all images. *Fixed n* draws every stage that it starts to its end, and starts none
            that can change nothing. Horváth et al. 2022 look at listed counts with α/m each; the adaptive plan's bounds
            hold at all looks (docs/certificates.md, section 4). Both give up what is futile with error .01, which
            claims nothing. Plans have their defaults, tuned by simulation alone.

            *Resolution* is what a plan may leave, in units of the routed expert's σ: it stops once the draws that are
            left would be expected to add no more. What was left on average is the shortfall: plans of the same
            resolution do not leave the same, so compare rows by it.

            """);
        foreach ((CertificateKind kind, string name) in ((CertificateKind, string)[])[(
            CertificateKind.Exclusion, "exclusion certificate"), (CertificateKind.Dual, "dual certificate")])
        {
            Run whole = await RunAsync(kind, SamplingPlan.Fixed(recordings.Counts, recordings.Counts));
            await DecideAsync(page, name, kind, whole);
            await ReachAsync(page, name, kind, whole);
        }
    }

    private async Task DecideAsync(TextWriter page, string name, CertificateKind kind, Run whole)
    {
        StoppingRules stopping = new() { Target = Target };
        Run schedule = await RunAsync(kind, SamplingPlan.Scheduled(recordings.Counts.Selection, Horvath, stopping));
        Run ours = await RunAsync(kind, SamplingPlan.Adaptive(recordings.Counts, recordings.Counts, stopping));
        page.WriteLine($"## To decide r = {RadiusName(Target)}, {name}\n");
        page.WriteLine(
            Header(["plan", "mean samples", "fixed n draws × as many", $"certified accuracy at {RadiusName(Target)}"]));
        foreach ((string plan, Run run) in Named(whole, schedule, ours))
            page.WriteLine(Line([plan, Count(run.MeanSamples), Ratio(whole.MeanSamples / run.MeanSamples),
                Share(run.Accuracy(Target))]));
        page.WriteLine($"\nOf {whole.Images.Length} images fixed n decides {Differing(whole, ours)} and the adaptive "
            + $"plan {Differing(ours, whole)} that the other does not.\n");
        WriteBands(page, whole, schedule, ours);
    }

    private async Task ReachAsync(TextWriter page, string name, CertificateKind kind, Run whole)
    {
        List<(string Plan, Run Run)> runs = [($"fixed n = {recordings.Counts.Estimation}", whole)];
        foreach (double resolution in Resolutions)
        {
            StoppingRules stopping = new() { Resolution = resolution };
            runs.Add(($"Horváth, resolution {RadiusName(resolution)}",
                await RunAsync(kind, SamplingPlan.Scheduled(recordings.Counts.Selection, Horvath, stopping))));
            runs.Add(($"adaptive, resolution {RadiusName(resolution)}",
                await RunAsync(kind, SamplingPlan.Adaptive(recordings.Counts, recordings.Counts, stopping))));
        }
        double[] radii = [0, 0.25, 0.5, 0.75, 1, 1.5];
        page.WriteLine($"\n## To measure the radius, {name}\n");
        page.WriteLine(Header(["plan", "mean samples", "fixed n draws × as many", $"within {RadiusName(Wanted)} σ",
            "mean shortfall in σ", .. radii.Select(r => $"at {RadiusName(r)}")]));
        foreach ((string plan, Run run) in runs)
            page.WriteLine(Line(
            [
                plan, Count(run.MeanSamples), Ratio(whole.MeanSamples / run.MeanSamples),
                Share(run.ShareWithin(Wanted, whole)), Radius(run.MeanShortfall(whole)),
                .. radii.Select(r => Share(run.Accuracy(r))),
            ]));
        page.WriteLine($"\nBy band, at resolution {RadiusName(Resolutions[1])}:\n");
        WriteBands(page, whole, runs[3].Run, runs[4].Run);
        page.WriteLine();
    }

    private IEnumerable<(string Plan, Run Run)> Named(Run whole, Run schedule, Run ours) =>
        [($"fixed n = {recordings.Counts.Estimation}", whole),
            ($"Horváth, looks at {string.Join(", ", Horvath.Looks)}", schedule), ("adaptive", ours)];

    private static void WriteBands(TextWriter page, Run whole, Run schedule, Run ours)
    {
        page.WriteLine(
            Header(["p of the routed expert", "images", "fixed n", "Horváth", "adaptive", "fixed : adaptive"]));
        double from = 0;
        foreach (double to in Bands)
        {
            int[] inside = [.. Enumerable.Range(0, whole.Images.Length)
                .Where(i => whole.Images[i].P >= from && (to == 1 || whole.Images[i].P < to))];
            if (inside.Length > 0)
            {
                double Mean(Run run) => inside.Average(i => run.Images[i].Samples);
                string band = from == 0 ? $"below {RadiusName(to)}" : to == 1 ? "1" : to > 0.9999 ? $"{from} … below 1"
                    : $"{from} … {to}";
                page.WriteLine(Line([band, Count(inside.Length), Count(Mean(whole)), Count(Mean(schedule)),
                    Count(Mean(ours)), Ratio(Mean(whole) / Mean(ours))]));
            }
            from = to;
        }
    }

    private static int Differing(Run yes, Run no) =>
        yes.Images.Zip(no.Images).Count(pair => pair.First.Holds(Target) && !pair.Second.Holds(Target));

    private async Task<Run> RunAsync(CertificateKind kind, SamplingPlan sampling)
    {
        RoutedClassifier classifier = recordings.Routed(new RoutingRule.MostVoted());
        CertificationPlan plan = new(sampling, Recordings.Alpha) { Kind = kind };
        List<Answer> answers = [];
        foreach ((int label, GridInput input) in recordings.Images)
        {
            Certificate certificate = await classifier.CertifyAsync(input, plan, recordings.Seeds);
            int route = certificate.Route!.Selected;
            answers.Add(new(certificate.SamplesDrawn, certificate.Radius, certificate.Class == label,
                recordings.SigmaOf(route), await recordings.ShareAsync(route, input)));
        }
        return new([.. answers]);
    }

    /// <param name="Samples">Drawn of router, expert and peers, selection included.</param>
    /// <param name="Radius">The certified radius.</param>
    /// <param name="Right">Whether the class is the true one.</param>
    /// <param name="Sigma">σ of the routed expert.</param>
    /// <param name="P">The routed expert's share of votes for the class it names, over all recorded draws.</param>
    private sealed record Answer(long Samples, double Radius, bool Right, double Sigma, double P)
    {
        public bool Holds(double r) => Right && Radius > 0 && Radius >= r;
    }

    private sealed record Run(Answer[] Images)
    {
        public double MeanSamples => Images.Average(image => image.Samples);

        public double Accuracy(double r) => (double)Images.Count(image => image.Holds(r)) / Images.Length;

        public double ShareWithin(double resolution, Run whole) =>
            (double)Shortfalls(whole).Count(shortfall => shortfall <= resolution) / Images.Length;

        public double MeanShortfall(Run whole) => Shortfalls(whole).Average();

        private IEnumerable<double> Shortfalls(Run whole) =>
            Images.Zip(whole.Images, (image, other) => (other.Radius - image.Radius) / other.Sigma);
    }
}
