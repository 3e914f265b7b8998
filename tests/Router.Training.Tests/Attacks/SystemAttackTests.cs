using Router.Data;
using Router.Estimator;
using Router.Evaluation;
using Router.Evaluation.Attacks;
using Router.Evaluation.Logs;
using Router.Experts.Loading;
using Router.Training.Attacks;
using Router.Votes;

namespace Router.Training.Tests.Attacks;

/// <summary>Linear systems, whose true radii are known in closed form, are attacked on images of Shapes10.</summary>
public sealed class SystemAttackTests : IDisposable
{
    private const int Size = 3 * 32 * 32;

    private static readonly AttackSettings Settings = new()
    {
        Budgets = [], Multiples = [0.9, 1.05, 1.3, 2], Steps = 10, Copies = 4, Screening = 400, Verification = 2000,
        FailureProbability = 0.01,
    };

    private static readonly DataSet Images = new Shapes10(Shapes10Split.Test, count: 20, seed: 1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("dualrs-attack-");
    private readonly List<AttackedNetwork> _attacked = [];

    public void Dispose()
    {
        foreach (AttackedNetwork network in _attacked) network.Dispose();
        _folder.Delete(recursive: true);
    }

    // A plane in general position that all images lie within some distance of.
    private static LinearNetwork Plane(string name, decimal sigma, uint seed, double shift)
    {
        double[] weights = [.. Enumerable.Range(0, Size).Select(i => Math.Sin((i + 1) * (seed + 0.37)))];
        double norm = Math.Sqrt(weights.Sum(weight => weight * weight));
        ReadOnlySpan<byte> first = Images.Read(0).Image.Pixels.Span;
        double at = 0;
        for (int i = 0; i < Size; i++) at += weights[i] * first[i] / 255;
        return new(name, sigma, [.. weights.Select(weight => weight / norm)], at / norm + shift);
    }

    private SystemAttack Of(RoutedClassifier system, params (string Id, LinearNetwork Network)[] networks)
    {
        Dictionary<string, AttackedNetwork> attacked =
            networks.ToDictionary(pair => pair.Id, pair => pair.Network.Attacked());
        _attacked.AddRange(attacked.Values);
        return new(system, attacked, Settings, seed: 7);
    }

    private static LogRow Row(int index, int label, double radius, string route) => new(index, label, label, radius, 0)
    {
        Routed = new(route, radius, radius, "expert", 0, "grid", 0, "caller"),
    };

    [Fact]
    public async Task A_single_expert_s_distance_is_never_below_its_true_radius_and_comes_close()
    {
        LinearNetwork plane = Plane("plane", 0.25m, 1, shift: 0.3);
        SystemAttack attack = Of(new RoutedClassifier(new Route("plane", plane)), ("plane", plane));
        List<double> ratios = [];
        for (int i = 0; i < 6; i++)
        {
            GridInput input = Images.Read(i).Image.ToInput();
            double radius = plane.RadiusAt(input);
            (AttackRow row, byte[] levels) = await attack.RunAsync(
                Images.Read(i), Row(i, plane.OutcomeAt(input), radius, "plane"), TestContext.Current.CancellationToken);
            if (row.Found is not { } found) continue; // the way out of the cube may be longer than thrice the radius
            Assert.Equal(("expert", "plane", 1 - row.Class), (found.Goal, found.Route, found.Class));
            Assert.Equal(LevelDistance.Squared(input.Levels.Span, levels), found.SquaredLevels);
            Assert.Equal(1 - row.Class, plane.OutcomeAt(new(levels, 3, 32, 32)));
            Assert.False(row.IsRefutation);
            ratios.Add(found.Distance / radius);
        }
        Assert.InRange(ratios.Count, 4, 6);
        Assert.All(ratios, ratio => Assert.True(ratio >= 1));
        Assert.InRange(ratios.Order().ElementAt(ratios.Count / 2), 1, 1.35);
    }

    [Fact]
    public async Task A_system_whose_experts_disagree_is_refuted_through_its_route_no_nearer_than_the_router_s_plane()
    {
        LinearNetwork router = Plane("router", 0.5m, 2, shift: 0.4), far = Plane("far", 0.25m, 3, shift: -60),
        other = Plane("other", 0.25m, 3, shift: 60);
        Route[] routes = router.OutcomeAt(Images.Read(0).Image.ToInput()) == 0
            ? [new("far", far), new("other", other)]
            : [new("other", other), new("far", far)];
        RoutedClassifier system = new("router", router, [.. routes]);
        SystemAttack attack = Of(system, ("router", router), ("far", far), ("other", other));
        int found = 0;
        for (int i = 0; i < 4; i++)
        {
            GridInput input = Images.Read(i).Image.ToInput();
            Route taken = routes[router.OutcomeAt(input)];
            double radius = router.RadiusAt(input);
            (AttackRow row, byte[] levels) = await attack.RunAsync(
                Images.Read(i), Row(i, ((LinearNetwork)taken.Voter).OutcomeAt(input), radius, taken.Id),
                TestContext.Current.CancellationToken);
            if (row.Found is not { } example) continue;
            found++;
            Assert.Equal(
                ("route", routes.Single(route => route != taken).Id, 1 - row.Class),
                (example.Goal, example.Route, example.Class));
            Assert.InRange(example.Distance / radius, 1, 2);
            Assert.NotEqual(router.OutcomeAt(input), router.OutcomeAt(new(levels, 3, 32, 32)));
        }
        Assert.InRange(found, 2, 4);
    }

    [Fact]
    public async Task Radii_that_are_thrice_too_large_are_refuted_and_right_ones_are_not()
    {
        LinearNetwork plane = Plane("plane", 0.25m, 1, shift: 0.3);
        RoutedClassifier system = new(new Route("plane", plane));
        foreach ((double times, bool fails) in new[] { (1.0, false), (3.0, true) })
        {
            string path = Path.Combine(_folder.FullName, $"{times}.tsv");
            LogRow[] rows = [.. Enumerable.Range(0, 6).Select(i => Images.Read(i)).Select(image => Row(
                image.Index, image.Label!.Value, times * plane.RadiusAt(image.Image.ToInput()),
                "plane") with { Predicted = plane.OutcomeAt(image.Image.ToInput()) })];
            using (AttackLogWriter log = AttackLogWriter.Open(path, Terms, out _))
                await new AttackRun(Of(system, ("plane", plane)), Images, log).RunAsync(
                    rows, _ => { }, TestContext.Current.CancellationToken);
            RefutationTest test = RefutationTest.Of(AttackLog.Read(path), rows.Length, certificateAlpha: 0.01);
            Assert.Equal(fails, test.Fails);
            Assert.Equal(fails, test.Refuted.Count > 3);
        }
    }

    [Fact]
    public async Task An_attack_that_was_stopped_is_continued_to_the_same_bytes()
    {
        LinearNetwork plane = Plane("plane", 0.25m, 1, shift: 0.3);
        RoutedClassifier system = new(new Route("plane", plane));
        LogRow[] rows = [.. Enumerable.Range(0, 4)
            .Select(i => Row(i, Images.Read(i).Label!.Value, plane.RadiusAt(Images.Read(i).Image.ToInput()), "plane")
            with { Predicted = plane.OutcomeAt(Images.Read(i).Image.ToInput()) })];
        string[] paths = [Path.Combine(_folder.FullName, "whole.tsv"), Path.Combine(_folder.FullName, "parts.tsv")];
        foreach ((string path, int[] parts) in paths.Zip([[4], new[] { 2, 2 }]))
        {
            foreach (int part in parts)
            {
                using AttackLogWriter log = AttackLogWriter.Open(path, Terms, out IReadOnlyList<AttackRow> done);
                await new AttackRun(Of(system, ("plane", plane)), Images, log).RunAsync(
                    rows.Skip(done.Count).Take(part), _ => { }, TestContext.Current.CancellationToken);
            }
            if (parts.Length > 1) continue;
            // As a process that is killed leaves it.
            File.AppendAllText(path, "9\t3");
            AttackLogWriter.Open(path, Terms, out _).Dispose();
        }
        Assert.Equal(File.ReadAllText(paths[0]), File.ReadAllText(paths[1]));
    }

    private static AttackTerms Terms =>
        new(
            AttackTerms.CurrentSchema, "shapes10", ["f"], "", 0.01, Settings.ToString(), Settings.Verification,
            Settings.FailureProbability, 7);

    [Fact]
    public void A_log_about_other_images_is_refused()
    {
        LogRow right = Row(0, Images.Read(0).Label!.Value, 1, "plane");
        AttackRun.CheckImages([right], Images);
        foreach (LogRow other in (LogRow[])
            [right with { Label = right.Label + 1 }, right with { Index = Images.Count }])
        {
            BadInputException fault =
                Assert.Throws<BadInputException>(() => AttackRun.CheckImages([right, other], Images));
            Assert.Contains("the log is about other images", fault.Message, StringComparison.Ordinal);
        }
    }
}
