using Router.Experts.Registry;

namespace Router.Experts.Loading;

/// <summary>Numbers that no caller may pass: these are faults of the program, not of a machine.</summary>
internal static class PlacementGuard
{
    public static void Check(
        IReadOnlyList<ExpertNeed> needs, IReadOnlyList<DeviceOffer> offers, PlacementOptions options)
    {
        Demand(needs.Select(need => need.Id).Distinct(StringComparer.Ordinal).Count() == needs.Count,
            "two needs share an id; ids must be unique");
        Demand(offers.Select(offer => offer.Name).Distinct(StringComparer.Ordinal).Count() == offers.Count,
            "two offers share a name; names must be unique");
        foreach (ExpertNeed need in needs)
            Demand(need.MemoryBytes >= 0, $"{need.Id}: MemoryBytes is {need.MemoryBytes}; it must be 0 or more");
        foreach (DeviceOffer offer in offers)
        {
            Demand(offer.FreeBytes >= 0 && offer.FreeBytes <= offer.TotalBytes,
                $"{offer.Name}: {offer.FreeBytes} of {offer.TotalBytes} bytes are free; it must be between 0 and all");
            Demand(double.IsFinite(offer.Speed) && offer.Speed > 0,
                $"{offer.Name}: Speed is {offer.Speed}; it must be finite and above 0");
            Demand(offer.Budget is null || IsLimit(offer.Budget),
                $"{offer.Name}: Budget is {offer.Budget}; it must be a share in (0, 1] or an amount above 0");
            Demand(offer.WorkingBytes >= 0,
                $"{offer.Name}: WorkingBytes is {offer.WorkingBytes}; it must be 0 or more");
        }
        Demand(IsLimit(options.Budget),
            $"Budget is {options.Budget}; it must be a share in (0, 1] or an amount above 0");
    }

    private static bool IsLimit(MemoryLimit limit) =>
        limit is MemoryLimit.Share { Part: > 0 and <= 1 } or MemoryLimit.Amount { Bytes: > 0 };

    private static void Demand(bool holds, string fault)
    {
        if (!holds)
            throw new ArgumentException(fault);
    }
}
