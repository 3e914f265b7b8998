using System.Collections.Immutable;
using Router.Evaluation.Tradeoffs;
using Router.Smoothing.Bounds;

namespace Router.Evaluation.Tests.Reports;

/// <summary>
/// A study of made-up experts whose figures nonetheless agree with its images: larger σ reaches farther and is right
/// less often.
/// </summary>
internal static class SyntheticStudy
{
    private const int Votes = 1000;
    private const double Golden = 0.6180339887498949, Silver = 0.4142135623730951;
    private static readonly (string Id, decimal Sigma, double Accuracy)[] Experts =
        [("s012", 0.12m, 0.86), ("s025", 0.25m, 0.77), ("s050", 0.50m, 0.65), ("s100", 1.00m, 0.48)];

    public static readonly ImmutableArray<double> Radii = [0, 0.12, 0.25, 0.37, 0.5, 0.62, 0.75, 1, 1.25, 1.5, 2, 2.5];

    /// <summary>A study with every part of a document.</summary>
    /// <param name="images">How many images.</param>
    /// <param name="sourcePath">What the sources are named.</param>
    public static TradeoffDocument Create(int images = 200, string sourcePath = "logs/s012.tsv")
    {
        List<(StudySystem System, StudyAnswer[] Answers)> scored = [];
        string[] ids = [.. Experts.Select(expert => expert.Id)];
        for (int expert = 0; expert < Experts.Length; expert++)
            scored.Add(Score(ids[expert], SystemKinds.Single, [expert], "", "certificate", images, Single(expert)));
        for (int subset = 3; subset < 16; subset++)
        {
            int[] mix = [.. Enumerable.Range(0, Experts.Length).Where(expert => (subset >> expert & 1) == 1)];
            if (mix.Length < 2) continue;
            string name = string.Join('+', mix.Select(expert => ids[expert]));
            scored.Add(
                Score($"{name} hard route", SystemKinds.Hard, mix, "mostVoted", "bound", images, Routed(mix, 0.5, 1)));
            scored.Add(Score($"{name} dual", SystemKinds.Dual, mix, "mostVoted", "certificate", images,
                Routed(mix, 0.5, 0.7)));
            scored.Add(Score($"{name} exclusion", SystemKinds.Exclusion, mix, "mostVoted", "certificate", images,
                Routed(mix, 0.5, 0.8)));
            foreach (double tau in (double[])[0.3, 0.4, 0.6, 0.7, 0.8, 0.9])
                scored.Add(Score($"{name} quantile {tau}", SystemKinds.Quantile, mix, $"quantile {tau}", "estimate",
                    images, Routed(mix, tau, 0.85)));
            scored.Add(Score($"{name} cascade 0.7", SystemKinds.Cascade, mix, "cascade 0.7", "certificate", images,
                Routed(mix, 0.35, 0.6)));
            scored.Add(Score($"{name} oracle", SystemKinds.Oracle, mix, "", "bound", images, Oracle(mix)));
        }
        (StudySystem oracle, StudyAnswer[] best) =
            Score("envelope of singles", SystemKinds.Envelope, [0, 1, 2, 3], "", "bound", images, Oracle([0, 1, 2, 3]));
        scored.Add((oracle with { Accuracy = [.. Radii.Select((_, at) => scored.Take(Experts.Length)
            .Select(one => one.System.Accuracy[at]).MaxBy(one => one.Share)!)] }, best));
        scored.Add(Score("s012+s025+s050+s100 exclusion under attack", SystemKinds.Attacked, [0, 1, 2, 3], "mostVoted",
            "bound", images, Routed([0, 1, 2, 3], 0.5, 1.1)));
        string[] featured = [.. ids,
            .. ((string[])["dual", "exclusion", "quantile 0.8"]).Select(rule => $"s012+s025+s050+s100 {rule}")];
        StudyImage[] rows =
        [
            .. Enumerable.Range(0, images).Select(i => new StudyImage(
                i * 20, i % 10, RouterVotes(i),
                [.. scored.Select((one, index) => (one, index)).Where(one => featured.Contains(one.one.System.Name))
                    .Select(one => one.one.Answers[i] with { System = one.index })])),
        ];
        StudySystem[] systems = [.. scored.Select(one => one.System)];
        StudySystem chosen = systems.First(system => system.Name == "s012+s025+s050+s100 quantile 0.8");
        return new(
            TradeoffDocument.CurrentSchema, $"Experts made up for tests, {images} images",
            ["73 of 500 images are missing from s025's log: the 427 that all logs have are used.",
                "Quantile routing is only an estimate: the logs are of other pixels."],
            [.. Experts.Select((expert, index) => new StudySource(index == 0 ? sourcePath : $"logs/{expert.Id}.tsv",
                expert.Id, images, new string((char)('a' + index), 64)))],
            0.001, Radii,
            [.. Experts.Select(expert => new StudyNetwork(expert.Id, expert.Sigma, "expert", 81.5e6, 1.25)),
                new StudyNetwork("router", 0.5m, "router", 81.5e6, 1.1)],
            [.. systems],
            new StudyChoice(
                [new(0, 0.2), new(0.5, 0.5), new(1, 0.3)], 250_000, chosen.Name, systems.Length, images / 2,
                images - images / 2, 0.5125,
                [chosen.Accuracy[0], chosen.Accuracy[4], chosen.Accuracy[7]],
                [.. systems.Where(system => system.Standing != "bound" && system != chosen).Take(40).Select(
                    (system, k) => new StudyDifference(system.Name, 0.004 * k, 0.004 * k - 0.03, 0.004 * k + 0.03))]),
            [.. rows]);
    }

