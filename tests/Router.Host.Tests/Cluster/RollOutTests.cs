using Router.Host.Commands.Serve;
using Tests;

namespace Router.Host.Tests.Cluster;

/// <summary>When a daemon serves its registry anew with workers of another build.</summary>
public sealed class RollOutTests
{
    private readonly ManualClock _clock = new();
    private readonly object _served = new();
    private readonly RollOut _rollOut;

    public RollOutTests() => _rollOut = new(_clock);

    private bool IsDue(string outgrown, object? served = null) => _rollOut.IsDue(served ?? _served, outgrown);

    [Fact]
    public void It_is_due_once_two_looks_agree_and_not_at_once_again()
    {
        Assert.Equal([false, false, true, false], new[] { "", "s025", "s025", "s025" }.Select(one => IsDue(one)));
        Assert.Equal([false, true], new[] { "s025, s050", "s025, s050" }.Select(one => IsDue(one)));
    }

    [Fact]
    public void What_failed_is_tried_again_after_a_while()
    {
        Assert.Equal([false, true], new[] { "s025", "s025" }.Select(one => IsDue(one)));
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(IsDue("s025"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(IsDue("s025"));
        Assert.False(IsDue("s025"));
    }

    [Fact]
    public void Workers_that_become_more_once_more_are_not_those_that_were_asked_for()
    {
        Assert.Equal(
            [false, true, false, false, true],
            new[] { "s025", "s025", "", "s025", "s025" }.Select(one => IsDue(one)));
    }

    [Fact]
    public void What_is_served_since_is_looked_at_anew()
    {
        Assert.Equal([false, true], new[] { "s025", "s025" }.Select(one => IsDue(one)));
        object next = new();
        Assert.Equal([false, true], new[] { "s025", "s025" }.Select(one => IsDue(one, next)));
    }
}
