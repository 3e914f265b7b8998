using System.Collections.Immutable;

namespace Router.Smoothing.Records;

/// <summary>What can be said of a record without a model.</summary>
public abstract record RecordVerdict
{
    private RecordVerdict()
    {
    }

    /// <summary>The arithmetic does not hold: the record proves nothing.</summary>
    /// <param name="Faults">Everything that was found wrong, each with where it is and what would be right.</param>
    public record DoesNotHold(ImmutableArray<string> Faults) : RecordVerdict
    {
        /// <inheritdoc/>
        public override string ToString() => "arithmetic does not hold: " + string.Join("; ", Faults);
    }

    /// <summary>The text is not a record of a version that this verifier knows: it proves nothing either.</summary>
    /// <param name="Fault">Why not, and where.</param>
    public sealed record Unreadable(string Fault) : DoesNotHold([Fault])
    {
        /// <inheritdoc/>
        public override string ToString() => Fault;
    }

    /// <summary>The radius follows from the counts, but nobody vouches that they were counted.</summary>
    /// <param name="Caveats">What keeps it from being a proof to others.</param>
    public sealed record HoldsUnsigned(ImmutableArray<string> Caveats) : RecordVerdict
    {
        /// <inheritdoc/>
        public override string ToString() => "arithmetic holds, unsigned: " + string.Join("; ", Caveats);
    }

    /// <summary>
    /// The radius follows from the counts; whether the key it names signed them cannot be told without that key.
    /// </summary>
    /// <param name="KeyId">The key, as the record says.</param>
    /// <param name="Caveats">What keeps it from being a proof to others.</param>
    public sealed record HoldsSignedByUnknown(string KeyId, ImmutableArray<string> Caveats) : RecordVerdict
    {
        /// <inheritdoc/>
        public override string ToString() =>
            string.Join("; ", Caveats.Prepend($"arithmetic holds, signed by unknown key {KeyId}"));
    }

    /// <summary>The radius follows from the counts, and a given key signed them.</summary>
    /// <param name="KeyId">The key.</param>
    /// <param name="Caveats">What keeps it from being a proof to others, if anything.</param>
    public sealed record HoldsSigned(string KeyId, ImmutableArray<string> Caveats) : RecordVerdict
    {
        /// <inheritdoc/>
        public override string ToString() =>
            string.Join("; ", Caveats.Prepend($"arithmetic holds, signed by known key {KeyId}"));
    }
}
