using System.Globalization;
using Router.Host.Cli;

namespace Router.Host.Tests.Cluster;

/// <summary>
/// Faults one after another, drawn from a seed, while images are certified: records are those of one process.
/// </summary>
public sealed class ClusterRandomFaultTests(ManyImages single) : IClassFixture<ManyImages>
{
    /// <summary>Three of them; bench/cluster-faults asks for others.</summary>
    public static TheoryData<int> Seeds
    {
        get
        {
            string[] asked = (Surroundings.OfProcess().Variable("DUALRS_FAULT_SEEDS") ?? "0-2").Split('-');
            int first = int.Parse(asked[0], CultureInfo.InvariantCulture);
            return [.. Enumerable.Range(first, 1 + int.Parse(asked[1], CultureInfo.InvariantCulture) - first)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Records_are_those_of_one_process_whatever_befalls(int seed)
    {
        using RandomFaults run = new(seed, single);
        await run.CertifyAsync();
        Assert.True((single.Records, single.Counts) == (run.Records, run.Counts), run.Story);
    }
}
