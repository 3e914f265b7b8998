namespace Router.Experts.Loading;

/// <summary>One try at a plan: networks are placed one after the other, each where it would finish soonest.</summary>
internal sealed class PlacementDraft(IReadOnlyList<ExpertNeed> needs, IReadOnlyList<DeviceLedger> devices)
{
    private readonly Dictionary<string, DeviceLedger> _places = new(StringComparer.Ordinal);

    public IReadOnlyList<DeviceLedger> Devices => devices;

    public DeviceLedger? PlaceOf(string id) => _places.GetValueOrDefault(id);

    public int Unplaced => needs.Count(need => PlaceOf(need.Id) is null);

    public int OnCpu => needs.Count(need => PlaceOf(need.Id) is { IsCpu: true });

    public double LatestFinish => devices.Select(device => device.Load).DefaultIfEmpty(0).Max();

    /// <summary>
    /// Whatever has no place yet: networks that stay before those that take turns, of both the router first, then as
    /// given or, where memory is what matters, the largest first.
    /// </summary>
    public void PlaceAll(bool byMemory)
    {
        foreach (ExpertNeed need in needs.Where(need => PlaceOf(need.Id) is null)
            .OrderBy(need => need.TakesTurns).ThenBy(need => !need.IsRouter)
            .ThenByDescending(need => byMemory ? need.MemoryBytes : 0))
            if (devices.Where(device => device.Fits(need)).OrderBy(device => device.IsCpu)
                .ThenBy(device => device.LoadWithOneMore).FirstOrDefault() is { } device)
                Put(need, device);
    }

    /// <summary>Lets every idle GPU take over one network, where the two devices then finish sooner.</summary>
    public void WakeIdle()
    {
        foreach (DeviceLedger idle in devices.Where(device => device.IsIdle && !device.IsCpu))
        {
            ExpertNeed? moved = needs
                .Where(need => PlaceOf(need.Id) is { IsCpu: false } from && idle.Fits(need)
                    && idle.LoadWithOneMore < from.Load)
                .MaxBy(need => PlaceOf(need.Id)!.Load);
            if (moved is null) continue;
            PlaceOf(moved.Id)!.Remove(moved);
            Put(moved, idle);
        }
    }

    private void Put(ExpertNeed need, DeviceLedger device)
    {
        device.Put(need);
        _places[need.Id] = device;
    }
}
