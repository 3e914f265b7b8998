namespace Router.Smoothing.Tests.Seeds;

public sealed class SeedSourceTests
{
    private static readonly GridInput Input = new(new byte[] { 1, 2 }, 2);
    private static readonly FunctionId[] Functions = [FunctionId.Of([new("name", "toy")])];
    private static readonly AlphaLedger Ledger = AlphaLedger.Single(0.001);

    [Fact]
    public void The_same_question_gets_the_same_seed() =>
        Assert.Equal(
            new SeedSource([1, 2, 3], SeedOrigin.Server).SeedFor(Input, Functions, Ledger),
            new SeedSource([1, 2, 3], SeedOrigin.Server).SeedFor(Input, Functions, Ledger));

    [Fact]
    public void Another_secret_input_function_or_ledger_gets_another_seed()
    {
        SeedSource seeds = new([1, 2, 3], SeedOrigin.Server);
        ulong[] all =
        [
            seeds.SeedFor(Input, Functions, Ledger),
            new SeedSource([1, 2, 4], SeedOrigin.Server).SeedFor(Input, Functions, Ledger),
            seeds.SeedFor(new(new byte[] { 1, 3 }, 2), Functions, Ledger),
            seeds.SeedFor(Input, [FunctionId.Of([new("name", "another")])], Ledger),
            seeds.SeedFor(Input, Functions, AlphaLedger.Single(0.002)),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void A_callers_seed_repeats_its_noise_for_any_function_and_ledger() =>
        Assert.Equal(
            SeedSource.FromCaller(7).SeedFor(Input, Functions, Ledger),
            SeedSource.FromCaller(7).SeedFor(Input, [FunctionId.Of([new("name", "another")])], AlphaLedger.Dual(0.01)));

    [Fact]
    public void A_callers_seed_says_so() => Assert.Equal(SeedOrigin.Caller, SeedSource.FromCaller(7).Origin);
}
