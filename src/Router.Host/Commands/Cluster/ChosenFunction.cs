using System.Collections.Immutable;
using Router.Cluster.Silos;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Votes;

namespace Router.Host.Commands.Cluster;

/// <summary>A network of the registry as some workers have it: one function, of which all of its votes are.</summary>
/// <param name="Function">As one of them describes it.</param>
/// <param name="Versions">What makes their votes, by component.</param>
/// <param name="Workers">How many they are.</param>
internal sealed record ChosenFunction(
    FunctionDescription Function, ImmutableDictionary<string, string> Versions, int Workers)
{
    /// <summary>The networks that must have workers before the registry can answer.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="expert">One expert alone, or null for the registry's routing.</param>
    public static ImmutableArray<NetworkConfig> Needed(RegistryConfig config, string? expert) =>
        expert is not null ? [config.Find(expert)!]
        : config is { Routing.UsesRouter: true, Router: not null } ? [.. config.Networks]
        : [.. config.Answering.Select(id => config.Find(id)!)];

    /// <summary>
    /// Of several functions by a network's name the one that most workers have; null where nobody has any. Workers are
    /// counted, and not what they say they can do: one that lies is one.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="config">Its registry.</param>
    /// <param name="members">The cluster.</param>
    public static ChosenFunction? Of(
        NetworkConfig network, RegistryConfig config, ImmutableArray<Member> members) =>
        (
            from one in OfferedBy(members)
            let function = one.Function
            where string.Equals(function.Network, network.Id, StringComparison.OrdinalIgnoreCase)
                && Objection(network, config, function) is null
            group one by function.Function into same
            orderby same.Count() descending, same.Key
            select new ChosenFunction(same.First().Function, same.First().Versions, same.Count())
        ).FirstOrDefault();

    /// <summary>Why a worker's function is not the network that a registry means; null where it is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="config">Its registry.</param>
    /// <param name="function">What a worker has by its name.</param>
    public static string? Objection(NetworkConfig network, RegistryConfig config, FunctionDescription function)
    {
        DatasetFacts dataset = DatasetFacts.Find(config.Dataset)!;
        int outcomes = network is RouterConfig router ? router.Routes.Count
            : (network as ExpertConfig)?.Classes ?? dataset.Classes;
        PassThreshold pass = PassOf(network);
        // A member of an earlier build says nothing of them, and what did not come is null.
        IReadOnlyDictionary<string, string> properties =
            function.Properties ?? ImmutableDictionary<string, string>.Empty;
        return StatedFunction.Objection(network, dataset, properties)
            ?? Other("σ", function.Sigma, network.Sigma)
            ?? Other("θ", function.Theta, pass.Theta)
            ?? Other("outcomes", function.Outcomes, outcomes)
            ?? Other("image", string.Join('x', function.ImageShape), properties["image"])
            ?? Other("batch", $"{function.BatchSize}", properties.GetValueOrDefault("batch", "nothing"))
            ?? Other("function id", function.Function, pass.Of(FunctionId.Of(properties)).Value);

        static string? Other<T>(string what, T said, T stated)
            where T : IEquatable<T> =>
            said.Equals(stated) ? null : $"{what}: {said}, where {stated} is right";
    }

    /// <summary>
    /// What makes the votes of several networks, by component: where they differ each is said with its networks.
    /// </summary>
    /// <param name="chosen">The networks' ids, and the function of each.</param>
    public static ImmutableDictionary<string, string> VersionsOf(
        IEnumerable<(string Network, ChosenFunction Function)> chosen) =>
        (
            from one in chosen
            from version in one.Function.Versions
            group (one.Network, version.Value) by version.Key
        ).ToImmutableDictionary(
            component => component.Key,
            component => component.GroupBy(one => one.Value, one => one.Network).ToArray() is [var only] ? only.Key
                : string.Join("; ", component.GroupBy(one => one.Value, one => one.Network)
                    .Select(same => $"{same.Key} ({string.Join(", ", same)})")));

    /// <summary>Whether more workers have another function of its network now than have this one.</summary>
    /// <param name="network">Its network.</param>
    /// <param name="config">The registry.</param>
    /// <param name="members">The cluster.</param>
    public bool IsOutgrown(NetworkConfig network, RegistryConfig config, ImmutableArray<Member> members) =>
        Of(network, config, members) is { } most
        && most.Workers > OfferedBy(members).Count(one => one.Function.Function == Function.Function);

    /// <summary>
    /// Who has a network by its name that is not the one that a registry means, and why not. By its id a function is
    /// the chosen one, whatever else is said of it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="config">Its registry.</param>
    /// <param name="members">The cluster.</param>
    public static IEnumerable<string> Misfits(
        NetworkConfig network, RegistryConfig config, ImmutableArray<Member> members)
    {
        string? chosen = Of(network, config, members)?.Function.Function;
        return from member in members
               from function in member.Description?.Functions ?? []
               where string.Equals(function.Network, network.Id, StringComparison.OrdinalIgnoreCase)
                   && function.Function != chosen
               let objection = Objection(network, config, function)
               where objection is not null
               select $"{network.Id} of {member.Description!.Name} is not asked: {objection}";
    }

    private static IEnumerable<(FunctionDescription Function, ImmutableDictionary<string, string> Versions)> OfferedBy(
        ImmutableArray<Member> members) =>
        from member in members
        where member.Description is { IsDraining: false }
        from function in member.Description!.Functions.DistinctBy(function => function.Function)
        select (function, member.Description!.Versions);

    /// <summary>θ of a network; 0 of a router.</summary>
    public static PassThreshold PassOf(NetworkConfig network) => (network as ExpertConfig)?.Pass ?? default;
}
