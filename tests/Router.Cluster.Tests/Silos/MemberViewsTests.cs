using Router.Cluster.Silos;
using Tests;

namespace Router.Cluster.Tests.Silos;

public class MemberViewsTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(90);

    private readonly ManualClock _clock = new();
    private readonly MemberViews _views, _others;

    public MemberViewsTests() => (_views, _others) = (new(_clock, Moment), new(_clock, Moment));

    [Fact]
    public void Members_that_see_the_same_have_the_same_view_whatever_the_order()
    {
        _views.See(["a", "b", "c"]);
        _others.See(["c", "a", "b"]);
        Assert.Equal(_views.Own, _others.Own);
        _others.See(["a", "b"]);
        Assert.NotEqual(_views.Own, _others.Own);
    }

    [Fact]
    public void A_member_that_goes_on_seeing_others_is_news_after_a_moment_and_no_more_once_it_sees_the_same()
    {
        _views.See(["a", "b"]);
        _others.See(["b"]);
        _views.Said("b", _others.Own);
        _clock.Advance(Moment - TimeSpan.FromSeconds(1));
        _views.Said("b", _others.Own);
        Assert.Empty(_views.Differing);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["b"], _views.Differing);
        _views.Said("b", _views.Own);
        Assert.Empty(_views.Differing);
    }

    [Fact]
    public void Who_agreed_in_between_who_left_and_who_says_nothing_is_no_news()
    {
        _views.See(["a", "b", "c", "d"]);
        foreach (string member in (string[])["b", "c"]) _views.Said(member, "another");
        _views.Said("d", "");
        _clock.Advance(Moment);
        _views.Said("b", _views.Own);
        _views.Said("b", "another");
        _views.Left("c");
        Assert.Empty(_views.Differing);
    }
}
