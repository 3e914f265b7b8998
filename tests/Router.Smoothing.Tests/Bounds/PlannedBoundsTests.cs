using Router.Smoothing.Bounds;
using Router.Votes;

namespace Router.Smoothing.Tests.Bounds;

public class PlannedBoundsTests
{
    [Fact]
    public void A_fixed_count_bound_is_Clopper_Pearson_s_at_its_count_and_refuses_every_other()
    {
        FixedCountBound bound = new(100, 0.001);
        Assert.Equal(ClopperPearson.Lower(90, 100, 0.001), bound.Lower(90, 100));
        Assert.Equal(ClopperPearson.Upper(90, 100, 0.001), bound.Upper(90, 100));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => bound.Lower(45, 50));
        Assert.Contains("registered for 100 draws and holds at no other number, got 50", refusal.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => bound.Upper(45, 101));
        Assert.Throws<ArgumentOutOfRangeException>(() => bound.Lower(101, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => bound.Upper(101, 100));
    }

    [Fact]
    public void A_schedule_splits_alpha_over_its_looks_and_refuses_a_look_that_is_not_listed()
    {
        LookSchedule schedule = new([100, 1000, 10_000], 0.003);
        Assert.Equal(ClopperPearson.Lower(900, 1000, 0.001), schedule.Lower(900, 1000));
        Assert.Equal(ClopperPearson.Upper(900, 1000, 0.001), schedule.Upper(900, 1000));
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => schedule.Lower(450, 500));
        Assert.Contains("500 draws are not one of the registered looks 100, 1000, 10000", refusal.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Looks_that_do_not_rise_or_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new LookSchedule([], 0.05));
        Assert.Throws<ArgumentException>(() => new LookSchedule([100, 100], 0.05));
        Assert.Throws<ArgumentException>(() => new LookSchedule([200, 100], 0.05));
        Assert.Throws<ArgumentException>(() => new LookSchedule([0, 100], 0.05));
    }

    [Fact]
    public void An_undecided_vote_is_a_failure_below_and_a_success_above()
    {
        VoteCounts votes = new([60, 30], 10, new(0, 100), FunctionId.Of([]));
        FixedCountBound bound = new(100, 0.001);
        Assert.Equal(bound.Lower(60, 100), bound.Lower(votes, 0));
        Assert.Equal(bound.Upper(70, 100), bound.Upper(votes, 0));
    }

    [Fact]
    public void A_running_bound_keeps_the_best_look_and_where_it_was()
    {
        BetaMixture sequence = new(0.05);
        RunningBound running = new(sequence, BoundSide.Lower), above = new(sequence, BoundSide.Upper);
        Assert.Equal(Probability.Zero, running.Value);
        running.Look(90, 100);
        Assert.Equal(sequence.Lower(90, 100), running.Look(90, 130));
        Assert.Equal((90, 100), (running.DecidingSuccesses, running.DecidingDraws));
        Assert.Equal(Probability.One, above.Value);
        above.Look(10, 100);
        Assert.Equal(sequence.Upper(10, 100), above.Look(40, 130));
        Assert.Equal((10, 100), (above.DecidingSuccesses, above.DecidingDraws));
    }

    [Fact]
    public void A_running_bound_refuses_counts_that_do_not_continue_the_last_ones()
    {
        RunningBound running = new(new BetaMixture(0.05), BoundSide.Lower);
        running.Look(90, 100);
        Assert.Throws<ArgumentException>(() => running.Look(89, 110));
        Assert.Throws<ArgumentException>(() => running.Look(95, 100));
        Assert.Throws<ArgumentException>(() => running.Look(50, 60));
    }

    [Fact]
    public void Only_a_simultaneous_bound_can_run()
    {
        Assert.False(typeof(FixedCountBound).IsAssignableTo(typeof(SimultaneousBound)));
        Assert.Equal(typeof(SimultaneousBound),
            typeof(RunningBound).GetConstructors().Single().GetParameters()[0].ParameterType);
    }
}
