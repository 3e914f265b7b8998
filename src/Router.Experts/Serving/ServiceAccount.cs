
namespace Router.Experts.Serving;

/// <summary>
/// How much of a lane a party has had: places in forward passes, with its part of those that stayed empty.
/// </summary>
internal sealed class ServiceAccount
{
    /// <summary>
    /// Places so far; who came later, or had to wait for more urgent ones, starts where the others stand.
    /// </summary>
    public double Served { get; private set; }

    /// <summary>Nobody has a claim on places from before it was its turn.</summary>
    public void StartFrom(double level) => Served = Math.Max(Served, level);

    /// <summary>Some places were taken.</summary>
    public void Charge(double places) => Served += places;
}
