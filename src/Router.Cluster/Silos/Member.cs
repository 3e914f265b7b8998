namespace Router.Cluster.Silos;

/// <summary>A member of the cluster, as far as it is known here.</summary>
/// <param name="Id">Names one life of it.</param>
/// <param name="Description">What it last said of itself; null where it has not answered yet.</param>
/// <param name="Fault">Why it did not answer when it was last asked; null where it did.</param>
public sealed record Member(string Id, MemberDescription? Description, string? Fault)
{
    /// <summary>Whether it said what it has, or was asked and did not answer.</summary>
    public bool IsKnown => Description is not null || Fault is not null;
}
