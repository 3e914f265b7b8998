
namespace Router.Experts.Loading;

/// <summary>One try at a plan: networks are placed one after the other, each where it would finish soonest.</summary>
internal sealed class PlacementDraft
{
    private readonly IReadOnlyList<ExpertNeed> _needs;
    private readonly Dictionary<string, double> _weights;
    private readonly Dictionary<string, List<DeviceLedger>> _places = new(StringComparer.Ordinal);

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

    public IReadOnlyList<DeviceLedger> PlacesOf(string id) =>
        _places.TryGetValue(id, out List<DeviceLedger>? places) ? places : [];

    public int Unplaced => _needs.Count(need => PlacesOf(need.Id).Count == 0);

    public int OnCpu => _needs.Count(need => PlacesOf(need.Id).Any(place => place.IsCpu));

    public double LatestFinish => Devices.Select(device => device.Load).DefaultIfEmpty(0).Max();

    /// <summary>Whatever has no place yet: pinned networks, which have no choice, then those that stay before those
    /// that take turns, of both the router first, then by <paramref name="order"/>, the largest
    /// first; equals in the order of the needs.</summary>
    public void PlaceAll(Func<ExpertNeed, double> order)
    {
        foreach (ExpertNeed need in _needs.Where(need => PlacesOf(need.Id).Count == 0)
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
            _places[need.Id] = [device];
        }
    }

    /// <summary>Lets every idle GPU take over one network, where the two devices then finish sooner.</summary>
    public void WakeIdle()
    {
        foreach (DeviceLedger idle in Devices.Where(device => device.IsIdle && !device.IsCpu))
        {
            var best = _needs
                .Where(need => need.Pinned is null && idle.Fits(need) && PlacesOf(need.Id) is [{ IsCpu: false }])
                .Select(need => (need, from: PlacesOf(need.Id)[0]))
                .Select(move => (move.need, move.from,
                    finish: Math.Max(idle.LoadWith(_weights[move.need.Id]), move.from.LoadWithout(move.need.Id))))
                .Where(move => move.finish < move.from.Load)
                .OrderByDescending(move => move.from.Load).ThenBy(move => move.finish)
                .FirstOrDefault();
            if (best.need is null)
                continue;
            best.from.Remove(best.need);
            idle.Put(best.need, _weights[best.need.Id]);
            _places[best.need.Id] = [idle];
        }
    }

    /// <summary>
    /// Gives networks further copies on devices equal to their first, the one that weighs most on its devices first.
    /// </summary>
    public void Replicate(int replicas)
    {
        for (int copies = 2; copies <= Math.Min(replicas, Devices.Count); copies++)
        {
            foreach (ExpertNeed need in _needs.Where(need => need.Pinned is null)
                .OrderByDescending(need => _weights[need.Id]))
            {
                if (PlacesOf(need.Id) is not [{ } first, ..])
                    continue;
                List<DeviceLedger> places = _places[need.Id];
                double share = _weights[need.Id] / (places.Count + 1);
                DeviceLedger? device = Devices
                    .Where(device => device.Offer.Kind == first.Offer.Kind && device.Offer.Model == first.Offer.Model)
                    .Where(device => !device.Holds(need.Id) && device.Fits(need))
                    .OrderBy(device => device.LoadWith(share)).FirstOrDefault();
                if (device is null)
                    continue;
                device.Put(need, share);
                places.Add(device);
                double speed = places.Sum(place => place.Offer.Speed);
                foreach (DeviceLedger place in places)
                    place.Reshare(need.Id, _weights[need.Id] * place.Offer.Speed / speed);
            }
        }
    }
}
