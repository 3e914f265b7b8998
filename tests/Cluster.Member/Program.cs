using System.Collections.Immutable;
using System.Globalization;
using Cluster.Member;
using Router.Cluster.Dispatch;
using Router.Cluster.Silos;
using Router.Engine.LibTorch;
using Router.Experts.Loading;
using Router.Host.Cli;
using Router.Votes;
using Tests;

// Cluster.Member liar|deadly|hanging|otherBuild CLUSTER REGISTRY BATCH
// A worker with the networks of `dualrs worker --threads 1 --no-probe`, and something is wrong with it:
//   liar        votes for the first outcome always;
//   deadly      ends at a black picture, and votes as it should on all others;
//   hanging     votes as it should at first, and then answers no more;
//   otherBuild  says that its functions are of another build, and votes for the first outcome.
if (args is not ["liar" or "deadly" or "hanging" or "otherBuild", var cluster, var registry, var batch]
    || !ClusterAddress.TryParse(cluster, out ClusterAddress? address))
    throw new ArgumentException("Cluster.Member liar|deadly|hanging|otherBuild CLUSTER REGISTRY BATCH");
Surroundings surroundings = Surroundings.OfProcess();
NativeTorch.CacheFolder = surroundings.CacheFolder;
using Deployment deployed = await Deployment.OpenAsync(
    new(registry, Threads: 1, int.Parse(batch, CultureInfo.InvariantCulture), Probe: false), null, surroundings,
    CancellationToken.None);
await using ClusterHost member = await ClusterHost.JoinAsync(
    new(address, args[0], TimeProvider.System) { Secret = 1, Versions = Versions.Of(deployed).ToImmutableDictionary() },
    [.. deployed.Registry.Networks.Select(Hosted)], CancellationToken.None);
Console.WriteLine($"{args[0]} votes in the cluster");
await member.Directory.Expelled;

HostedFunction Hosted(LoadedNetwork network)
{
    IVoter right = network.Voter;
    ImmutableDictionary<string, string> properties = network.Properties.ToImmutableDictionary();
    if (args[0] == "otherBuild") properties = properties.SetItem("engine", "another");
    FunctionId id = network.Pass.Of(FunctionId.Of(properties));
    IVoter voter = args[0] switch
    {
        "deadly" => new DeadlyVoter(right),
        "hanging" => new HangingVoter(right),
        _ => ScriptedVoter.Sure(id.Value, outcome: 0, right.OutcomeCount, right.Sigma),
    };
    return new(
        new(id, right.OutcomeCount, network.ImageShape, network.BatchSize), network.Id, right.Sigma, network.Device, 1,
        voter)
    {
        Pass = network.Pass, Properties = properties,
    };
}
