using Router.Evaluation.Tuning;
using Router.Votes.Noise;

namespace Router.Evaluation.Tests.Tuning;

public sealed class MinimumCutTests
{
    [Fact]
    public void It_is_the_cheapest_of_all_cuts()
    {
        NoiseStream random = new(1, 0);
        for (int graph = 0; graph < 200; graph++)
        {
            const int Nodes = 8;
            int drawn = 0;
            int Draw(int below) => (int)(random.Uniform(graph, drawn++) % (ulong)below);
            (int From, int To)[] edges = [.. Enumerable.Range(0, 16).Select(_ => (Draw(Nodes), Draw(Nodes)))];
            long[] capacities = [.. edges.Select(_ => Draw(5) == 0 ? MinimumCut.Unlimited : (long)Draw(20))];
            (long capacity, bool[] source) = new MinimumCut(Nodes, edges).Of(capacities);
            long cheapest = Enumerable.Range(0, 1 << Nodes).Where(side => (side & 3) == 1).Min(side => Cost(node =>
                (side >> node & 1) == 1));
            if (cheapest >= MinimumCut.Unlimited) continue; // one that must not be cut leads to the sink
            Assert.Equal(cheapest, capacity);
            Assert.Equal(cheapest, Cost(node => source[node]));
            Assert.True(source[0] && !source[1]);

            long Cost(Func<int, bool> isSource) => edges.Zip(capacities)
                .Where(edge => isSource(edge.First.From) && !isSource(edge.First.To))
                .Aggregate(0L, (sum, edge) => Math.Min(MinimumCut.Unlimited, sum + edge.Second));
        }
    }

    [Fact]
    public void It_may_be_asked_again_with_other_capacities()
    {
        MinimumCut cut = new(3, [(0, 2), (2, 1)]);
        Assert.Equal(3, cut.Of([3, 5]).Capacity);
        Assert.Equal(2, cut.Of([7, 2]).Capacity);
    }
}