    private static (StudySystem System, StudyAnswer[] Answers) Score(
        string name, string kind, int[] mix, string routing, string standing, int images, Func<int, StudyAnswer> answer)
    {
        StudyAnswer[] answers = [.. Enumerable.Range(0, images).Select(answer)];
        double[] right = [.. answers.Select((one, i) => one.Class == i % 10 ? one.Radius : -1)];
        bool routed = answers.Any(one => one.Route is not null);
        double oracle = Enumerable.Range(0, images).Average(i => Math.Max(0, Oracle(mix)(i).Radius));
        double mean = right.Average(radius => Math.Max(0, radius));
        return (
            new(
                name, kind, [.. mix.Select(expert => Experts[expert].Id)], routing, standing,
                [.. Radii.Select(radius => At(right, radius))],
                answers.Count(one => one.Class is null) / (double)images,
                routed ? [.. mix.Select(expert =>
                    answers.Count(one => one.Route == Experts[expert].Id) / (double)images)] : [],
                routed ? new(0.4 * Math.Max(0, oracle - mean), 0.6 * Math.Max(0, oracle - mean), 0.35, 0.5, 0.15)
                    : null, mean,
                new(kind == SystemKinds.Single ? 100_000 : 100_000 * (1 + 0.3 * mix.Length), null, 1.25 * mix.Length)),
            answers);
    }

    private static StudyAccuracy At(double[] right, double radius)
    {
        int certified = right.Count(reached => reached >= radius);
        double share = certified / (double)right.Length;
        return new(
            radius, share, ClopperPearson.Lower(certified, right.Length, 0.025).Value,
            ClopperPearson.Upper(certified, right.Length, 0.025).Value, Math.Max(0, share - 0.02));
    }

    private static double Hard(int image) => (image * Golden + 0.1) % 1;

    private static Func<int, StudyAnswer> Single(int expert) => image =>
    {
        (_, decimal sigma, double accuracy) = Experts[expert];
        double margin = accuracy - Hard(image), radius = Math.Max(
            0, (double)sigma * 3.2 * Math.Pow(Math.Max(0, margin), 0.8) * (0.6 + (image * Silver % 1) * 0.5));
        return new(
            0, margin > 0 ? image % 10 : margin > -0.06 ? null : (image + 3) % 10,
            margin > 0 ? radius : margin > -0.06 ? 0 : radius + 0.05, null, "expert");
    };

    private static Func<int, StudyAnswer> Routed(int[] mix, double tau, double kept) => image =>
    {
        int expert = mix[Math.Min(
            mix.Length - 1, (int)(Math.Pow(1 - Hard(image), 3.2 - 2 * tau - 0.6 * (image * Silver % 1)) * mix.Length))];
        StudyAnswer alone = Single(expert)(image);
        return alone with
        {
            Radius = kept > 1 ? alone.Radius + 0.1 : alone.Radius * kept, Route = Experts[expert].Id,
            Limit = image % 3 == 0 ? "router" : image % 7 == 0 ? $"peer:{Experts[mix[0]].Id}" : "expert",
        };
    };

    private static Func<int, StudyAnswer> Oracle(int[] mix) => image =>
        mix.Select(expert => Single(expert)(image))
            .OrderByDescending(answer => answer.Class == image % 10 ? answer.Radius : -1).First();

    private static ImmutableArray<long> RouterVotes(int image)
    {
        double place = Math.Pow(1 - Hard(image), 1.1) * Experts.Length - 0.5;
        double[] weights = [.. Enumerable.Range(0, Experts.Length)
            .Select(expert => Math.Exp(-1.4 * (expert - place) * (expert - place)))];
        long[] votes = [.. weights.Select(weight => (long)(Votes * weight / weights.Sum()))];
        votes[0] += Votes - votes.Sum();
        return [.. votes];
    }
}
