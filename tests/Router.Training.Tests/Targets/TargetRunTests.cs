using Router.Data;
using Router.Evaluation;
using Router.Training.Batches;
using Router.Training.Targets;
using Router.Votes;
using Tests;

namespace Router.Training.Tests.Targets;

public sealed class TargetRunTests : IDisposable
{
    private const int Draws = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("dualrs-targets-").FullName;

    private string Table => Path.Combine(_folder, "targets.tsv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Six pictures in three folders are six images of three classes.
    private TrainingImages Images(ImageSelection? selection = null)
    {
        string pictures = Path.Combine(_folder, "pictures");
        string[] files = ["rgb.png", "rgb16.png", "alpha-opaque.png", "grey.png", "palette.png", "color444.jpg"];
        foreach ((int i, string file) in files.Index())
        {
            string target = Path.Combine(pictures, $"class{i / 2}", $"{i}-{file}");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(
                Path.Combine(Reference.Root, "tests", "Router.Data.Tests", "Fixtures", file), target, overwrite: true);
        }
        DataSet data = ImageFolder.Open(pictures, ClassFolders.OfAny(), new Framing(8, 8), ImageLimits.Default);
        return TrainingImages.Read(data, (selection ?? new()).Of(Enumerable.Range(0, data.Count)), classes: 3);
    }

    private static GridInput InputOf(TrainingImages images, int row) =>
        new(images.Pixels(row).ToArray(), images.Shape.Channels, images.Shape.Height, images.Shape.Width);

    private static TargetRun Run(
        TrainingImages images, ulong seed = 5, string version = "1", int draws = Draws,
        ImageSelection? selection = null) =>
        new([("s100", Expert(1m, version: version)), ("s025", Expert(0.25m))], images, selection ?? new(), draws, seed);

    [Fact]
    public async Task A_row_holds_the_votes_for_the_true_class_that_each_expert_gives_on_its_own_stream()
    {
        TrainingImages images = Images();
        ScriptedVoter first = Expert(1m), second = Expert(0.25m);
        await new TargetRun([("s100", first), ("s025", second)], images, new(), Draws, seed: 5).WriteAsync(
            Table, progress: null, default);
        TargetTable table = TargetTable.Read(Table);
        Assert.Equal(["s100", "s025"], table.Terms.Experts.Select(expert => expert.Id));
        Assert.Equal([0, 1, 2, 3, 4, 5], table.Rows.Select(row => row.Index));
        Assert.Equal([0, 0, 1, 1, 2, 2], table.Rows.Select(row => row.Label));
        Assert.Equal(
            [TargetRun.FirstStream, TargetRun.FirstStream + 1],
            new[] { first, second }.Select(toy => toy.Asked.Select(request => request.Stream.Id).Distinct().Single()));
        Assert.NotNull(first.Asked.Concat(second.Asked).Select(request => request.Claim.Party).Distinct().Single());
        for (int k = 0; k < 2; k++)
            foreach (TargetRow row in table.Rows)
            {
                // They are asked in any order.
                VoteRequest request = new[] { first, second }[k].Asked.First(
                    asked => asked.Input.Hash == InputOf(images, row.Index).Hash);
                Assert.Equal(new SampleRange(0, Draws), request.Range);
                Assert.Equal(
                    Enumerable.Range(0, Draws).Count(i => request.Stream.Uniform(i, 0) % 3 == (ulong)row.Label),
                    row.Measured[k]);
            }
    }

    [Fact]
    public async Task A_table_that_was_cut_anywhere_is_continued_to_the_same_bytes()
    {
        TrainingImages images = Images();
        await Run(images).WriteAsync(Table, progress: null, default);
        byte[] whole = File.ReadAllBytes(Table);
        int header = File.ReadLines(Table).Take(2).Sum(line => System.Text.Encoding.UTF8.GetByteCount(line) + 1);
        foreach (
            int length in (int[])[0, 1, header - 3, header, header + 1, header + 9, whole.Length - 1, whole.Length])
        {
            File.WriteAllBytes(Table, whole[..length]);
            await Run(images).WriteAsync(Table, progress: null, default);
            Assert.Equal(whole, File.ReadAllBytes(Table));
        }
    }

    [Fact]
    public async Task A_cancelled_run_keeps_its_rows_and_draws_none_of_them_again()
    {
        TrainingImages images = Images();
        using CancellationTokenSource stop = new();
        string[] slow = [InputOf(images, 4).Hash, InputOf(images, 5).Hash];
        ScriptedVoter stopping = Expert(0.5m);
        stopping.Before = (request, token) =>
            slow.Contains(request.Input.Hash) ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        Told<int> fourRows = new(rows => { if (rows == 4) stop.Cancel(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new TargetRun([("s050", stopping)], images, new(), Draws, 5).WriteAsync(Table, fourRows, stop.Token));
        Assert.Equal(4, TargetTable.Read(Table).Rows.Length);
        ScriptedVoter going = Expert(0.5m);
        await new TargetRun([("s050", going)], images, new(), Draws, 5).WriteAsync(Table, null, default);
        Assert.Equal(2, going.Asked.Count);
        Assert.Equal(6, TargetTable.Read(Table).Rows.Length);
    }

    [Fact]
    public async Task A_table_of_other_terms_is_refused_and_left_as_it_was()
    {
        TrainingImages images = Images();
        await Run(images).WriteAsync(Table, progress: null, default);
        byte[] before = File.ReadAllBytes(Table);
        Assert.Contains(
            "40 draws per image of seed 5, not 40 of seed 6", await Refusal(Run(images, seed: 6)),
            StringComparison.Ordinal);
        Assert.Contains(
            "40 draws per image of seed 5, not 41", await Refusal(Run(images, draws: 41)), StringComparison.Ordinal);
        Assert.Contains(
            "s100 was another function", await Refusal(Run(images, version: "2")), StringComparison.Ordinal);
        ImageSelection fold = new() { Fold = new(0, 2) };
        Assert.Contains("other images", await Refusal(Run(Images(fold), selection: fold)), StringComparison.Ordinal);
        TargetRun others = new([("s100", Expert(1m))], images, new(), Draws, 5);
        Assert.Contains(
            "it is about s100 (σ 1), s025 (σ 0.25), not s100 (σ 1)", await Refusal(others), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Table));
    }

    [Fact]
    public async Task A_file_that_is_no_table_is_not_written_over()
    {
        File.WriteAllText(Table, "my notes\n");
        Assert.Contains(
            "targets.tsv:1: expected a line of terms", await Refusal(Run(Images())), StringComparison.Ordinal);
        Assert.Equal("my notes\n", File.ReadAllText(Table));
    }

    [Theory]
    [InlineData("\t41\t", "41 votes of 40 draws")]
    [InlineData("\t-1\t", "'-1': expected a whole number")]
    [InlineData("\t7\t7\t", "6 fields, expected 5")]
    public async Task A_damaged_row_is_named_with_its_line(string instead, string problem)
    {
        await Run(Images()).WriteAsync(Table, progress: null, default);
        string[] lines = File.ReadAllLines(Table);
        string[] fields = lines[4].Split('\t');
        lines[4] = string.Join('\t', fields[..3]) + instead + fields[4];
        File.WriteAllLines(Table, lines);
        Assert.Equal($"{Table}:5: {problem}", Assert.Throws<BadInputException>(() => TargetTable.Read(Table)).Message);
    }

    [Fact]
    public void An_expert_of_fewer_classes_than_the_images_have_is_refused() => Assert.Contains(
        "has label 2, but s025 votes over 2 classes",
        Assert.Throws<ArgumentException>(
            () => new TargetRun([("s025", Expert(0.25m, classes: 2))], Images(), new(), Draws, 0)).Message,
        StringComparison.Ordinal);

    // Votes are the words of its stream modulo its classes, so that other noise is other votes.
    private static ScriptedVoter Expert(decimal sigma, int classes = 3, string version = "1") => new(
        $"{sigma} version {version}", sigma, classes,
        (stream, sample) => (int)(stream.Uniform(sample, 0) % (ulong)classes));

    private async Task<string> Refusal(TargetRun run) =>
        (await Assert.ThrowsAsync<BadInputException>(() => run.WriteAsync(Table, null, default))).Message;
}
