
namespace Router.Experts.Loading;

/// <summary>One candidate device while a plan is being made.</summary>
internal sealed class DeviceLedger(DeviceOffer offer, long budgetBytes)
{
    private readonly Dictionary<string, double> _work = new(StringComparer.Ordinal);
    private readonly List<ExpertNeed> _held = [];

    public DeviceOffer Offer { get; } = offer;

    public long BudgetBytes { get; } = budgetBytes;

    public long UsedBytes => StayingBytes + TurnBytes;

    private long StayingBytes => _held.Where(need => !need.TakesTurns).Sum(need => need.MemoryBytes);

    // Room for whichever of those that take turns is the largest.
    private long TurnBytes =>
        _held.Where(need => need.TakesTurns).Select(need => need.MemoryBytes).DefaultIfEmpty(0).Max();

    public bool IsCpu => Offer.Kind == DeviceOffer.Cpu;

    public bool IsIdle => _work.Count == 0;

    /// <summary>Expected work / speed. Speed &gt; 0 was demanded of every offer.</summary>
    public double Load => _work.Values.Sum() / Offer.Speed;

    public double LoadWith(double work) => (_work.Values.Sum() + work) / Offer.Speed;

    public double LoadWithout(string id) => _work.Where(held => held.Key != id).Sum(held => held.Value) / Offer.Speed;

    /// <summary>What it has for one more network.</summary>
    public long LeftFor(ExpertNeed need) => BudgetBytes - (need.TakesTurns ? StayingBytes : UsedBytes);

    public bool Fits(ExpertNeed need) => need.MemoryBytes <= LeftFor(need);

    public void Put(ExpertNeed need, double work)
    {
        _work.Add(need.Id, work);
        _held.Add(need);
    }

    public void Remove(ExpertNeed need)
    {
        _work.Remove(need.Id);
        _held.Remove(need);
    }
}
