using Router.Host.Serving.Http;
using Tests;

namespace Router.Host.Tests.Serving.Access;

public sealed class SampleAllowanceTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void What_is_reserved_is_gone_until_time_or_a_refund_brings_it_back()
    {
        SampleAllowance allowance = new(new(600, TimeSpan.FromMinutes(1), 1000), _clock);
        Assert.True(allowance.TryReserve(900, out _));
        Assert.Equal((100, TimeSpan.FromSeconds(90)), allowance.Available);
        Assert.False(allowance.TryReserve(150, out TimeSpan fitsAfter));
        Assert.Equal(TimeSpan.FromSeconds(5), fitsAfter);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(allowance.TryReserve(150, out _));
        allowance.GiveBack(40);
        Assert.Equal(40, allowance.Available.Samples);
        allowance.GiveBack(5000);
        Assert.Equal((1000, TimeSpan.Zero), allowance.Available);
        Assert.False(allowance.TryReserve(1001, out fitsAfter));
        Assert.Equal(TimeSpan.MaxValue, fitsAfter);
    }

    [Fact]
    public void What_takes_longer_to_fill_than_time_can_tell_takes_the_longest_time()
    {
        SampleAllowance allowance = new(new(1, TimeSpan.FromDays(1), AllowanceTerms.Most), _clock);
        Assert.True(allowance.TryReserve(AllowanceTerms.Most, out _));
        Assert.Equal((0, TimeSpan.MaxValue), allowance.Available);
        Assert.False(allowance.TryReserve(AllowanceTerms.Most, out TimeSpan fitsAfter));
        Assert.Equal(TimeSpan.MaxValue, fitsAfter);
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(1, 86_400)]
    [InlineData(999_983, 3600)]
    [InlineData(AllowanceTerms.Most, 86_400)]
    public void However_often_it_is_looked_at_a_period_brings_exactly_its_samples(long samples, int seconds)
    {
        TimeSpan period = TimeSpan.FromSeconds(seconds);
        SampleAllowance allowance = new(new(samples, period, samples), _clock);
        Assert.True(allowance.TryReserve(samples, out _));
        long step = period.Ticks / 1000 - 1;
        for (long passed = 0; passed + step < period.Ticks; passed += step)
        {
            _clock.Advance(TimeSpan.FromTicks(step));
            Assert.False(allowance.TryReserve(samples, out _));
        }
        _clock.Advance(TimeSpan.FromTicks(period.Ticks - (_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks - 1));
        Assert.False(allowance.TryReserve(samples, out TimeSpan fitsAfter));
        Assert.Equal(1, fitsAfter.Ticks);
        _clock.Advance(fitsAfter);
        Assert.True(allowance.TryReserve(samples, out _));
    }

    [Fact]
    public void Other_terms_keep_what_was_saved_as_far_as_they_allow()
    {
        SampleAllowance allowance = new(new(600, TimeSpan.FromMinutes(1), 1000), _clock);
        Assert.True(allowance.TryReserve(400, out _));
        allowance.Become(new(1, TimeSpan.FromDays(1), 2000));
        Assert.Equal(600, allowance.Available.Samples);
        allowance.Become(new(10, TimeSpan.FromSeconds(1), 50));
        Assert.Equal(50, allowance.Available.Samples);
    }

    [Theory]
    [InlineData("samples=600000/min", "600000/min, burst 600000")]
    [InlineData("samples=5/s burst=100", "5/s, burst 100")]
    [InlineData("burst=1 samples=1/day", "1/day, burst 1")]
    [InlineData("samples=2/h", "2/h, burst 2")]
    public void Terms_are_read(string columns, string expected)
    {
        Assert.Null(AllowanceTerms.Read(columns.Split(' '), out AllowanceTerms? terms));
        Assert.Equal(expected, terms!.ToString());
    }

    [Theory]
    [InlineData("samples=0/min")]
    [InlineData("samples=1.5/min")]
    [InlineData("samples=-1/s")]
    [InlineData("samples=1")]
    [InlineData("samples=1/week")]
    [InlineData("samples=1000000000000001/s")]
    [InlineData("samples=1/s samples=2/s")]
    [InlineData("speed=1/s")]
    [InlineData("samples")]
    [InlineData("burst=10")]
    public void Other_terms_are_refused(string columns) =>
        Assert.NotNull(AllowanceTerms.Read(columns.Split(' '), out _));
}
