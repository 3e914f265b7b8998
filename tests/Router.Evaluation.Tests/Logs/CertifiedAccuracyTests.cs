using Router.Evaluation.Logs;
using Tests;

namespace Router.Evaluation.Tests.Logs;

public sealed class CertifiedAccuracyTests
{
    // Right at .25, right at .5, wrong at .9, abstained, right at .5 less half a unit of its last digit.
    private static readonly LogRow[] Rows =
    [
        new(0, 3, 3, 0.25, 1), new(1, 4, 4, 0.5, 1), new(2, 5, 6, 0.9, 1), new(3, 7, null, 0, 1),
        new(4, 8, 8, 0.4999, 1),
    ];

    [Theory]
    [InlineData(0, 0.6)]
    [InlineData(0.25, 0.6)]
    [InlineData(0.2501, 0.4)]
    [InlineData(0.5, 0.2)]
    [InlineData(0.51, 0)]
    public void Certified_accuracy_counts_right_answers_with_a_radius_of_r_or_more(double radius, double expected) =>
        Assert.Equal(expected, CertifiedAccuracy.At(Rows, radius));

    [Fact]
    public void The_average_radius_counts_wrong_answers_as_zero() =>
        Assert.Equal((0.25 + 0.5 + 0.4999) / 5, CertifiedAccuracy.AverageRadius(Rows), 1e-15);

    [Fact]
    public void Abstention_is_the_share_without_an_answer() => Assert.Equal(0.2, CertifiedAccuracy.Abstention(Rows));

    // docs/formats.md, section 1: recomputed from Cohen et al.'s published logs, every 20th image, radius ≥ r.
    [Theory]
    [InlineData("0.25", 0.600, 0.428, 0.258)]
    [InlineData("0.50", 0.544, 0.414, 0.320, 0.232)]
    [InlineData("1.00", 0.390, 0.336, 0.278, 0.212)]
    public void The_published_logs_give_the_known_figures(string sigma, params double[] expected)
    {
        CertificationLog log =
            CertificationLogReader.Read(Reference.Shared($"logs/cohen/cifar10/resnet110/noise_{sigma}/sigma_{sigma}"));
        Assert.Equal(10_000, log.Rows.Count);
        Assert.Null(log.CutOff);
        LogRow[] protocol = [.. log.Rows.Where(row => row.Index % 20 == 0)];
        Assert.Equal(500, protocol.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], CertifiedAccuracy.At(protocol, 0.25 * (i + 1)));
    }
}
