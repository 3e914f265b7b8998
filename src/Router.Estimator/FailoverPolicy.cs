using System.Collections.Immutable;

namespace Router.Estimator;

/// <summary>
/// What happens where the routed expert cannot answer (docs/certificates.md, section 3). Closed: the policies are the
/// nested records.
/// </summary>
public abstract record FailoverPolicy
{
    private FailoverPolicy() { }

    /// <summary>The part of α that is kept for it, in [0, 1).</summary>
    public abstract double Share { get; }

    /// <summary>The mix that goes on; null where none may.</summary>
    /// <param name="mix">The experts of the classifier that was asked.</param>
    /// <param name="failed">The one that cannot answer.</param>
    public abstract ImmutableArray<string>? Remaining(ImmutableArray<string> mix, string failed);

    /// <summary>The answer is refused and the expert named: the default.</summary>
    public sealed record Refuse : FailoverPolicy
    {
        /// <inheritdoc/>
        public override double Share => 0;

        /// <inheritdoc/>
        public override ImmutableArray<string>? Remaining(ImmutableArray<string> mix, string failed) => null;
    }

    /// <summary>A fresh route is drawn among the experts that remain, at a reserved part of α.</summary>
    public sealed record Reroute : FailoverPolicy
    {
        /// <summary>A reserved part, and which mixes may go on.</summary>
        /// <param name="share">The part of α, in (0, 1).</param>
        /// <param name="mixes">
        /// Expert ids of each mix that may go on, in order of preference; none for whoever is left.
        /// </param>
        /// <exception cref="ArgumentOutOfRangeException">The share is outside (0, 1).</exception>
        public Reroute(double share, ImmutableArray<ImmutableArray<string>> mixes)
        {
            if (!(share > 0 && share < 1))
                throw new ArgumentOutOfRangeException(nameof(share), share, "a part of α lies above 0 and below 1");
            (Share, Mixes) = (share, mixes);
        }

        /// <inheritdoc/>
        public override double Share { get; }

        /// <summary>The mixes that may go on; none for whoever is left.</summary>
        public ImmutableArray<ImmutableArray<string>> Mixes { get; }

        /// <summary>
        /// The first listed mix of experts that are all here and can answer; without a list all but the one that
        /// cannot.
        /// </summary>
        // It follows from who failed alone, never from votes.
        public override ImmutableArray<string>? Remaining(ImmutableArray<string> mix, string failed)
        {
            ImmutableArray<string> left = [.. mix.Where(id => !id.Equals(failed, StringComparison.OrdinalIgnoreCase))];
            if (Mixes.IsEmpty)
                return left.IsEmpty ? null : left;
            foreach (ImmutableArray<string> listed in Mixes)
                if (listed.All(id => left.Contains(id, StringComparer.OrdinalIgnoreCase)))
                    return listed;
            return null;
        }
    }
}
