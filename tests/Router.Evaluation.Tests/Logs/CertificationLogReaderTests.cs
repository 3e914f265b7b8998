using Router.Evaluation.Logs;

namespace Router.Evaluation.Tests.Logs;

public sealed class CertificationLogReaderTests
{
    private const string Header = "idx\tlabel\tpredict\tradius\tcorrect\ttime\n";

    private static CertificationLog Read(string text) =>
        CertificationLogReader.Read(new StringReader(text), "some.tsv");

    private static string Refusal(string text) => Assert.Throws<BadInputException>(() => Read(text)).Message;

    [Fact]
    public void Cohens_columns_become_a_row()
    {
        LogRow row = Assert.Single(Read(Header + "20\t7\t7\t0.617\t1\t0:00:14.172309\n").Rows);
        Assert.Equal(
            (20, 7, 7, 0.617, 14.172309, true),
            (row.Index, row.Label, row.Predicted, row.Radius, row.Seconds, row.IsCorrect));
        Assert.Null(row.Routed);
    }

    [Fact]
    public void A_prediction_of_minus_one_is_an_abstention_and_never_correct()
    {
        LogRow row = Assert.Single(Read(Header + "0\t7\t-1\t0.0\t0\t0:00:01\n").Rows);
        Assert.Null(row.Predicted);
        Assert.False(row.IsCorrect);
    }

    [Theory]
    [InlineData("0:00:14.172309", 14.172309)]
    [InlineData("0:02:05", 125)]
    [InlineData("1:00:00.5", 3600.5)]
    [InlineData("24:00:00", 86_400)]
    [InlineData("100:00:01", 360_001)]
    [InlineData("1 day, 1:00:00", 90_000)]
    [InlineData("2 days, 0:00:00.250000", 172_800.25)]
    [InlineData("14.172309", 14.172309)]
    [InlineData("14", 14)]
    [InlineData("1e-3", 0.001)]
    public void Time_is_hours_minutes_seconds_or_seconds(string time, double seconds) =>
        Assert.Equal(seconds, Assert.Single(Read(Header + $"0\t1\t1\t0.1\t1\t{time}\n").Rows).Seconds);

    // Three significant digits; three decimals; what Python prints of tiny ones.
    [Theory]
    [InlineData("0.617 0.0123 1.52 0.5 0.0", "0.6165 0.01225 1.515 0.4995 0")]
    [InlineData("0.617 0.012 1.524 0.5 0.000", "0.6165 0.0115 1.5235 0.4995 0")]
    [InlineData("0.617 2.68e-05", "0.6165 2.675e-05")]
    [InlineData("0.617 0.002 0.123456", "0.6169995 0.0019995 0.1234555")]
    public void A_radius_that_another_program_printed_keeps_a_sound_one_half_a_unit_of_its_last_digit_below(
        string printed, string sound)
    {
        string[] radii = printed.Split(' ');
        LogRow[] rows =
            [.. Read(Header + string.Concat(radii.Select((radius, i) => $"{i}\t1\t1\t{radius}\t1\t0:00:01\n"))).Rows];
        double[] expected =
            [.. sound.Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
        foreach ((LogRow row, double value) in rows.Zip(expected))
            Assert.Equal(value, row.SoundRadius, 1e-15);
        Assert.Equal(
            radii.Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
            rows.Select(row => row.Radius));
    }

    [Fact]
    public void A_radius_below_zero_by_its_sign_alone_is_zero()
    {
        LogRow row = Assert.Single(Read(Header + "0\t1\t-1\t-0.0\t0\t1\n").Rows);
        Assert.False(double.IsNegative(row.Radius));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Lines_end_either_way(string end) =>
        Assert.Equal([0, 20], Read((Header + "0\t1\t1\t0.1\t1\t0:00:01\n20\t1\t1\t0.1\t1\t0:00:01\n")
            .Replace("\n", end, StringComparison.Ordinal)).Rows.Select(row => row.Index));

    [Fact]
    public void Columns_are_found_by_name()
    {
        LogRow row = Assert.Single(Read("radius\tnote\tpredict\tlabel\tidx\n0.25\tx\t3\t4\t60\n").Rows);
        Assert.Equal((60, 4, 3, 0.25, 0), (row.Index, row.Label, row.Predicted, row.Radius, row.Seconds));
    }

    [Fact]
    public void A_last_row_without_its_line_end_does_not_count_however_whole_it_looks()
    {
        CertificationLog log = Read(Header + "0\t1\t1\t0.1\t1\t0:00:01\n20\t1\t1\t0.123\t1\t0:00:01");
        Assert.Equal(0, Assert.Single(log.Rows).Index);
        Assert.Equal("20\t1\t1\t0.123\t1\t0:00:01", log.CutOff);
    }

    [Fact]
    public void A_header_alone_is_a_log_without_rows() => Assert.Empty(Read(Header).Rows);

    [Theory]
    [InlineData("", "some.tsv:1: the log is empty")]
    [InlineData("idx\tlabel\tpredict\n", "some.tsv:1: no column radius")]
    [InlineData("idx\tlabel\tpredict\tradius\tidx\n", "some.tsv:1: column 'idx' stands twice")]
    [InlineData(Header + "0\t1\t1\t0.1\n", "some.tsv:2: 4 fields, but the header names 6")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\t1\t9\n", "some.tsv:2: 7 fields")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\t1\n0\t1\t1\t0.1\t1\t1\n", "some.tsv:3: image 0 stands twice")]
    [InlineData(Header + "zero\t1\t1\t0.1\t1\t1\n", "some.tsv:2: idx 'zero'")]
    [InlineData(Header + "-1\t1\t1\t0.1\t1\t1\n", "some.tsv:2: idx '-1'")]
    [InlineData(Header + "0\t1.0\t1\t0.1\t1\t1\n", "some.tsv:2: label '1.0'")]
    [InlineData(Header + "0\t1\t-2\t0.1\t1\t1\n", "some.tsv:2: predict '-2'")]
    [InlineData(Header + "0\t1\t1\t-0.1\t1\t1\n", "some.tsv:2: radius '-0.1'")]
    [InlineData(Header + "0\t1\t1\t1e300\t1\t1\n", "some.tsv:2: radius '1e300': expected a radius from 0 to 1000000")]
    [InlineData(Header + "0\t1\t1\tnan\t1\t1\n", "some.tsv:2: radius 'nan'")]
    [InlineData(Header + "0\t1\t1\t0,1\t1\t1\n", "some.tsv:2: radius '0,1'")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\tsoon\n", "some.tsv:2: time 'soon'")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\t-1\n", "some.tsv:2: time '-1'")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\tInfinity\n", "some.tsv:2: time 'Infinity'")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\t0:61:00\n", "some.tsv:2: time '0:61:00'")]
    [InlineData(Header + "0\t1\t1\t0.1\t1\t1\n\n1\t1\t1\tx\t1\t1\n", "some.tsv:4: radius 'x'")]
    public void What_is_wrong_is_named_with_file_and_line(string text, string message) =>
        Assert.StartsWith(message, Refusal(text), StringComparison.Ordinal);
}
