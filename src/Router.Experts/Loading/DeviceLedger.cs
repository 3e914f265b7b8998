namespace Router.Experts.Loading;

/// <summary>One candidate device while a plan is being made.</summary>
internal sealed class DeviceLedger(DeviceOffer offer, long budgetBytes)
{
    private readonly List<ExpertNeed> _held = [];

    public DeviceOffer Offer { get; } = offer;

    public long BudgetBytes { get; } = budgetBytes;

    private long UsedBytes => StayingBytes + TurnBytes;

    private long StayingBytes => _held.Where(need => !need.TakesTurns).Sum(need => need.MemoryBytes);

    // Room for whichever of those that take turns is the largest.
    private long TurnBytes =>
        _held.Where(need => need.TakesTurns).Select(need => need.MemoryBytes).DefaultIfEmpty(0).Max();

    public bool IsCpu => Offer.Kind == DeviceOffer.Cpu;

    public bool IsIdle => _held.Count == 0;

    /// <summary>Networks / speed, which is above 0: the larger, the later it finishes.</summary>
    public double Load => _held.Count / Offer.Speed;

    public double LoadWithOneMore => (_held.Count + 1) / Offer.Speed;

    /// <summary>What it has for one more network.</summary>
    public long LeftFor(ExpertNeed need) => BudgetBytes - (need.TakesTurns ? StayingBytes : UsedBytes);

    public bool Fits(ExpertNeed need) => need.MemoryBytes <= LeftFor(need);

    public void Put(ExpertNeed need) => _held.Add(need);

    public void Remove(ExpertNeed need) => _held.Remove(need);
}
