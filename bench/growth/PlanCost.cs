using System.Globalization;
using System.Text;
using Router.Estimator;
using Router.Smoothing;
using Router.Smoothing.Sampling;
using Router.Votes;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>What a sampling plan costs by itself: whole certificates whose votes cost nothing.</summary>
/// <param name="rounds">Measurements of each.</param>
internal sealed class PlanCost(int rounds)
{
    private const int Certificates = 50;

    /// <summary>A system and a plan.</summary>
    /// <param name="System">Who answers.</param>
    /// <param name="Plan">Which plan.</param>
    /// <param name="Decisions">Of a certificate: how often votes were asked for.</param>
    /// <param name="Samples">Of a certificate.</param>
    /// <param name="Micros">Of processor time a certificate.</param>
    internal sealed record Row(string System, string Plan, double Decisions, double Samples, Point Micros);

    /// <summary>One expert, four behind a router, and a cascade of four, each with plans that stop.</summary>
    public List<Row> Measure()
    {
        List<Row> rows = [];
        foreach (string system in (string[])["one expert", "routed", "cascade"])
            foreach ((string name, int n, StoppingRules rules) in ((string, int, StoppingRules)[])
                [
                    ("r = .5, n ≤ 10 000", 10_000, new() { Target = .5 }),
                    ("within .05 σ, n ≤ 10 000", 10_000, new() { Resolution = .05 }),
                    ("within .01 σ, n ≤ 100 000", 100_000, new() { Resolution = .01 }),
                ])
                rows.Add(Measure(system, name, SamplingPlan.Adaptive(new(100, n), new(100, n), rules)));
        return rows;
    }

    /// <summary>The rows as Markdown.</summary>
    public static string ToMarkdown(IReadOnlyList<Row> rows)
    {
        StringBuilder text = new("## The sampling plan by itself\n\n"
            + "Whole certificates, four experts of ten classes, whose votes cost nothing. A decision is what a plan "
            + "makes between two draws: bounds of all that was seen, and what to draw next.\n\n"
            + "| system | until | decisions | samples | µs a decision | µs a sample |\n"
            + "| --- | --- | ---: | ---: | --- | ---: |\n");
        foreach (Row row in rows)
            text.Append(string.Create(CultureInfo.InvariantCulture,
                $"| {row.System} | {row.Plan} | {row.Decisions:0} | {row.Samples:0} | {PerDecision(row)} "
                + $"| {row.Micros.Value / row.Samples:0.00} |\n"));
        return text.Append("\nProcessor time: medians, in brackets the smallest and the largest.\n\n").ToString();

        static Point PerDecision(Row row) => row.Micros with
        {
            Value = row.Micros.Value / row.Decisions, Low = row.Micros.Low / row.Decisions,
            High = row.Micros.High / row.Decisions,
        };
    }

    private Row Measure(string system, string name, SamplingPlan sampling)
    {
        FreeVoter router = new(.9, 1, 4);
        FreeVoter[] experts = [.. ((decimal[])[.5m, .12m, .25m, 1]).Select(sigma => new FreeVoter(.85, sigma, 10))];
        Route[] routes = [.. experts.Select((voter, k) => new Route($"e{k}", voter))];
        RoutedClassifier classifier = system switch
        {
            "one expert" => new(routes[0]),
            "routed" => new("router", router, [.. routes]),
            _ => new([.. routes.Reverse()], new Cascade(.5m, .5m, .5m)),
        };
        CertificationPlan plan = new(sampling, .001);
        long samples = 0;
        void Certify(int image)
        {
            GridInput input = new(Noise.Image(32, image), 3, 32, 32);
            samples += classifier.CertifyAsync(input, plan, SeedSource.FromCaller(1)).GetAwaiter().GetResult()
                .SamplesDrawn;
        }
        for (int image = 0; image < Certificates; image++) Certify(image);
        int Asked() => router.Asked + experts.Sum(expert => expert.Asked);
        (int before, samples) = (Asked(), 0);
        double[] micros = [.. Enumerable.Range(0, rounds).Select(round => 1e6 / Timing.Of(Certificates, () =>
        {
            for (int image = 0; image < Certificates; image++) Certify((round * Certificates) + image);
        }).ProcessorRate)];
        double all = rounds * Certificates;
        return new(system, name, (Asked() - before) / all, samples / all, Point.Of(name, 0, micros));
    }
}
