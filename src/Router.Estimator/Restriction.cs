using System.Collections.Immutable;
using Router.Smoothing;
using Router.Votes;

namespace Router.Estimator;

/// <summary>
/// A mix M of some of a classifier's experts, and to which of them each vote for another expert goes
/// (docs/certificates.md, section 3). It is fixed before any vote is seen: part of the function that is certified.
/// </summary>
/// <param name="Members">
/// The experts that stay: indices of the whole mix, ascending, so that an order by σ is kept.
/// </param>
/// <param name="Stands">
/// For each expert of the whole mix the index in <paramref name="Members"/> of the one its votes go to; for a member
/// its own.
/// </param>
public sealed record Restriction(ImmutableArray<int> Members, ImmutableArray<int> Stands)
{
    /// <summary>
    /// The restriction to some experts. A vote for an expert outside goes to the member of the nearest σ: the router
    /// said how much noise the input takes, and that is the closest answer left. Between two as near it goes to the
    /// smaller σ, the error that keeps the class visible: too much noise can drown it. Since nearer is monotone in σ,
    /// routes in ascending order of σ stay so.
    /// </summary>
    /// <param name="routes">All experts, in the order of the router's outputs.</param>
    /// <param name="mix">The ids of those that stay, in any order and without regard to case.</param>
    /// <param name="instead">
    /// Who stands in for an expert outside, by id, where it is not the nearest; null for none.
    /// </param>
    /// <exception cref="ArgumentException">See <see cref="Objection"/>.</exception>
    public static Restriction Of(
        ImmutableArray<Route> routes, IReadOnlyCollection<string> mix,
        IReadOnlyDictionary<string, string>? instead = null)
    {
        if (Objection(routes, mix, instead) is { } objection)
            throw new ArgumentException(objection, nameof(mix));
        Restriction nearest = ToNearest(
            [.. routes.Select(route => route.Voter.Sigma)], [.. mix.Select(id => IndexOf(routes, id)).Order()]);
        return nearest with
        {
            Stands =
            [
                .. nearest.Stands.Select((stand, k) =>
                    Stated(k) is { } stated ? nearest.Members.IndexOf(stated) : stand),
            ],
        };

        int? Stated(int k) => instead?.FirstOrDefault(pair => Same(pair.Key, routes[k].Id)).Value is { } id
            ? IndexOf(routes, id)
            : null;
    }

    /// <summary>The restriction in which each vote for an expert outside goes to the member of the nearest σ.</summary>
    /// <param name="sigmas">σ of all experts, in the order of the router's outputs.</param>
    /// <param name="members">Those that stay, ascending; at least one.</param>
    public static Restriction ToNearest(ImmutableArray<decimal> sigmas, ImmutableArray<int> members) =>
        new(members, [.. Enumerable.Range(0, sigmas.Length).Select(k => members.IndexOf(Nearest(sigmas, members, k)))]);

    /// <summary>The router's votes as votes for members: each of them is one vote of the restricted router.</summary>
    /// <param name="counts">Per expert of the whole mix.</param>
    public ImmutableArray<long> Recount(ImmutableArray<long> counts)
    {
        long[] recounted = new long[Members.Length];
        for (int k = 0; k < counts.Length; k++)
            recounted[Stands[k]] += counts[k];
        return ImmutableArray.Create(recounted);
    }

    /// <summary>Why these experts are no mix of the classifier; null where they are.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static string? Objection(
        ImmutableArray<Route> routes, IReadOnlyCollection<string> mix,
        IReadOnlyDictionary<string, string>? instead = null) =>
        ObjectionById([.. routes.Select(route => route.Id)], mix, instead);

    /// <summary>The same by the ids of all experts, before there are voters.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static string? ObjectionById(
        IReadOnlyList<string> routes, IReadOnlyCollection<string> mix,
        IReadOnlyDictionary<string, string>? instead = null)
    {
        bool IsRoute(string id) => routes.Contains(id, StringComparer.OrdinalIgnoreCase);
        string accepted = string.Join(", ", routes);
        if (mix.Count == 0)
            return $"a mix of no experts answers nothing: accepted are some of {accepted}";
        if (mix.FirstOrDefault(id => !IsRoute(id)) is { } unknown)
            return $"there is no expert '{unknown}' in the mix: accepted are some of {accepted}";
        if (mix.GroupBy(id => id, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(ids => ids.Count() > 1) is { } repeated)
            return $"the mix names {repeated.Key} {repeated.Count()} times: accepted is each expert once";
        foreach ((string outside, string member) in instead ?? ImmutableDictionary<string, string>.Empty)
            if (!IsRoute(outside) || mix.Contains(outside, StringComparer.OrdinalIgnoreCase)
                || !mix.Contains(member, StringComparer.OrdinalIgnoreCase))
                return $"'{member}' cannot stand in for '{outside}': accepted is a member of the mix, "
                    + $"{string.Join(", ", mix)}, for an expert outside of it";
        return null;
    }

    private static int Nearest(ImmutableArray<decimal> sigmas, ImmutableArray<int> members, int k) =>
        members.MinBy(member => (Math.Abs(sigmas[member] - sigmas[k]), member == k ? 0 : 1, sigmas[member]));

    private static int IndexOf(ImmutableArray<Route> routes, string id)
    {
        for (int k = 0; k < routes.Length; k++)
            if (Same(routes[k].Id, id)) return k;
        return -1;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// A router of which every single vote for an expert outside the mix is a vote for the member that stands in for it.
/// That is a base classifier too, π∘h with π a fixed map of outcomes, so every theorem about smoothed classifiers holds
/// for it as it stands; its counts are sums of the router's.
/// </summary>
/// <param name="router">Votes over all experts.</param>
/// <param name="restriction">Who stays, and who stands in for whom.</param>
public sealed class RestrictedVoter(IVoter router, Restriction restriction) : IVoter
{
    /// <summary>
    /// Another function than the router: derived from its id and from which of its outputs stands in for which.
    /// </summary>
    public FunctionId FunctionId { get; } = FunctionId.Of(
        [
            new("router", router.FunctionId.Value),
            new("restriction", string.Join(',', restriction.Stands.Select(stand => restriction.Members[stand]))),
        ]);

    /// <summary>Who stays, and who stands in for whom.</summary>
    public Restriction Restriction => restriction;

    /// <inheritdoc/>
    public decimal Sigma => router.Sigma;

    /// <inheritdoc/>
    public int OutcomeCount => restriction.Members.Length;

    /// <inheritdoc/>
    public async Task<VoteCounts> VoteAsync(VoteRequest request, CancellationToken cancellationToken)
    {
        // The router answers as itself: counts that another function gave must not come out with this one's name.
        VoteCounts votes = await Certifier.AskAsync(router, request, cancellationToken);
        return new(restriction.Recount(votes.Counts), votes.Undecided, votes.Range, FunctionId, votes.Passed);
    }
}
