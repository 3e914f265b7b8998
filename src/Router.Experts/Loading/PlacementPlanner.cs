using Router.Engine;

namespace Router.Experts.Loading;

/// <summary>Decides which network lives on which device. A pure function: equal questions get equal plans.</summary>
internal static class PlacementPlanner
{
    /// <summary>
    /// Plans. Networks go to GPUs before the CPU, to the device that would finish soonest, and among equals to the
    /// first in order. Where their order leaves something without a place, or on the CPU, the order by memory is tried
    /// too. Both are greedy: with memory nearly full a better packing may exist.
    /// </summary>
    /// <exception cref="ArgumentException">A number is out of its range, or two ids or names are equal.</exception>
    public static PlacementPlan Plan(
        IReadOnlyList<ExpertNeed> needs, IReadOnlyList<DeviceOffer> offers, PlacementOptions options)
    {
        PlacementGuard.Check(needs, offers, options);
        PlacementDraft asGiven = Draft(byMemory: false);
        if (asGiven.Unplaced == 0 && asGiven.OnCpu == 0)
            return Finish(asGiven);
        PlacementDraft largestFirst = Draft(byMemory: true);
        return Finish(Compare(asGiven, largestFirst) <= 0 ? asGiven : largestFirst);

        PlacementDraft Draft(bool byMemory)
        {
            PlacementDraft draft = new(needs, Candidates(offers, options));
            draft.PlaceAll(byMemory);
            draft.WakeIdle();
            draft.PlaceAll(byMemory); // a move may have made room
            return draft;
        }

        PlacementPlan Finish(PlacementDraft draft)
        {
            return new PlacementPlan
            {
                Assignments =
                [
                    .. needs.Where(need => draft.PlaceOf(need.Id) is not null)
                        .Select(need => new Assignment(need.Id, draft.PlaceOf(need.Id)!.Offer.Name)),
                ],
                Devices = draft.Devices.Select(device => new DeviceShare(
                    device.Offer.Name, device.BudgetBytes)).ToValueArray(),
                Shortfalls = needs.Where(need => draft.PlaceOf(need.Id) is null)
                    .Select(need => Explain(need, draft.Devices)).ToValueArray(),
            };
        }
    }

    /// <summary>The allowed devices with their budgets, GPUs before the CPU, each in its given order.</summary>
    private static DeviceLedger[] Candidates(IReadOnlyList<DeviceOffer> offers, PlacementOptions options)
    {
        IEnumerable<DeviceOffer> allowed = options.Allowed is { } names
            ? names.Distinct(StringComparer.Ordinal).SelectMany(name => offers.Where(offer => offer.Name == name))
            : offers;
        return [.. allowed.OrderBy(offer => offer.Kind == DeviceOffer.Cpu)
            .Select(offer => new DeviceLedger(offer, Budget(offer, options)))];
    }

    private static long Budget(DeviceOffer offer, PlacementOptions options) =>
        Math.Max(
            0, Math.Min(offer.FreeBytes, (offer.Budget ?? options.Budget).Of(offer.TotalBytes)) - offer.WorkingBytes);

    private static int Compare(PlacementDraft a, PlacementDraft b)
    {
        int unplaced = a.Unplaced.CompareTo(b.Unplaced);
        int onCpu = a.OnCpu.CompareTo(b.OnCpu);
        return unplaced != 0 ? unplaced : onCpu != 0 ? onCpu : a.LatestFinish.CompareTo(b.LatestFinish);
    }

    private static Shortfall Explain(ExpertNeed need, IReadOnlyList<DeviceLedger> devices)
    {
        if (devices.Count == 0)
            return new(need.Id, ShortfallReason.NoDevice, "allow a device that the machine has, such as cpu");
        DeviceLedger nearest = devices.MaxBy(device => device.LeftFor(need))!;
        long left = nearest.LeftFor(need), missing = need.MemoryBytes - left;
        return new(need.Id, ShortfallReason.TooLittleMemory,
            $"free {missing} bytes on {nearest.Offer.Name} or raise its memory limit: {need.Id} needs "
            + $"{need.MemoryBytes}, {left} of the budget of {nearest.BudgetBytes} are left; or allow another device, "
            + $"or let networks take turns (load: lazy)");
    }
}
