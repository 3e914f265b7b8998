using Router.Engine.LibTorch;
using Router.Experts.Loading;
using Router.Experts.Registry;

namespace Router.Experts.Tests.Loading;

public class PlacementPlannerTests
{
    private const long GiB = 1L << 30;

    private static readonly PlacementOptions All = new() { Budget = new MemoryLimit.Share(1) };

    private static ExpertNeed Need(string id, double memoryGiB = 1) =>
        new() { Id = id, MemoryBytes = (long)(memoryGiB * GiB) };

    private static ExpertNeed Router() => Need("router") with { IsRouter = true };

    private static DeviceOffer Gpu(int index, double memoryGiB = 16, double speed = 1) =>
        new() { Name = $"cuda:{index}", Kind = "cuda", FreeBytes = (long)(memoryGiB * GiB),
            TotalBytes = (long)(memoryGiB * GiB), Speed = speed };

    private static DeviceOffer Cpu(double memoryGiB = 64, double speed = 0.05) =>
        new() { Name = "cpu", Kind = DeviceOffer.Cpu, FreeBytes = (long)(memoryGiB * GiB),
            TotalBytes = (long)(memoryGiB * GiB), Speed = speed };

    private static string Places(PlacementPlan plan) =>
        string.Join(' ', plan.Assignments.Select(
            assignment => $"{assignment.Id}@{assignment.Device}"));

    [Fact]
    public void Without_a_GPU_everything_lives_on_the_CPU()
    {
        PlacementPlan plan = PlacementPlanner.Plan([Need("a"), Need("b"), Router()], [Cpu()], All);

        Assert.Empty(plan.Shortfalls);
        Assert.Equal("a@cpu b@cpu router@cpu", Places(plan));
        Assert.Equal(new DeviceShare("cpu", 64 * GiB), Assert.Single(plan.Devices));
    }

    [Fact]
    public void Networks_that_take_turns_share_the_room_of_the_largest_beside_those_that_stay()
    {
        ExpertNeed[] needs = [Need("a", 3) with { TakesTurns = true }, Need("b", 2) with { TakesTurns = true },
            Need("c", 5)];
        Assert.Equal("a@cpu b@cpu c@cpu", Places(PlacementPlanner.Plan(needs, [Cpu(8)], All)));
        Shortfall missing = Assert.Single(PlacementPlanner.Plan(needs, [Cpu(7)], All).Shortfalls);
        Assert.Equal("a", missing.Id);
        Assert.StartsWith($"free {GiB} bytes on cpu", missing.Remedy, StringComparison.Ordinal);
        Assert.Equal("a@cuda:0 b@cuda:0 c@cpu", Places(PlacementPlanner.Plan(needs, [Gpu(0, 4), Cpu(8)], All)));
    }

    [Fact]
    public void A_limit_may_be_an_amount_and_what_passes_take_comes_off_it()
    {
        PlacementOptions options = new() { Budget = new MemoryLimit.Amount(3 * GiB) };
        DeviceOffer cpu = Cpu(8) with { WorkingBytes = GiB };

        Assert.Equal(2 * GiB, Assert.Single(PlacementPlanner.Plan([Need("a", 2)], [cpu], options).Devices).BudgetBytes);
        Assert.NotEmpty(PlacementPlanner.Plan([Need("a", 2.5)], [cpu], options).Shortfalls);
        Assert.Equal(0, Assert.Single(PlacementPlanner.Plan([], [cpu with { WorkingBytes = 4 * GiB }], options).Devices)
            .BudgetBytes);
        Assert.Throws<ArgumentException>(
            () => PlacementPlanner.Plan([], [cpu], new PlacementOptions { Budget = new MemoryLimit.Amount(0) }));
    }

    [Fact]
    public void One_GPU_takes_everything_before_the_CPU_takes_anything()
    {
        PlacementPlan plan = PlacementPlanner.Plan([Need("a"), Need("b"), Router()], [Cpu(speed: 100), Gpu(0)], All);

        Assert.Equal("a@cuda:0 b@cuda:0 router@cuda:0", Places(plan));
        Assert.Equal(["cuda:0", "cpu"], plan.Devices.Select(device => device.Device));
    }

    [Fact]
    public void Four_equal_GPUs_share_out_and_the_router_comes_first()
    {
        PlacementPlan plan = PlacementPlanner.Plan(
            [Need("a"), Need("b"), Need("c"), Router()], [Gpu(0), Gpu(1), Gpu(2), Gpu(3)], All);

        Assert.Equal("a@cuda:1 b@cuda:2 c@cuda:3 router@cuda:0", Places(plan));
    }

    [Fact]
    public void A_faster_device_gets_more_work()
    {
        PlacementPlan plan = PlacementPlanner.Plan(
            [Need("a"), Need("b"), Need("c"), Need("d")], [Gpu(0, speed: 1), Gpu(1, speed: 3)], All);

        Assert.Equal("a@cuda:1 b@cuda:1 c@cuda:0 d@cuda:1", Places(plan));
    }

    [Fact]
    public void Ties_go_to_the_first_device_and_the_first_need()
    {
        Assert.Equal("a@cuda:0", Places(PlacementPlanner.Plan([Need("a")], [Gpu(0), Gpu(1)], All)));
        Assert.Equal("a@cuda:1", Places(PlacementPlanner.Plan([Need("a")], [Gpu(1), Gpu(0)], All)));
        Assert.Equal("a@cuda:1", Places(
            PlacementPlanner.Plan([Need("a")], [Gpu(0), Gpu(1)], All with { Allowed = ["cuda:1", "cuda:0"] })));
        Assert.Equal("b@cuda:0 a@cuda:1", Places(PlacementPlanner.Plan([Need("b"), Need("a")], [Gpu(0), Gpu(1)], All)));
    }

