
namespace Router.Experts.Registry;

/// <summary>
/// Something written in a registry. It knows where, but equality is about what was written: a moved line is no change.
/// </summary>
public abstract record Written
{
    /// <summary>Where its YAML node starts, for faults that only a later stage can see.</summary>
    public SourceLocation Location { get; init; }

    /// <summary>Equal kind; derived records compare their own members. The location takes no part.</summary>
    public virtual bool Equals(Written? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>A fault found after reading, for example a routing kind that the host cannot run yet.</summary>
    /// <param name="id">Which expert, router or key.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="accepted">What would be right.</param>
    public RegistryFault Fault(string id, string problem, string accepted) =>
        new(Location.File, Location.Line, Location.Column, id, problem, accepted);
}
