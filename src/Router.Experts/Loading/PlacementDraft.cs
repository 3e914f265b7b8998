
namespace Router.Experts.Loading;

/// <summary>One try at a plan: networks are placed one after the other, each where it would finish soonest.</summary>
internal sealed class PlacementDraft
{
    private readonly IReadOnlyList<ExpertNeed> _needs;
    private readonly Dictionary<string, double> _weights;
    private readonly Dictionary<string, DeviceLedger> _places = new(StringComparer.Ordinal);

    public PlacementDraft(IReadOnlyList<ExpertNeed> needs, IReadOnlyList<DeviceLedger> devices)
    {
        _needs = needs;
        Devices = devices;
        double largest = needs.Select(need => need.Weight).DefaultIfEmpty(0).Max();
        // relative to the largest, so that sums of huge weights stay finite; all zero means equal
        _weights = needs.ToDictionary(
            need => need.Id, need => largest > 0 ? need.Weight / largest : 1, StringComparer.Ordinal);
    }

    public IReadOnlyList<DeviceLedger> Devices { get; }

    public DeviceLedger? PlaceOf(string id) => _places.GetValueOrDefault(id);

    public int Unplaced => _needs.Count(need => PlaceOf(need.Id) is null);

    public int OnCpu => _needs.Count(need => PlaceOf(need.Id) is { IsCpu: true });

    public double LatestFinish => Devices.Select(device => device.Load).DefaultIfEmpty(0).Max();

    /// <summary>Whatever has no place yet: pinned networks, which have no choice, then those that stay before those
    /// that take turns, of both the router first, then by <paramref name="order"/>, the largest
    /// first; equals in the order of the needs.</summary>
    public void PlaceAll(Func<ExpertNeed, double> order)
    {
        foreach (ExpertNeed need in _needs.Where(need => PlaceOf(need.Id) is null)
            .OrderBy(need => need.Pinned is null).ThenBy(need => need.TakesTurns).ThenBy(need => !need.IsRouter)
                .ThenByDescending(order))
        {
            double work = _weights[need.Id];
            DeviceLedger? device = Devices.Where(
                device => (need.Pinned is null || need.Pinned == device.Offer.Name) && device.Fits(need))
                .OrderBy(device => device.IsCpu).ThenBy(device => device.LoadWith(work)).FirstOrDefault();
            if (device is null)
                continue;
            device.Put(need, work);
            _places[need.Id] = device;
        }
    }

    /// <summary>Lets every idle GPU take over one network, where the two devices then finish sooner.</summary>
    public void WakeIdle()
    {
        foreach (DeviceLedger idle in Devices.Where(device => device.IsIdle && !device.IsCpu))
        {
            var best = _needs
                .Where(need => need.Pinned is null && idle.Fits(need) && PlaceOf(need.Id) is { IsCpu: false })
                .Select(need => (need, from: PlaceOf(need.Id)!))
                .Select(move => (move.need, move.from,
                    finish: Math.Max(idle.LoadWith(_weights[move.need.Id]), move.from.LoadWithout(move.need.Id))))
                .Where(move => move.finish < move.from.Load)
                .OrderByDescending(move => move.from.Load).ThenBy(move => move.finish)
                .FirstOrDefault();
            if (best.need is null)
                continue;
            best.from.Remove(best.need);
            idle.Put(best.need, _weights[best.need.Id]);
            _places[best.need.Id] = idle;
        }
    }
}
