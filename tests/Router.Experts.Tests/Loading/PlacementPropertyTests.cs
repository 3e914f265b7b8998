using FsCheck;
using FsCheck.Fluent;
using Router.Experts.Loading;
using Router.Experts.Registry;

namespace Router.Experts.Tests.Loading;

/// <summary>What holds on every machine, over 500 imagined ones from a fixed seed.</summary>
public class PlacementPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261122, 1);

    private sealed record Case(ExpertNeed[] Needs, DeviceOffer[] Offers, PlacementOptions Options)
    {
        public PlacementPlan Plan() => PlacementPlanner.Plan(Needs, Offers, Options);
    }

    private static Arbitrary<Case> Cases()
    {
        Gen<ExpertNeed> need = from memory in Gen.Choose(0, 60)
                               select new ExpertNeed { Id = "", MemoryBytes = memory };
        Gen<DeviceOffer> offer = from total in Gen.Choose(0, 120)
                                 from used in Gen.Choose(0, 100)
                                 from speed in Gen.Elements(0.01, 1.0, 1.0, 2.5)
                                 select new DeviceOffer { Name = "", Kind = "cuda", TotalBytes = total,
                                     FreeBytes = total - total * used / 150, Speed = speed };
        return (from needs in need.ArrayOf()
                from gpus in offer.ArrayOf().Resize(4)
                from cpu in Gen.Choose(0, 1).SelectMany(n => offer.ArrayOf(n))
                from percent in Gen.Choose(1, 100)
                from allowed in Gen.Frequency(
                    (3, Gen.Constant<string[]?>(null)), (1, Gen.Constant<string[]?>(["cuda:1", "cpu", "cuda:0"])))
                select new Case(
                    [.. needs.Take(12).Select((n, i) => n with { Id = $"e{i}", IsRouter = i == 2 })],
                    [.. gpus.Select((g, i) => g with { Name = $"cuda:{i}" }),
                        .. cpu.Select(c => c with { Name = "cpu", Kind = DeviceOffer.Cpu })],
                    new PlacementOptions
                    {
                        Budget = new MemoryLimit.Share(percent / 100m), Allowed = allowed }))
                        .ToArbitrary();
    }

    private static void ForAll(Action<Case, PlacementPlan> holds) =>
        Prop.ForAll(Cases(), imagined => holds(imagined, imagined.Plan())).Check(Fixed);

    [Fact]
    public void No_device_is_ever_over_its_budget() => ForAll((imagined, plan) =>
    {
        foreach (DeviceShare share in plan.Devices)
        {
            DeviceOffer offer = imagined.Offers.Single(offer => offer.Name == share.Device);
            long used = plan.Assignments.Where(assignment => assignment.Device == share.Device)
                .Sum(assignment => imagined.Needs.Single(need => need.Id == assignment.Id).MemoryBytes);
            Assert.True(used <= share.BudgetBytes);
            Assert.True(share.BudgetBytes <= offer.FreeBytes
                && share.BudgetBytes <= imagined.Options.Budget.Of(offer.TotalBytes));
        }
    });

    [Fact]
    public void Every_network_is_placed_or_named_with_what_is_missing() => ForAll((imagined, plan) =>
    {
        Assert.Equal(imagined.Needs.Select(need => need.Id).Order(StringComparer.Ordinal),
            plan.Assignments.Select(assignment => assignment.Id).Concat(plan.Shortfalls.Select(fall => fall.Id))
                .Order(StringComparer.Ordinal));
        Assert.All(plan.Shortfalls, fall => Assert.NotEmpty(fall.Remedy));
    });

    [Fact]
    public void Places_are_allowed() => ForAll((imagined, plan) =>
    {
        foreach (Assignment assignment in plan.Assignments)
        {
            Assert.Contains(imagined.Offers, offer => offer.Name == assignment.Device);
            Assert.True(imagined.Options.Allowed?.Contains(assignment.Device) ?? true);
        }
    });

    [Fact]
    public void Equal_questions_get_equal_plans() => ForAll((imagined, plan) => Assert.Equal(plan, imagined.Plan()));

    [Fact]
    public void No_GPU_idles_while_an_equally_fast_one_holds_two_networks_of_which_one_would_fit() =>
        ForAll((imagined, plan) =>
    {
        foreach (DeviceShare idle in plan.Devices.Where(
            share => share.Device != "cpu" && !plan.Assignments.Any(a => a.Device == share.Device)))
        {
            double speed = imagined.Offers.Single(offer => offer.Name == idle.Device).Speed;
            foreach (DeviceShare busy in plan.Devices.Where(share => share.Device != "cpu"))
            {
                if (imagined.Offers.Single(offer => offer.Name == busy.Device).Speed != speed)
                    continue;
                ExpertNeed[] held = [.. plan.Assignments.Where(a => a.Device == busy.Device)
                    .Select(a => imagined.Needs.Single(need => need.Id == a.Id))];
                if (held.Length >= 2) Assert.DoesNotContain(held, need => need.MemoryBytes <= idle.BudgetBytes);
            }
        }
    });
}
