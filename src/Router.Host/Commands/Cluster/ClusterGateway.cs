using System.Collections.Concurrent;
using System.Collections.Immutable;
using Router.Cluster;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Estimator;
using Router.Evaluation;
using Router.Experts.Checkpoints;
using Router.Experts.Files;
using Router.Experts.Registry;
using Router.Host.Cli;
using Route = Router.Estimator.Route;

namespace Router.Host.Commands.Cluster;

/// <summary>
/// This process as a gateway of a cluster: the networks of its registry are with the workers, and no weights are read
/// here. What is opened holds to one function of each network: workers that have another one of the same name, such as
/// on other hardware, are not asked.
/// </summary>
internal sealed class ClusterGateway : IAsyncDisposable
{
    private const int PatienceSeconds = 120;

    private readonly ClusterHost _member;
    private readonly ClusterSettings _settings;
    private readonly Action<string> _tell;
    private readonly ConcurrentDictionary<string, byte> _told = [];

    private ClusterGateway(ClusterHost member, ClusterSettings settings, Action<string> tell) =>
        (_member, _settings, _tell) = (member, settings, tell);

    /// <summary>Joins a cluster.</summary>
    /// <param name="settings">The cluster, how this process is a member of it, and who hears of that.</param>
    /// <param name="tell">Hears in words what happens to workers, and what is waited for.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<ClusterGateway> JoinAsync(
        ClusterSettings settings, Action<string> tell, CancellationToken cancellationToken)
    {
        ClusterHost member = await ClusterHost.JoinAsync(settings, [], cancellationToken);
        member.Directory.Happened = happened => tell(TextOf(happened));
        return new(member, settings, tell);
    }

    /// <summary>Done when the others declared this process dead: it should end, and be started again.</summary>
    public Task<string> Expelled => _member.Directory.Expelled;

    /// <inheritdoc cref="ClusterHost.WhileMemberAsync"/>
    public Task<T> WhileMemberAsync<T>(
        Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        _member.WhileMemberAsync(work, cancellationToken);

    /// <summary>The members that are there now.</summary>
    public ImmutableArray<Member> Members => _member.Directory.Members;

    /// <summary>
    /// Waits until each of some networks has a worker, however long that takes. Workers get the registry's checkpoints
    /// from here meanwhile, where it says what their hashes are.
    /// </summary>
    /// <param name="config">The registry.</param>
    /// <param name="needed">Its networks.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The function of each, in their order.</returns>
    public async Task<ImmutableArray<ChosenFunction>> WaitAsync(
        RegistryConfig config, ImmutableArray<NetworkConfig> needed, CancellationToken cancellationToken)
    {
        ChosenFunction[]? Choose(ImmutableArray<Member> members)
        {
            // Who are most is not known before everybody has said what they have, or has not answered.
            if (members.Any(member => !member.IsKnown)) return null;
            TellMisfits(config, needed, members);
            ChosenFunction[] chosen =
                [.. needed.Select(network => ChosenFunction.Of(network, config, members)).OfType<ChosenFunction>()];
            return chosen.Length == needed.Length ? chosen : null;
        }
        _member.HandOut(config.AllNetworks.SelectMany(network => network.Members)
            .DistinctBy(one => one.Sha256).Where(HasCheckpoint)
            .ToImmutableDictionary(one => one.Sha256!, one => one.CheckpointPath));
        if (Choose(Members) is { } here) return [.. here];
        _tell($"waiting for workers in the cluster at {_settings.Address}: "
            + string.Join(", ", needed.Select(one => one.Id)));
        return [.. await _member.Directory.WaitForAsync(Choose, cancellationToken)];
    }

    /// <summary>A registry, once each network that it needs has a worker.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="expert">One expert alone, or null for the registry's routing.</param>
    /// <param name="mix">Only these experts, or null for all.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="BadInputException">No worker has its networks, or it has none that is asked for.</exception>
    public async Task<ClusterDeployment> OpenAsync(
        RegistryConfig config, string? expert, string[]? mix, CancellationToken cancellationToken)
    {
        Deployment.CheckAsked(config, expert, mix);
        ImmutableArray<NetworkConfig> needed = ChosenFunction.Needed(config, expert);
        (ImmutableArray<ChosenFunction> chosen, ImmutableDictionary<string, RemoteVoter> voters) =
            await VotersAsync(config, needed, cancellationToken);
        RoutedClassifier classifier = expert is not null
            ? new(new Route(needed[0].Id, voters[needed[0].Id]) { Pass = ChosenFunction.PassOf(needed[0]) })
            : RegisteredMix.Deployed(config, id => voters[id]);
        if (mix is not null) classifier = classifier.Restrict(mix);
        return new(
            Deployment.Elsewhere(
                config, classifier, ChosenFunction.VersionsOf(needed.Select(one => one.Id).Zip(chosen)), voters),
            needed, chosen);
    }

    /// <summary>Networks of a registry, once each of them has a worker.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="needed">Its networks.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The function of each, in their order, and who votes as it, by the network's id.</returns>
    /// <exception cref="BadInputException">No worker has one of them.</exception>
    public async Task<(ImmutableArray<ChosenFunction> Chosen, ImmutableDictionary<string, RemoteVoter> Voters)>
        VotersAsync(
            RegistryConfig config, ImmutableArray<NetworkConfig> needed, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(PatienceSeconds), _settings.Clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, late.Token);
        ImmutableArray<ChosenFunction> chosen;
        try
        {
            chosen = await WaitAsync(config, needed, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BadInputException(NobodyHas(config, needed));
        }
        return (chosen, needed.Zip(chosen).ToImmutableDictionary(
            one => one.First.Id,
            one => new RemoteVoter(_member.Directory.PoolOf(one.Second.Function), one.First.Sigma),
            StringComparer.OrdinalIgnoreCase));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _member.DisposeAsync();

    /// <summary>Says once of each worker with a network that the registry does not mean why it is not asked.</summary>
    /// <param name="config">The registry.</param>
    /// <param name="needed">Its networks.</param>
    /// <param name="members">The cluster.</param>
    public void TellMisfits(
        RegistryConfig config, ImmutableArray<NetworkConfig> needed, ImmutableArray<Member> members)
    {
        foreach (string misfit in needed.SelectMany(network => ChosenFunction.Misfits(network, config, members)))
            if (_told.TryAdd(misfit, default)) _tell(misfit);
    }

    // Not every gateway has the weights.
    private static bool HasCheckpoint(NetworkConfig network)
    {
        try
        {
            return network.Sha256 is { } stated && RegularFile.IsThere(network.CheckpointPath)
                && CheckpointFile.Sha256(network.CheckpointPath) == stated;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string NobodyHas(RegistryConfig config, ImmutableArray<NetworkConfig> needed)
    {
        ImmutableArray<Member> members = Members;
        string[] there =
        [
            .. members.SelectMany(one => one.Description?.Functions ?? [])
                .Select(one => $"{one.Network} (σ {one.Sigma}, θ {one.Theta})").Distinct(),
        ];
        return $"no worker of the cluster at {_settings.Address} has "
            + string.Join(", ", needed.Where(one => ChosenFunction.Of(one, config, members) is null)
                .Select(one => $"{one.Id} (σ {one.Sigma}, θ {ChosenFunction.PassOf(one).Theta})"))
            + $": there {(there.Length == 0 ? "are no workers" : $"is {string.Join(", ", there)}")}. "
            + string.Concat(needed.SelectMany(network => ChosenFunction.Misfits(network, config, members))
                .Select(misfit => $"{misfit}. "))
            + "Start some with dualrs worker and the same registry";
    }

    private static string TextOf(DispatchEvent happened) => happened switch
    {
        DispatchEvent.WorkerLost(var worker, var ranges) =>
            $"worker {worker} is lost: the {ranges} ranges that were with it are drawn elsewhere",
        DispatchEvent.WorkerQuarantined(var worker, var reason, var inputs) =>
            $"worker {worker} is asked no more, and what it voted for open requests is drawn again: {reason}"
            + (inputs.IsEmpty ? ""
                : $". Votes on inputs {string.Join(", ", inputs)} had been given: replay what is certified"),
        DispatchEvent.WorkerSilent(var worker, var patience) =>
            $"worker {worker} has not answered for {patience.TotalSeconds} s, and nobody else can say whether votes "
            + "are right: those of others are taken as they are until it does",
        DispatchEvent.InputQuarantined(var hash, var deaths) =>
            $"input {hash} is refused for a while: {deaths} workers died with it",
        DispatchEvent.DisputedLate(var hash, var samples) =>
            $"samples {samples} of input {hash} were voted on differently by two workers: replay what is certified",
        _ => happened.ToString(),
    };
}

/// <summary>A registry that workers of a cluster vote for.</summary>
/// <param name="Deployed">Its classifier.</param>
/// <param name="Networks">The networks that are asked.</param>
/// <param name="Chosen">The function of each.</param>
internal sealed record ClusterDeployment(
    Deployment Deployed, ImmutableArray<NetworkConfig> Networks, ImmutableArray<ChosenFunction> Chosen)
{
    /// <summary>The networks of which more workers have another function now.</summary>
    /// <param name="members">The cluster.</param>
    public ImmutableArray<string> Outgrown(ImmutableArray<Member> members) =>
    [
        .. Networks.Zip(Chosen).Where(one => one.Second.IsOutgrown(one.First, Deployed.Config, members))
            .Select(one => one.First.Id),
    ];
}
