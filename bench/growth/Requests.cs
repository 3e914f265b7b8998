using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Smoothing;
using Router.Votes;
using Votes.Bench;

namespace Growth.Bench;

/// <summary>What a certificate costs against registered experts, requests in flight, and images.</summary>
/// <param name="folder">For files.</param>
/// <param name="samples">n of a certificate.</param>
/// <param name="rounds">Measurements of each point.</param>
/// <param name="threads">Of a pass.</param>
internal sealed class Requests(string folder, int samples, int rounds, int threads)
{
    public const string Wall = "wall time", Processor = "processor time";

    public const string One = "one asked", Routed = "routed";

    private readonly CertificationPlan _plan = new(new(100, samples), new SampleCounts(100, samples), .001);

    /// <summary>Registered experts, of which the same one is always asked.</summary>
    /// <param name="counts">How many are registered.</param>
    public Growing Registered(params int[] counts)
    {
        List<Point> points = [];
        foreach (bool routed in (bool[])[false, true])
        {
            (int Count, LoadedRegistry Registry)[] loaded = [.. counts
                .Where(count => count > 1 || !routed)
                .Select(count => (count, ManyExperts.Load(folder, count, routed, "start", threads)))];
            Dictionary<int, List<Timing>> timings = loaded.ToDictionary(one => one.Count, _ => new List<Timing>());
            for (int round = -1; round < rounds; round++)
                foreach ((int count, LoadedRegistry registry) in loaded)
                {
                    Timing timing = Certify(RegisteredMix.Deployed(registry), image: round, inFlight: 1, requests: 1);
                    if (round >= 0) timings[count].Add(timing);
                }
            string asked = routed ? Routed : One;
            foreach ((int count, LoadedRegistry registry) in loaded)
            {
                points.Add(Point.Of($"{asked}, {Wall}", count, Milliseconds(timings[count], one => one.Seconds)));
                points.Add(Point.Of(
                    $"{asked}, {Processor}", count, Milliseconds(timings[count], one => one.ProcessorSeconds)));
                registry.Dispose();
            }
        }
        return new("experts", "A certificate against registered experts", "registered experts",
            $"ms, n = {samples}", points);
    }

    /// <summary>Requests in flight for one expert.</summary>
    /// <param name="counts">How many at once.</param>
    public Growing InFlight(params int[] counts)
    {
        using LoadedRegistry registry = ManyExperts.Load(folder, 1, routed: false, "start", threads);
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        List<Point> points = [];
        Certify(classifier, 0, 1, 1);
        foreach (int inFlight in counts)
        {
            Timing[] timings = [.. Enumerable.Range(0, rounds)
                .Select(round => Certify(classifier, round, inFlight, inFlight))];
            points.Add(Point.Of(Wall, inFlight, Milliseconds(timings, one => one.Seconds)));
            points.Add(Point.Of(Processor, inFlight, Milliseconds(timings, one => one.ProcessorSeconds)));
        }
        return new("in-flight", "A certificate against requests in flight", "requests in flight",
            $"ms a request, n = {samples}", points);
    }

    /// <summary>Images one after the other.</summary>
    public Growing Images()
    {
        using LoadedRegistry registry = ManyExperts.Load(folder, 1, routed: false, "start", threads);
        RoutedClassifier classifier = RegisteredMix.Deployed(registry);
        List<Point> points = [];
        int done = 0;
        Certify(classifier, 0, 1, 1);
        for (int until = 1; until <= 1 << (rounds + 1); until *= 2)
        {
            List<Timing> timings = [];
            for (; done < until; done++) timings.Add(Certify(classifier, done, 1, 1));
            points.Add(Point.Of($"an image, ms of {Processor}", until,
                Milliseconds(timings, one => one.ProcessorSeconds)));
            double resident = Environment.WorkingSet / (double)(1 << 20);
            points.Add(new("resident memory, MiB", until, resident, resident, resident));
        }
        return new("images", "A certificate against images before it", "images", $"ms, MiB; n = {samples}", points);
    }

    private Timing Certify(RoutedClassifier classifier, int image, int inFlight, int requests) =>
        Timing.Of(requests, () => Task.WhenAll(Enumerable.Range(0, inFlight).Select(k =>
        {
            GridInput input = new(Noise.Image(32, (image * 64) + k), 3, 32, 32);
            return classifier.CertifyAsync(input, _plan, SeedSource.FromCaller(1));
        })).GetAwaiter().GetResult());

    private static double[] Milliseconds(IEnumerable<Timing> timings, Func<Timing, double> seconds) =>
        [.. timings.Select(one => 1000 * seconds(one) / one.Work)];
}
