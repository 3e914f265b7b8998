using System.Collections.Immutable;
using Router.Cluster;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Loading;
using Router.Experts.Registry;
using Router.Host.Cli;
using Router.Votes;
using Spectre.Console;
using Route = Router.Estimator.Route;

namespace Router.Host.Commands.Cluster;

/// <summary>A registry whose networks are with the workers of a cluster: no weights are read here.</summary>
internal static class ClusterDeployment
{
    private const int PatienceSeconds = 120;

    /// <summary>A network as some workers have it.</summary>
    private sealed record Chosen(FunctionDescription Function, ImmutableDictionary<string, string> Versions);

    /// <summary>
    /// Joins the cluster and waits until each network that is needed has a worker. From then on a network is one
    /// function: workers that have another one of the same name, such as on other hardware, are not asked.
    /// </summary>
    /// <param name="settings">The cluster, and how this process is a member of it.</param>
    /// <param name="config">The registry.</param>
    /// <param name="expert">One expert alone, or null for the registry's routing.</param>
    /// <param name="mix">Only these experts, or null for all.</param>
    /// <param name="surroundings">The outside.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="InputFault">No worker has its networks, or it has none that is asked for.</exception>
    public static async Task<Deployment> OpenAsync(
        ClusterSettings settings, RegistryConfig config, string? expert, string[]? mix, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        Deployment.CheckAsked(config, expert, mix);
        NetworkConfig[] needed = [.. Needed(config, expert)];
        ClusterHost member = await ClusterHost.JoinAsync(settings, [], cancellationToken);
        try
        {
            member.Directory.Happened = happened => surroundings.Error.MarkupLine(
                $"[yellow]{Markup.Escape(TextOf(happened))}[/]");
            Dictionary<string, Chosen> chosen = await ChooseAsync(
                member.Directory, settings.Address, config, needed, surroundings, cancellationToken);
            IVoter Voter(string id) => new RemoteVoter(
                member.Directory.PoolOf(chosen[id].Function), chosen[id].Function.Sigma);
            RoutedClassifier classifier = expert is not null
                ? new(new Route(needed[0].Id, Voter(needed[0].Id)) { Pass = PassOf(needed[0]) })
                : RegisteredMix.Deployed(
                    config, config.Routing.UsesRouter ? config.Router?.Id : null,
                    [.. config.Router?.Routes ?? config.Experts.Select(one => one.Id)], Voter);
            if (mix is not null) classifier = classifier.Restrict(mix);
            return Deployment.Elsewhere(config, classifier, chosen[needed[0].Id].Versions, new Leaving(member));
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }
    }

    private static IEnumerable<NetworkConfig> Needed(RegistryConfig config, string? expert) =>
        expert is not null ? [config.Find(expert)!]
        : config is { Routing.UsesRouter: true, Router: not null } ? config.Networks
        : config.Answering.Select(id => config.Find(id)!);

    private static async Task<Dictionary<string, Chosen>> ChooseAsync(
        WorkerDirectory directory, ClusterAddress address, RegistryConfig config, NetworkConfig[] needed,
        Surroundings surroundings, CancellationToken cancellationToken)
    {
        Dictionary<string, Chosen>? Choose(ImmutableArray<Member> members)
        {
            Dictionary<string, Chosen> chosen = new(StringComparer.OrdinalIgnoreCase);
            foreach (NetworkConfig network in needed)
                if (Choice(network, config, members) is { } choice) chosen[network.Id] = choice;
            return chosen.Count == needed.Length ? chosen : null;
        }
        try
        {
            if (Choose(directory.Members) is { } here) return here;
            surroundings.Error.MarkupLine(Markup.Escape(
                $"waiting for workers in the cluster at {address}: {string.Join(", ", needed.Select(one => one.Id))}"));
            return await directory.WaitForAsync(Choose, cancellationToken)
                .WaitAsync(TimeSpan.FromSeconds(PatienceSeconds), surroundings.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            string[] there =
            [
                .. directory.Members.SelectMany(one => one.Description?.Functions ?? [])
                    .Select(one => $"{one.Network} (σ {one.Sigma}, θ {one.Theta})").Distinct(),
            ];
            throw new InputFault(
                $"no worker of the cluster at {address} has "
                + string.Join(", ", needed.Where(one => Choice(one, config, directory.Members) is null)
                    .Select(one => $"{one.Id} (σ {one.Sigma}, θ {PassOf(one).Theta})"))
                + $": there {(there.Length == 0 ? "are no workers" : $"is {string.Join(", ", there)}")}. "
                + "Start some with dualrs worker and the same registry");
        }
    }

    // Of several functions by one name the one with the most lanes.
    private static Chosen? Choice(NetworkConfig network, RegistryConfig config, ImmutableArray<Member> members)
    {
        DatasetFacts dataset = DatasetFacts.Find(config.Dataset)!;
        int outcomes = network is RouterConfig router ? router.Routes.Count
            : (network as ExpertConfig)?.Classes ?? dataset.Classes;
        return
        (
            from member in members
            where member.Description is { IsDraining: false }
            from function in member.Description!.Functions
            where string.Equals(function.Network, network.Id, StringComparison.OrdinalIgnoreCase)
                && function.Sigma == network.Sigma && function.Theta == PassOf(network).Theta
                && function.Outcomes == outcomes
                && function.ImageShape.SequenceEqual([dataset.Channels, dataset.Height, dataset.Width])
            group (function, member.Description!.Versions) by function.Function into same
            orderby same.Sum(one => one.function.Lanes) descending, same.Key
            select new Chosen(same.First().function, same.First().Versions)
        ).FirstOrDefault();
    }

    private static PassThreshold PassOf(NetworkConfig network) => (network as ExpertConfig)?.Pass ?? default;

    private static string TextOf(DispatchEvent happened) => happened switch
    {
        DispatchEvent.WorkerLost(var worker, var ranges) =>
            $"worker {worker} is lost: the {ranges} ranges that were with it are drawn elsewhere",
        DispatchEvent.WorkerQuarantined(var worker, var reason) =>
            $"worker {worker} is asked no more, and what it voted for open requests is drawn again: {reason}",
        DispatchEvent.InputQuarantined(var hash, var deaths) =>
            $"input {hash} is refused for a while: {deaths} workers died with it",
        DispatchEvent.DisputedLate(var hash, var samples) =>
            $"samples {samples} of input {hash} were voted on differently by two workers: replay what is certified",
        _ => happened.ToString(),
    };

    private sealed class Leaving(ClusterHost member) : IDisposable
    {
        public void Dispose() => member.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
