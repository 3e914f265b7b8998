
namespace Router.Smoothing.Tests.Seeds;

public sealed class SeedSourceTests
{
    private static readonly SeedMessage Message = SeedMessageTests.Sample;

    [Fact]
    public void The_same_question_gets_the_same_seed() => Assert.Equal(
        new SeedSource([1, 2, 3], SeedOrigin.Server).SeedFor(Message),
            new SeedSource([1, 2, 3], SeedOrigin.Server).SeedFor(Message with { }));

    [Fact]
    public void Another_secret_gets_another_seed() => Assert.NotEqual(
        new SeedSource([1, 2, 3], SeedOrigin.Server).SeedFor(Message),
            new SeedSource([1, 2, 4], SeedOrigin.Server).SeedFor(Message));

    // HMAC-SHA256 by Python's hmac, of the eight bytes of 7 and of the text "input".
    [Fact]
    public void A_callers_seed_repeats_its_noise_on_an_input_whatever_is_asked_of_it()
    {
        SeedSource seeds = SeedSource.FromCaller(7);
        Assert.Equal(16134378916771151695UL, seeds.SeedForInput("input"));
        Assert.All(SeedMessageTests.Others, other =>
            Assert.Equal(16134378916771151695UL, seeds.SeedFor(other with { InputHash = "input" })));
    }

    [Fact]
    public void A_secret_gives_no_seed_for_an_input_alone() =>
        Assert.Throws<InvalidOperationException>(() =>
            new SeedSource([1, 2, 3], SeedOrigin.Server).SeedForInput("input"));

    [Fact]
    public void A_callers_seed_says_so() => Assert.Equal(SeedOrigin.Caller, SeedSource.FromCaller(7).Origin);
}
