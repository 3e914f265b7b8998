using Router.Smoothing;
using Tests;

namespace Router.Estimator.Tests;

/// <summary>The fewest samples that could prove a radius.</summary>
public sealed class FewestThatProveTests
{
    private static readonly RoutedClassifier Single = new(Expert("a")),
        Plain = new([Expert("a"), Expert("b")], new Cascade(0.5m)),
        ByClass = new([Expert("a"), Expert("b")], new Cascade(new Thresholds(0.3m, 0.7m)));

    public static TheoryData<RoutedClassifier> Classifiers => new(Single, Plain, ByClass);

    private static Route Expert(string id) => new(id, new ScriptedVoter(id, 1, 60, 40));

    private static CertificationPlan Plan(int n, double alpha) => new(new(10, n), new SampleCounts(10, n), alpha);

    [Theory, MemberData(nameof(Classifiers))]
    public void It_is_the_first_of_all_that_prove_one_whatever_it_starts_from(RoutedClassifier classifier)
    {
        foreach (double alpha in (double[])[0.5, 0.05, 0.001, 1e-9, 1e-100])
        {
            int first = Enumerable.Range(1, 1000).First(n => classifier.RadiusCeiling(Plan(n, alpha)) > 0);
            foreach (int from in (int[])[1, 2, first / 2 + 1, first, first + 1, 5000])
                Assert.Equal(Math.Max(from, first), classifier.FewestThatProve(Plan(from, alpha)));
        }
    }
}
