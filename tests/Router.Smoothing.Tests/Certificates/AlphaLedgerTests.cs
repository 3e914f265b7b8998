
namespace Router.Smoothing.Tests.Certificates;

public sealed class AlphaLedgerTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_ledger_refuses_an_alpha_outside_zero_to_one(double alpha) =>
        Assert.Throws<ArgumentException>(() => AlphaLedger.Single(alpha));

    [Fact]
    public void A_dual_ledger_splits_alpha_in_halves()
    {
        AlphaLedger ledger = AlphaLedger.Dual(0.001);
        Assert.Equal((0.0005, 0.0005), (ledger[AlphaLedger.Router], ledger[AlphaLedger.Expert]));
    }

    [Fact]
    public void Shares_beyond_the_total_are_refused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => AlphaLedger.Of(0.001, new AlphaShare("router", 0.0006), new AlphaShare("expert", 0.0005)));
        Assert.Contains("more than the total 0.001", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shares_that_are_decimal_fractions_of_alpha_are_accepted()
    {
        AlphaLedger ledger = AlphaLedger.Of(
            0.001, new("a", 0.00045), new("b", 0.00045), new("c", 0.00005), new AlphaShare("d", 0.00005));
        Assert.Equal(4, ledger.Shares.Length);
    }

    [Fact]
    public void A_share_named_twice_or_not_positive_is_refused()
    {
        Assert.Throws<ArgumentException>(() => AlphaLedger.Of(0.1, new("a", 0.01), new AlphaShare("a", 0.02)));
        Assert.Throws<ArgumentException>(() => AlphaLedger.Of(0.1, new AlphaShare("a", 0)));
    }

    [Fact]
    public void A_bound_without_a_share_may_not_be_used() =>
        Assert.Throws<KeyNotFoundException>(() => AlphaLedger.Single(0.01)[AlphaLedger.Router]);
}
