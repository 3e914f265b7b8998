
namespace Router.Smoothing.Tests.Certificates;

/// <summary>
/// Simulated runs of a procedure that may fail with probability α = .05. The limits are quantiles of Bin(runs, .05)
/// (scipy.stats.binom.isf and ppf at 1e-6): were the seeds not fixed, a right procedure at exactly α would trip each
/// test with probability ≤ 1e-6.
/// </summary>
internal static class Trials
{
    public const double Alpha = 0.05;

    /// <summary>Runs of a simulation that draws counts.</summary>
    public const int Runs = 100_000;

    /// <summary>
    /// More failures than this show that the failure probability is above α: P[Bin(100 000, .05) > 5331] ≤ 1e-6.
    /// </summary>
    public const int Most = 5331;

    /// <summary>Fewer failures than this show that it is below α: P[Bin(100 000, .05) &lt; 4676] ≤ 1e-6.</summary>
    public const int Fewest = 4676;

    /// <summary>Runs of a simulation that draws every noise sample.</summary>
    public const int NoisyRuns = 10_000;

    /// <summary>P[Bin(10 000, .05) > 607] ≤ 1e-6.</summary>
    public const int MostNoisy = 607;

    /// <summary>P[Bin(10 000, .05) &lt; 400] ≤ 1e-6.</summary>
    public const int FewestNoisy = 400;

    public static int Count(int runs, Func<int, bool> fails)
    {
        int failures = 0;
        for (int run = 0; run < runs; run++)
            if (fails(run)) failures++;
        return failures;
    }
}
