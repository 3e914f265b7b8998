using System.Globalization;
using Router.Evaluation.Logs;
using Router.Evaluation.Tradeoffs;
using Router.Evaluation.Tuning;
using Tests;

namespace Router.Evaluation.Tests.Tradeoffs;

public sealed class HandMadeLogTests : IDisposable
{
    private readonly StudyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Image 1: only σ = 1 is right, image 2: both are, image 3: σ = .25 abstains and σ = 1 is wrong, image 0: only σ =
    // .25.
    private void TwoExperts()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.5", "1 4 2 0.9", "2 5 5 0.25", "3 6 -1 0.0");
        _folder.Log("sigma_1.00", "0 3 1 1.25", "1 4 4 1.5", "2 5 5 1.0", "3 6 7 2.0");
    }

    [Theory]
    [InlineData("0.25 ", "0.245")]
    [InlineData("1e-05 ", "5E-06")]
    [InlineData("0e99999999999", "0")]
    public void Half_a_unit_of_the_last_digit_is_taken_off_whatever_stands_around_a_radius(string text, string sound)
    {
        PrintedRadii printed = new();
        printed.See(text);
        Assert.Equal(
            double.Parse(sound, CultureInfo.InvariantCulture),
            printed.Sound(double.Parse(text, CultureInfo.InvariantCulture)), 1e-12);
    }

    [Theory]
    [InlineData("run.json", true)]
    [InlineData("sigma_0.25", true)]
    [InlineData("sigma_0.25.counts.tsv", true)]
    [InlineData("sigma_0.25.run.json", true)]
    [InlineData("s100.votes", true)]
    [InlineData("s100.votes.json", true)]
    [InlineData("study.json", false)]
    public void What_is_read_or_belongs_to_it_is_not_written_over(string file, bool isRead)
    {
        TwoExperts();
        _folder.Text("s100.votes.json", "{}");
        SourceFiles files = new([_folder.Path]);
        Assert.Equal(isRead, files.Has(Path.Combine(_folder.Path, file)));
        TuningRequest tuning = new([(_folder.Path, "s100")]);
        Assert.Equal(file.StartsWith("s100", StringComparison.Ordinal), tuning.Reads(Path.Combine(_folder.Path, file)));
    }

    [Fact]
    public void Singles_oracle_and_envelope_count_the_right_class_with_a_radius_from_r_on()
    {
        TwoExperts();
        TradeoffDocument study = _folder.Study();
        Assert.Equal(
            ["s025", "s100", "s025+s100 oracle", "s025+s100 best single"], study.Systems.Select(system => system.Name));
        Assert.Equal([0.5, 0.5, 0.25, 0.0], new[] { 0, 0.25, 0.5, 0.75 }.Select(study.System("s025").At));
        Assert.Equal([0.5, 0.5, 0.5, 0.25, 0.0], new[] { 0, 0.25, 1, 1.25, 1.75 }.Select(study.System("s100").At));
        Assert.Equal(
            [0.75, 0.75, 0.75, 0.5, 0.25], new[] { 0, 0.25, 0.5, 1, 1.5 }.Select(study.System("s025+s100 oracle").At));
        Assert.Equal(
            [0.5, 0.5, 0.5, 0.5, 0.25],
            new[] { 0, 0.25, 0.5, 1, 1.5 }.Select(study.System("s025+s100 best single").At));
        Assert.Equal<(double?, double?)>((0.25, 0.0), (study.System("s025").Abstained, study.System("s100").Abstained));
        Assert.Equal<(double?, double?)>(
            (0.75 / 4, 2.5 / 4), (study.System("s025").MeanRadius, study.System("s100").MeanRadius));
        Assert.Equal((2.5, null), (study.System("s100").Cost.Seconds, study.System("s100").Cost.Samples));
        Assert.Equal(["certificate", "certificate", "bound", "bound"], study.Systems.Select(system => system.Standing));
        Assert.Equal([("s025", 0.25m), ("s100", 1m)], study.Networks.Select(network => (network.Id, network.Sigma)));
    }

    [Fact]
    public void A_radius_on_the_grid_counts_there_and_one_printed_below_it_does_not()
    {
        _folder.Log("sigma_0.25", "0 1 1 0.25", "1 1 1 0.249", "2 1 1 0.0", "3 1 -1 0.0");
        StudySystem alone = _folder.Study().System("s025");
        // Cohen's logs print 0.0 for small radii that were certified
        Assert.Equal([0.75, 0.25], new[] { 0, 0.25 }.Select(alone.At));
    }

    [Fact]
    public void Images_missing_from_a_log_are_reported_and_the_common_ones_used()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.5", "2 5 5 0.25");
        _folder.Log("sigma_1.00", "0 3 1 1.25", "1 4 4 1.5", "2 5 5 1.0");
        TradeoffDocument study = _folder.Study();
        Assert.Equal([0, 2], study.Images.Select(image => image.Index));
        Assert.Contains("s025 lacks 1 of 3 images (1): the 2 that all have are used.", study.Caveats);
        Assert.Equal(0.5, study.System("s100").At(1));
    }

    [Fact]
    public void Windows_line_ends_and_a_row_that_was_cut_off_are_read_for_what_they_are()
    {
        _folder.Text("sigma_0.50",
            "idx\tlabel\tpredict\tradius\tcorrect\ttime\r\n"
            + "0\t1\t1\t0.5\t1\t1.5\r\n1\t1\t1\t0.75\t1\t1.5\r\n2\t1\t1\t0.7");
        TradeoffDocument study = _folder.Study();
        Assert.Equal([0, 1], study.Images.Select(image => image.Index));
        Assert.Contains(study.Caveats, caveat => caveat.Contains("its last row was cut off", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0 3 3 0.5|0 3 3 0.5", ":3: image 0 stands twice")]
    [InlineData("0 3 x 0.5", ":2: predict 'x': expected a whole number")]
    [InlineData("0 3 3 -0.5", ":2: radius '-0.5': expected a radius")]
    public void A_damaged_log_is_refused_with_file_and_line(string rows, string problem)
    {
        string path = _folder.Log("sigma_0.25", rows.Split('|'));
        Assert.StartsWith(
            path + problem, Assert.Throws<BadInputException>(() => _folder.Study()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_log_is_refused_by_name()
    {
        string path = _folder.Log("sigma_0.25");
        Assert.Equal(
            $"{path}: the log holds no image", Assert.Throws<BadInputException>(() => _folder.Study()).Message);
        string empty = _folder.Text("other/empty", "");
        Assert.Contains(
            $"{empty} is no certification log",
            Assert.Throws<BadInputException>(() => _folder.Study(null, empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_that_disagree_about_a_label_are_not_about_the_same_data()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.5", "7 5 5 0.25");
        _folder.Log("sigma_1.00", "0 3 3 0.5", "7 4 5 0.25");
        Assert.Equal(
            "image 7 is of class 5 in the log of s025 and of class 4 in that of s100: they are not about the same data",
            Assert.Throws<BadInputException>(() => _folder.Study()).Message);
    }

    [Fact]
    public void Logs_without_a_common_image_make_no_study()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.5");
        _folder.Log("sigma_1.00", "1 3 3 0.5");
        Assert.Contains(
            "no image is in all of s025, s100", Assert.Throws<BadInputException>(() => _folder.Study()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_whose_name_says_no_sigma_is_refused_unless_the_user_says_it()
    {
        string path = _folder.Log("mine", "0 3 3 0.5");
        Assert.Contains(
            "give it as --log ID@SIGMA=", Assert.Throws<BadInputException>(() => _folder.Study()).Message,
            StringComparison.Ordinal);
        TradeoffDocument study = _folder.Study(
            request => request with { Material = request.Material with { Logs = [new("small", 0.25m, path)] } });
        Assert.Equal("small", Assert.Single(study.Networks).Id);
    }

    [Fact]
    public void Two_logs_of_one_sigma_need_names_of_their_own()
    {
        _folder.Log("a/sigma_0.25", "0 3 3 0.5");
        _folder.Log("b/sigma_0.25", "0 3 3 0.5");
        Assert.Contains(
            "there are two sources for expert s025", Assert.Throws<BadInputException>(() => _folder.Study()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_source_is_named_with_its_hash()
    {
        _folder.Log("sigma_0.25", "0 3 3 0.5");
        StudySource source = Assert.Single(_folder.Study().Sources);
        Assert.Equal(("sigma_0.25", "s025", 1), (source.Path, source.Network, source.Images));
        Assert.Matches("^[0-9a-f]{64}$", source.Sha256);
    }

    [Fact]
    public void Every_subset_up_to_ten_experts_is_a_mix_and_beyond_they_are_named()
    {
        for (int k = 1; k <= 11; k++)
            _folder.Log($"sigma_{k / 10m:0.00}", "0 3 3 0.5");
        Assert.Contains(
            "name mixes", Assert.Throws<BadInputException>(() => _folder.Study()).Message, StringComparison.Ordinal);
        TradeoffDocument named = _folder.Study(request => request with { Mixes = [["s010", "s110"]] });
        Assert.Equal(11 + 2, named.Systems.Length);
        File.Delete(Path.Combine(_folder.Path, "sigma_1.10"));
        Assert.Equal(10 + 2 * (1024 - 10 - 1), _folder.Study().Systems.Length);
        Assert.Contains("no expert 's999'", Assert.Throws<BadInputException>(
            () => _folder.Study(request => request with { Mixes = [["s999"]] })).Message, StringComparison.Ordinal);
    }

    // Recomputed from the published logs with another program (formats, section 1 of the design documents).
    [Fact]
    public void The_published_logs_give_the_published_figures()
    {
        string logs = Reference.Shared("logs/cohen/cifar10");
        TradeoffDocument study = _folder.Study(request => request with { Wanted = image => image % 20 == 0 }, logs);
        Assert.Equal([0.600, 0.428, 0.258], new[] { 0.25, 0.5, 0.75 }.Select(study.System("s025").At));
        Assert.Equal([0.544, 0.414, 0.320, 0.232], new[] { 0.25, 0.5, 0.75, 1 }.Select(study.System("s050").At));
        Assert.Equal([0.390, 0.336, 0.278, 0.212], new[] { 0.25, 0.5, 0.75, 1 }.Select(study.System("s100").At));
        Assert.Equal(500, study.Images.Length);
    }

    [Fact]
    public void A_published_log_that_lacks_images_is_joined_with_those_that_have_them()
    {
        TradeoffDocument study = _folder.Study(null, Reference.Shared("logs/cohen/imagenet"));
        Assert.Equal(427, study.Images.Length);
        Assert.Contains(
            study.Caveats, caveat => caveat.StartsWith("s025 lacks 73 of 500 images (", StringComparison.Ordinal));
    }
}
