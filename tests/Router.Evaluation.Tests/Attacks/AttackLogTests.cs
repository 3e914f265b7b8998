using Router.Evaluation.Attacks;

namespace Router.Evaluation.Tests.Attacks;

public sealed class AttackLogTests : IDisposable
{
    private static readonly AttackTerms Terms = new(
        AttackTerms.CurrentSchema, "shapes10 test", ["aa", "bb"], "mostVoted", 0.001, "PGD", 1000, 0.001, 5);

    private static readonly AttackRow[] Rows =
    [
        new(3, 1, 1, 0.1, new Counterexample(4097, "route", "s100", 2, ulong.MaxValue), 0.001, 12345),
        new(7, 0, 0, 1.0 / 3, Found: null, 0.001, 99),
    ];

    private readonly LogFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Write(params AttackRow[] rows)
    {
        using AttackLogWriter writer = AttackLogWriter.Open(_folder.Log, Terms, out _);
        foreach (AttackRow row in rows) writer.Write(row, [1, 2, 3]);
    }

    [Fact]
    public void What_is_written_is_read_again_and_the_levels_are_kept_of_what_was_found()
    {
        Write(Rows);
        Assert.Equal(Rows, AttackLog.Read(_folder.Log));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(AttackLogWriter.LevelsPath(_folder.Log, 3)));
        Assert.False(File.Exists(AttackLogWriter.LevelsPath(_folder.Log, 7)));
    }

    [Fact]
    public void A_log_whose_last_row_was_cut_off_is_continued()
    {
        Write(Rows);
        string whole = File.ReadAllText(_folder.Log);
        File.WriteAllText(_folder.Log, whole[..^4]);
        using (AttackLogWriter writer = AttackLogWriter.Open(_folder.Log, Terms, out IReadOnlyList<AttackRow> done))
        {
            Assert.Equal(Rows[..1], done);
            writer.Write(Rows[1], []);
        }
        Assert.Equal(whole, File.ReadAllText(_folder.Log));
    }

    [Fact]
    public void A_log_whose_terms_are_missing_is_refused_however_often_it_is_tried()
    {
        Write(Rows);
        string terms = AttackTerms.FileOf(_folder.Log).Path, before = File.ReadAllText(_folder.Log);
        File.Delete(terms);
        for (int attempt = 0; attempt < 2; attempt++)
            Assert.Contains("are missing", Assert.Throws<BadInputException>(
                () => AttackLogWriter.Open(_folder.Log, Terms, out _)).Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(_folder.Log));
        Assert.False(File.Exists(terms));
    }

    [Fact]
    public void Other_terms_are_refused_with_the_difference()
    {
        Write(Rows);
        foreach ((AttackTerms other, string difference) in new[]
        {
            (Terms with { Data = "cifar10 test" }, "it is about shapes10 test, not cifar10 test"),
            (Terms with { Functions = ["aa"] }, "it is of other functions"),
            (Terms with { Search = "none" }, "its search is 'PGD', not 'none'"),
            (Terms with { Seed = 6 }, "its seed is 5, not 6"),
            (Terms with { Verification = 1 }, "it verifies with n = 1000 at α = 0.001, not with n = 1"),
            (Terms with { CertificateAlpha = 0.01 }, "its certificates have α = 0.001, not 0.01"),
            (Terms with { Routing = "quantile 0.8" }, "its system routes by 'mostVoted', not by 'quantile 0.8'"),
        })
            Assert.Contains(
                difference,
                Assert.Throws<BadInputException>(() => AttackLogWriter.Open(_folder.Log, other, out _)).Message,
                StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4097", "4098")] // its distance is another
    [InlineData("\troute\t", "\t\t\t")]
    [InlineData("idx", "index")]
    [InlineData("\n7\t", "\n3\t")]
    [InlineData("0.1\t", "-0.1\t")]
    public void A_row_that_is_none_is_refused(string from, string to)
    {
        Write(Rows);
        File.WriteAllText(_folder.Log, File.ReadAllText(_folder.Log).Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(
            _folder.Log + ":", Assert.Throws<BadInputException>(() => AttackLog.Read(_folder.Log)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Squared_distances_are_exact_integers()
    {
        byte[] black = new byte[3 * 224 * 224], white = [.. Enumerable.Repeat((byte)255, black.Length)];
        Assert.Equal(9_788_083_200, LevelDistance.Squared(black, white)); // 150528 · 255², beyond 32 bits
        Assert.Equal(25, LevelDistance.Squared([3, 0, 10], [0, 4, 10]));
        Assert.Equal(1, LevelDistance.OfSquared(255 * 255));
        Assert.Equal(255 * 255, LevelDistance.LargestWithin(1));
        Assert.Throws<ArgumentException>(() => LevelDistance.Squared([1], [1, 2]));
    }

    [Fact]
    public void Only_a_counterexample_strictly_inside_the_radius_refutes()
    {
        AttackRow At(
            long squared, double radius) => Rows[0] with { CertifiedRadius = radius,
            Found = Rows[0].Found! with { SquaredLevels = squared } };
        Assert.False(At(255 * 255, 1).IsRefutation);
        Assert.True(At(255 * 255 - 1, 1).IsRefutation);
        Assert.False(Rows[1].IsRefutation);
    }

    // Which images are certified depends on the votes that make certificates false: four false ones of 100 images are
    // what α = .02 allows, though no other image has a certificate.
    [Fact]
    public void Every_image_that_was_to_be_certified_counts_not_those_alone_that_were()
    {
        AttackRow[] rows = [.. Enumerable.Range(0, 4).Select(i => Rows[0] with
        {
            Index = i, CertifiedRadius = 1, Found = Rows[0].Found! with { SquaredLevels = 1 },
            FailureProbability = 0.001,
        })];
        RefutationTest test = RefutationTest.Of(rows, images: 100, certificateAlpha: 0.02);
        Assert.Equal((100, 4, false), (test.Images, test.Refuted.Count, test.Fails));
        // A control: the four that were certified are no sample of n = 4.
        Assert.True(RefutationTest.Of(rows, images: 4, certificateAlpha: 0.02).Fails);
    }

    // 1 − scipy.stats.binom.cdf(k − 1, n, p).
    [Theory]
    [InlineData(500, 0, 0.002, 1.0, false)]
    [InlineData(500, 1, 0.002, 0.63248875, false)]
    [InlineData(20, 3, 0.002, 8.89039e-6, false)]
    [InlineData(20, 4, 0.002, 7.55601e-8, true)]
    [InlineData(2, 2, 0.002, 4e-6, false)]
    [InlineData(3, 3, 0.002, 8e-9, true)]
    public void Refutations_beyond_what_chance_allows_fail(
        int images, int refuted, double alpha, double probability, bool fails)
    {
        RefutationTest test = new(images, [.. Enumerable.Range(0, refuted)], alpha);
        Assert.Equal(probability, test.Probability, probability * 1e-5);
        Assert.Equal(fails, test.Fails);
    }
}
