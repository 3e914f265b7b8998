using Router.Votes;

namespace Router.Experts.Serving;

/// <summary>
/// Whose sample goes next, the smallest first: highest priority, nearest deadline, least served so far, first come.
/// </summary>
/// <param name="Claim">The more urgent goes first.</param>
/// <param name="Served">Less goes first.</param>
/// <param name="Arrival">Earlier goes first.</param>
internal readonly record struct Rank(Claim Claim, double Served, long Arrival) : IComparable<Rank>
{
    /// <inheritdoc/>
    public int CompareTo(Rank other)
    {
        int order = Claim.CompareUrgency(Claim, other.Claim);
        if (order == 0) order = Served.CompareTo(other.Served);
        return order != 0 ? order : Arrival.CompareTo(other.Arrival);
    }
}