    // The fast one takes the small and the large network, which the slow one has no room for, and would idle.
    [Fact]
    public void An_idle_GPU_takes_over_what_makes_both_finish_sooner() =>
        Assert.Equal("small@cuda:1 large@cuda:0 larger@cuda:0", Places(PlacementPlanner.Plan(
            [Need("small"), Need("large", 4), Need("larger", 5)], [Gpu(0, speed: 1.5), Gpu(1, 2, speed: 1)], All)));

    [Fact]
    public void What_fits_on_no_GPU_goes_to_the_CPU()
    {
        PlacementPlan plan = PlacementPlanner.Plan([Need("big", 20), Need("small")], [Gpu(0), Cpu()], All);

        Assert.Equal("big@cpu small@cuda:0", Places(plan));
    }

    [Fact]
    public void The_order_by_memory_is_tried_where_the_order_as_given_does_not_fit()
    {
        // as given the two small ones take a GPU each and the large one is left over
        PlacementPlan plan = PlacementPlanner.Plan(
            [Need("a", 2), Need("b", 2), Need("large", 4)], [Gpu(0, 4), Gpu(1, 4)], All);

        Assert.Equal("a@cuda:1 b@cuda:1 large@cuda:0", Places(plan));
    }

    [Fact]
    public void Too_little_memory_names_the_network_the_device_and_what_is_missing()
    {
        PlacementPlan plan = PlacementPlanner.Plan([Need("a", 3), Need("b", 3)], [Gpu(0, 2), Gpu(1, 4)], All);

        Assert.Equal("a@cuda:1", Places(plan));
        Assert.Equal(
            new Shortfall("b", ShortfallReason.TooLittleMemory,
                "free 1073741824 bytes on cuda:0 or raise its memory limit: b needs 3221225472, 2147483648 of the "
                + "budget of 2147483648 are left; or allow another device, or let networks take turns (load: lazy)"),
            Assert.Single(plan.Shortfalls));
    }

    [Fact]
    public void Without_a_device_every_network_is_named()
    {
        PlacementPlan none = PlacementPlanner.Plan([Need("a"), Need("b")], [], All);
        PlacementPlan forbidden = PlacementPlanner.Plan([Need("a")], [Gpu(0)], All with { Allowed = ["cuda:7"] });

        Assert.Empty(none.Assignments);
        Assert.Equal([("a", ShortfallReason.NoDevice), ("b", ShortfallReason.NoDevice)],
            none.Shortfalls.Select(fall => (fall.Id, fall.Reason)));
        Assert.Equal(ShortfallReason.NoDevice, Assert.Single(forbidden.Shortfalls).Reason);
        Assert.Empty(forbidden.Devices);
    }

    [Fact]
    public void Nothing_to_place_is_a_complete_plan() => Assert.Empty(PlacementPlanner.Plan([], [], All).Shortfalls);

    [Theory]
    [InlineData(0.5, null, 8)]
    [InlineData(0.5, 0.25, 4)]
    [InlineData(1.0, null, 10)] // no more than is free
    public void The_budget_is_a_share_of_the_device_and_never_more_than_is_free(
        double fraction, double? own, long budgetGiB)
    {
        DeviceOffer device = Gpu(0, 16) with { FreeBytes = 10 * GiB,
            Budget = own is { } share ? new MemoryLimit.Share((decimal)share) : null };

        PlacementPlan plan = PlacementPlanner.Plan(
            [Need("a")], [device], new PlacementOptions { Budget = new MemoryLimit.Share((decimal)fraction) });

        Assert.Equal(budgetGiB * GiB, Assert.Single(plan.Devices).BudgetBytes);
    }

    [Fact]
    public void Options_follow_the_registry()
    {
        Assert.Null(PlacementOptions.From(new DevicesConfig()).Allowed);
        PlacementOptions options = PlacementOptions.From(new DevicesConfig { Allowed = [new() { Name = "cpu" }],
            Memory = new MemoryLimit.Share(0.3m) });
        Assert.Equal((new MemoryLimit.Share(0.3m), "cpu"), (options.Budget, Assert.Single(options.Allowed!)));
    }

    [Fact]
    public void Numbers_out_of_range_are_faults_of_the_caller()
    {
        Assert.Throws<ArgumentException>(() => PlacementPlanner.Plan([Need("a"), Need("a")], [Gpu(0)], All));
        Assert.Throws<ArgumentException>(() => PlacementPlanner.Plan([Need("a")], [Gpu(0), Gpu(0)], All));
        Assert.Throws<ArgumentException>(() => PlacementPlanner.Plan([Need("a", memoryGiB: -1)], [Gpu(0)], All));
        Assert.Throws<ArgumentException>(() => PlacementPlanner.Plan([Need("a")], [Gpu(0, speed: 0)], All));
        Assert.Throws<ArgumentException>(
            () => PlacementPlanner.Plan([Need("a")], [Gpu(0) with { FreeBytes = 17 * GiB }], All));
        Assert.Throws<ArgumentException>(
            () => PlacementPlanner.Plan([Need("a")], [Gpu(0)], All with { Budget = new MemoryLimit.Share(0) }));
    }
}
