using FsCheck;
using FsCheck.Fluent;
using Router.Cluster.Dispatch;
using Router.Votes;

namespace Router.Cluster.Tests.Dispatch;

public class RangeSplitterTests
{
    private static readonly DispatchOptions Options = new();

    private static SampleRange[] Split(long from, long to, int batch, int lanes, double secondsPerSample) =>
        RangeSplitter.Split(new(from, to), batch, lanes, secondsPerSample, Options);

    [Fact]
    public void Ranges_are_the_samples_that_were_asked_for_in_whole_batches_of_a_tenth_to_one_second() => Prop.ForAll(
        (from start in Gen.Choose(0, 1000)
         from count in Gen.Choose(1, 200_000)
         from batch in Gen.Choose(1, 512)
         from lanes in Gen.Choose(0, 1000)
         from speed in Gen.Elements(1e-6, 1e-4, 1e-3, .01, 1)
         select (start, count, batch, lanes, speed)).ToArbitrary(),
        asked =>
        {
            (int start, int count, int batch, int lanes, double speed) = asked;
            SampleRange[] ranges = Split(start, start + count, batch, lanes, speed);
            Assert.Equal((start, start + count), (ranges[0].From, ranges[^1].To));
            Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
            Assert.All(ranges[..^1], range => Assert.Equal(0, range.Count % batch));
            Assert.All(ranges[..^1], range => Assert.InRange(range.Count * speed, .1, 1 + batch * speed));
            Assert.InRange(ranges[^1].Count, 1, ranges[0].Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261129, 1));

    [Fact]
    public void Lanes_get_two_even_parts_each_where_those_are_work_enough() =>
        Assert.Equal(Enumerable.Repeat(250L, 16), Split(0, 4000, 50, 8, .001).Select(range => range.Count));

    [Fact]
    public void What_is_little_work_stays_together() => Assert.Equal([new(0, 90)], Split(0, 90, 10, 8, .001));

    [Fact]
    public void Before_anybody_has_voted_a_range_is_a_batch() =>
        Assert.Equal([new(5, 15), new(15, 25), new(25, 28)], Split(5, 28, 10, 3, 0));
}
