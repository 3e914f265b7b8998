using System.Collections.Immutable;
using Router.Data;
using Router.Evaluation;
using Router.Evaluation.Runs;
using Router.Training.Targets;
using Router.Training.Tests.Batches;
using Tests;

namespace Router.Training.Tests.Targets;

public sealed class TargetsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-radii-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // SciPy 1.10: sigma * norm.ppf(beta.ppf(.001, k, n - k + 1)).
    [Theory]
    [InlineData(100, 100, 0.25, 0.3751187560301591)]
    [InlineData(99, 100, 0.25, 0.33731475970259756)]
    [InlineData(80, 100, 0.5, 0.1974711594579051)]
    [InlineData(66, 100, 1.0, 0.004135826463333555)]
    [InlineData(65, 100, 1.0, 0)]
    [InlineData(0, 100, 0.5, 0)]
    [InlineData(64, 64, 0.12, 0.15221788695376684)]
    [InlineData(50, 64, 1.0, 0.22686716542494625)]
    [InlineData(1000, 1000, 0.5, 1.2316313073904057)]
    [InlineData(731, 1000, 1.0, 0.4837013383222033)]
    public void Radii_of_votes_are_SciPys(long votes, int draws, double sigma, double radius)
    {
        TargetTable table =
            Votes("a.tsv", draws, [(0.01m, "other"), ((decimal)sigma, "it")], new TargetRow(7, 1, draws, [0, votes]));
        double[] found = [.. TrueRadii.Of([table]).Images.Single().Radii];
        Assert.Equal(
            [0, radius], found, (expected, actual) => Math.Abs(expected - actual) <= 1e-9 * Math.Max(1e-2, expected));
    }

    [Fact]
    public void Routes_are_the_experts_in_the_order_of_their_sigma_whatever_the_order_of_the_columns()
    {
        TrueRadii radii = TrueRadii.Of([Votes(
            "a.tsv", 100, [(1m, "s100"), (0.25m, "s025"), (0.5m, "s050")], new TargetRow(3, 0, 100, [50, 99, 80]))]);
        Assert.Equal(["s025", "s050", "s100"], radii.Experts.Select(expert => expert.Id));
        Assert.Equal([0.337, 0.197, 0], radii.Images.Single().Radii.Select(radius => Math.Round(radius, 3)));
    }

    [Fact]
    public void Soft_labels_are_those_computed_by_hand()
    {
        RouteTarget target = Soften([0.3, 0.5, 0.9], temperature: 0.25).Images.Single();
        double[] expected = [0.07018175589454322, 0.15619237017677343, 0.7736258739286833];
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], target.Soft[i], 14);
        Assert.Equal(2, target.Best);
    }

    [Fact]
    public void A_temperature_near_0_leaves_the_best_route_and_shares_it_among_equals()
    {
        Assert.Equal([0, 0, 1], Soften([0.3, 0.5, 0.9], temperature: 1e-6).Images.Single().Soft);
        RouteTarget tie = Soften([0.3, 0.9, 0.9], temperature: 1e-6).Images.Single();
        Assert.Equal([0, 0.5, 0.5], tie.Soft);
        Assert.Equal(1, tie.Best);
        Assert.Throws<ArgumentOutOfRangeException>(() => Soften([0.3], temperature: 0));
    }

    [Fact]
    public void Images_that_no_expert_certifies_are_dropped_or_belong_to_the_smallest_sigma()
    {
        TrueRadii radii = new(
            [new("s025", 0.25m), new("s100", 1m)],
            [new(0, 0, [0, 0]), new(1, 0, [0, 0.4]), new(2, 0, [0, 0]), new(5, 0, [0.3, 0.1])]);
        RouteTargets dropped = RouteTargets.Of(radii.WithoutHopeless(), 0.1);
        Assert.Equal([1, 5], dropped.Images.Select(image => image.Index));
        Assert.Equal([0.5, 0.5], dropped.Shares);
        RouteTargets kept = RouteTargets.Of(radii, 0.1);
        Assert.Equal([0, 1, 0, 0], kept.Images.Select(image => image.Best));
        Assert.Equal([1, 0], kept.Images[0].Soft);
        Assert.Equal(0.75, kept.Shares[0]);
        TrueRadii none = radii with { Images = [radii.Images[0]] };
        Assert.Contains(
            "there is nothing to route by",
            Assert.Throws<BadInputException>(none.WithoutHopeless).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Folds_partition_the_images_also_where_every_so_many_th_is_taken(int count)
    {
        foreach (int skip in (int[])[1, 2, count])
        {
            int[][] folds = [.. Enumerable.Range(0, count).Select(
                k => new ImageSelection { Fold = new(k, count), Skip = skip }.Of(Enumerable.Range(0, 100)).ToArray())];
            Assert.All(folds, (fold, k) => Assert.All(fold, image => Assert.Equal(k, image % count)));
            Assert.All(folds, fold => Assert.InRange(fold.Length, 100 / count / skip, 100 / count / skip + 1));
            Assert.All(folds, (fold, k) => Assert.Equal(
                fold, new ImageSelection { Fold = new(k, count), Skip = skip }.Of(100)));
            if (skip == 1) Assert.Equal(Enumerable.Range(0, 100), folds.SelectMany(fold => fold).Order());
        }
    }

    [Fact]
    public void One_in_so_many_of_a_whole_data_set_goes_by_the_index_and_of_a_part_by_the_place()
    {
        ImageSelection selection = new() { Skip = 3, From = 4, Max = 12, Limit = 2 };
        Assert.Equal([6, 9], selection.Of(100));
        Assert.Equal([6, 9, 12], Enumerable.Range(0, 100).Where(selection.Contains));
        Assert.Equal([12], selection.Of([0, 2, 4, 12, 14, 16, 18]));
        Assert.Equal("1 in 3, from 4, up to 12, the first 2", selection.ToString());
    }

    [Theory]
    [InlineData("0/2", true)]
    [InlineData("4/5", true)]
    [InlineData("5/5", false)]
    [InlineData("0/1", false)]
    [InlineData("-1/3", false)]
    [InlineData("1", false)]
    [InlineData("", false)]
    public void A_fold_is_written_k_of_K(string text, bool accepted)
    {
        Assert.Equal(accepted, Fold.TryParse(text, out Fold fold));
        if (accepted) Assert.Equal(text, fold.ToString());
    }

    [Fact]
    public void Folds_that_were_labelled_by_experts_of_their_own_make_one_table()
    {
        TargetTable even = Votes("even.tsv", 100, [(0.5m, "s050")], new(0, 1, 100, [90]), new(2, 1, 100, [80]));
        TargetTable odd = Votes("odd.tsv", 64, [(0.5m, "s050")], new(1, 1, 64, [64]), new(3, 0, 64, [10]));
        TrueRadii all = TrueRadii.Of([odd, even]);
        Assert.Equal([0, 1, 2, 3], all.Images.Select(image => image.Index));
        Assert.Contains(
            "image 0 is in two of", Assert.Throws<BadInputException>(() => TrueRadii.Of([even, even])).Message,
            StringComparison.Ordinal);
        TargetTable other = Votes("other.tsv", 64, [(0.25m, "s025")], new TargetRow(5, 1, 64, [64]));
        Assert.Contains(
            "does not go with", Assert.Throws<BadInputException>(() => TrueRadii.Of([even, other])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Published_logs_are_radii_of_the_true_class_joined_by_image()
    {
        (string, decimal, string)[] logs = [.. new[] { "0.12", "0.25", "0.50", "1.00" }.Select(sigma => (
            $"s{sigma.Replace(".", "", StringComparison.Ordinal)}", decimal.Parse(sigma),
            Reference.Shared($"logs/cohen/cifar10/resnet110/noise_{sigma}/sigma_{sigma}")))];
        string path = Path.Combine(_folder, "logs.tsv");
        LogTargets.Write(path, logs, "cifar10 test", new() { Fold = new(0, 3) });
        TrueRadii radii = TrueRadii.Of([TargetTable.Read(path)]);
        Assert.Equal(3334, radii.Images.Length);
        ImageRadii nine =
            radii.Images.Single(image => image.Index == 9), twelve = radii.Images.Single(image => image.Index == 12);
        Assert.Equal([0.209, 0.566, 0.0303, 0], nine.Radii);
        Assert.Equal([0.259, 0.0288, 0, 0], twelve.Radii);
        Assert.Equal((1, 5), (nine.Label, twelve.Label));
        byte[] before = File.ReadAllBytes(path);
        LogTargets.Write(path, logs, "cifar10 test", new() { Fold = new(0, 3) });
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Throws<BadInputException>(
            () => LogTargets.Write(path, logs, "cifar10 test", new() { Fold = new(1, 3) }));
    }

    [Fact]
    public void A_certified_class_that_is_not_the_true_one_has_no_radius_and_images_that_a_log_lacks_no_row()
    {
        string first = Log("a.log", "0\t3\t3\t0.5", "1\t2\t4\t0.7", "2\t1\t-1\t0.0", "4\t1\t1\t0.25"),
        second = Log("b.log", "4\t1\t1\t0.5", "0\t3\t5\t0.9", "1\t2\t2\t0.1");
        string path = Path.Combine(_folder, "t.tsv");
        LogTargets.Write(path, [("a", 0.25m, first), ("b", 0.5m, second)], "toys test", new());
        TargetTable table = TargetTable.Read(path);
        Assert.Equal(
            [(0, 0.5, 0), (1, 0, 0.1), (4, 0.25, 0.5)],
            table.Rows.Select(row => (row.Index, row.Measured[0], row.Measured[1])));
        string wrong = Log("c.log", "0\t3\t3\t0.5", "1\t7\t7\t0.5");
        BadInputException fault = Assert.Throws<BadInputException>(() => LogTargets.Write(
            Path.Combine(_folder, "u.tsv"), [("a", 0.25m, first), ("c", 1m, wrong)], "toys test", new()));
        Assert.Equal(
            $"{wrong}:3: image 1 has label 7, but 2 in {first}: are they logs of the same data set?", fault.Message);
        Assert.Throws<BadInputException>(() => LogTargets.Write(
            Path.Combine(_folder, "v.tsv"), [("a", 0.25m, first)], "toys test", new() { Fold = new(3, 9) }));
    }

    [Fact]
    public void Images_without_targets_of_another_label_or_of_another_split_are_refused()
    {
        TrueRadii targets =
            new([new("s025", .25m)], [.. Enumerable.Range(0, 3).Select(i => new ImageRadii(i, i % 10, [0]))])
            { Data = "patterns train" };
        targets.CheckThatTheyCover(Patterned.Images(3));
        Assert.Contains("image 3 of patterns train has no targets", Refusal(targets, images: 4));
        Assert.Contains("image 0 of patterns train has label 0, but 4 in the targets", Refusal(
            targets with { Images = [new ImageRadii(0, 4, [0])] }, images: 1));
        Assert.Contains("the targets are about patterns test, and patterns train is learned", Refusal(
            targets with { Data = "patterns test" }, images: 3));

        static string Refusal(TrueRadii targets, int images) =>
            Assert.Throws<BadInputException>(() => targets.CheckThatTheyCover(Patterned.Images(images))).Message;
    }

    [Fact]
    public void A_table_says_what_its_radii_are_about_with_all_its_experts_and_with_some()
    {
        TrueRadii all = TrueRadii.Of([Votes("a.tsv", 64, [(0.5m, "s050")], new TargetRow(1, 1, 64, [64]))]);
        Assert.Equal(("toys train", "toys train"), (all.Data, all.Of(["s050"]).Data));
    }

    [Fact]
    public void A_log_that_says_what_it_is_about_makes_no_table_about_something_else()
    {
        string log = Log("ours.tsv", "0\t3\t3\t0.5"), path = Path.Combine(_folder, "t.tsv");
        CertificationTerms.FileOf(log).Claim(new(CertificationTerms.CurrentSchema, "toys test", 9, "fixed", ["f"]));
        BadInputException fault = Assert.Throws<BadInputException>(
            () => LogTargets.Write(path, [("a", 0.25m, log)], "toys train", new()));
        Assert.StartsWith(
            $"{log}.run.json: the log is about toys test, and the table would be about toys train: ", fault.Message,
            StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        LogTargets.Write(path, [("a", 0.25m, log)], "toys test", new());
        Assert.Equal("toys test", TargetTable.Read(path).Terms.Data);
    }

    private string Log(string name, params string[] rows)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, string.Concat(["idx\tlabel\tpredict\tradius\n", .. rows.Select(row => row + "\n")]));
        return path;
    }

    private static RouteTargets Soften(ImmutableArray<double> radii, double temperature) => RouteTargets.Of(
        new([.. radii.Select((_, k) => new RadiusColumn($"s{k}", 0.25m * (k + 1)))], [new(0, 0, radii)]), temperature);

    private static TargetTable Votes(
        string path, int draws, (decimal Sigma, string Id)[] experts, params TargetRow[] rows) => new(
        path,
        new(TargetTerms.CurrentSchema, TargetMeasure.Votes, "toys train", "all", rows.Length, "", draws, 0,
            [.. experts.Select(expert => new TargetExpert(expert.Id, expert.Sigma, "f", TargetRun.FirstStream))]),
        [.. rows]);
}
