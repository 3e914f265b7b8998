using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Cards;
using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Experts.Serving;
using Router.Votes;
using Architecture = Router.Engine.Architectures.Architecture;

namespace Router.Experts.Loading;

/// <summary>Builds one network of a registry: checkpoint, layers, card, noise, voter.</summary>
/// <param name="machine">The devices.</param>
/// <param name="dataset">What its inputs are.</param>
/// <param name="noises">The noise that networks have.</param>
/// <param name="faults">Receives what is wrong with it.</param>
internal sealed class NetworkBuilder(
    Machine machine, DatasetFacts dataset, SharedNoise noises, List<RegistryFault> faults)
{
    /// <summary>
    /// The network, or null where it has faults. One that is lazy is built to be checked, and let go.
    /// </summary>
    /// <param name="network">What the registry says of it.</param>
    /// <param name="engine">Where and how it runs.</param>
    /// <param name="batcher">The turns of its device.</param>
    /// <param name="room">The memory of its device.</param>
    /// <param name="bytes">What it takes of that, by an upper estimate.</param>
    public LoadedNetwork? TryBuild(NetworkConfig network, EngineSettings engine, LaneBatcher batcher,
        DeviceRoom room, long bytes)
    {
        try
        {
            return Build(new(network, dataset, engine, noises), batcher, room, bytes);
        }
        catch (Exception fault) when (fault is CheckpointException or IOException or InvalidDataException
            or ExternalException)
        {
            string cause = fault is ExternalException ? TorchFault.Cause(fault) : fault.Message;
            faults.Add(network.Fault(network.Id, cause, $"a checkpoint of {network.Architectures}"));
            return null;
        }
    }

    private LoadedNetwork? Build(NetworkSource source, LaneBatcher batcher, DeviceRoom room, long bytes)
    {
        NetworkConfig network = source.Config;
        Checkpoint[] checkpoints = source.Read();
        RegistryFault[] misnamed = [.. network.Members
            .Zip(checkpoints, (member, checkpoint) => Misnamed(member, checkpoint.Layout)).OfType<RegistryFault>()];
        if (misnamed.Length > 0)
        {
            faults.AddRange(misnamed);
            return null;
        }
        BuiltMember[] members = source.Build(checkpoints);
        int known = faults.Count;
        ModelCard?[] cards = [.. members.Select(member => Check(member, source.Outputs, network.Others.Count > 0))];
        if (DifferentInputs(network, cards) is { } different) faults.Add(different);
        if (faults.Count > known)
        {
            foreach (BuiltMember member in members) member.Dispose();
            return null;
        }
        ResidentNetwork resident = source.Settle(members);
        if (Probe(resident, network, batcher.Lane) is { } fault)
        {
            resident.Dispose();
            faults.Add(network.Fault(
                network.Id, $"{network.Checkpoints}: {fault}{Unusable(members)}",
                "a network that answers each image by itself, always the same, with finite logits"));
            return null;
        }
        NetworkFunction what = new(
            network.Sigma, network.InputLayer, source.ImageShape, [.. members.Select(member => member.Function)])
        {
            Mirrors = network.Mirror, Routes = (network as RouterConfig)?.Routes,
        };
        IReadOnlyDictionary<string, string> properties = FunctionProperties.Of(what, source.Engine, machine);
        FunctionId function = FunctionId.Of(properties);
        string[] hashes = [.. checkpoints.Select(checkpoint => checkpoint.Sha256)];
        Residence residence = new(
            room, network.Id, function, bytes, mayLeave: network.Load != LoadPolicy.Pinned, () => source.Again(hashes));
        ExpertVoter voter = new(
            residence, batcher, source.ImageShape, function, network.Sigma, members[0].Layers.ClassCount);
        if (network.Load == LoadPolicy.Lazy) resident.Dispose();
        room.Admit(residence, network.Load == LoadPolicy.Lazy ? null : resident);
        return new(source, cards.ToImmutableArray(), properties, voter, residence, batcher);
    }

    // Its card, where it has one and it is right; of an ensemble every fault says which member's it is.
    private ModelCard? Check(BuiltMember member, int outputs, bool isOfEnsemble)
    {
        int before = faults.Count;
        ModelCard? card = ReadCard(member.Config, member.Checkpoint);
        faults.AddRange(Disagreements(member.Config, member.Checkpoint, member.Layers, outputs, card));
        string file = member.Config.CheckpointPath;
        for (int i = before; isOfEnsemble && i < faults.Count; i++)
            if (!faults[i].Problem.Contains(file, StringComparison.Ordinal))
                faults[i] = faults[i] with { Problem = $"{file}: {faults[i].Problem}" };
        return card;
    }

    private static RegistryFault? DifferentInputs(NetworkConfig network, ModelCard?[] cards) =>
        cards.OfType<ModelCard>().DistinctBy(card => card.InputLayer).Count() < 2 ? null
        : network.Fault(network.Id, "its members were trained with different input layers, as their cards say: "
            + string.Join("; ", network.Members.Zip(cards).Where(member => member.Second is not null)
                .Select(member => $"{member.First.CheckpointPath} with {member.Second!.InputLayer}")),
            "members that share one input layer");

    // Of an ensemble with the file that they are in.
    private static string Unusable(BuiltMember[] members) => string.Concat(members
        .Select(one => (one.Config.CheckpointPath, Text: UnusableWeights.Describe(one.Checkpoint.Tensors.Values)))
        .Where(one => one.Text.Length > 0)
        .Select(one => members.Length == 1 ? one.Text : $"{one.Text} of {one.CheckpointPath}"));

    // On the thread, in the format and in the batches that its votes are drawn on.
    private static string? Probe(ResidentNetwork resident, NetworkConfig network, DeviceLane lane)
    {
        string? fault = null;
        lane.RunAsync(() => fault = new FunctionProbe(resident.Evaluator, resident.Levels, network.Sigma).Fault(),
            CancellationToken.None).GetAwaiter().GetResult();
        return fault;
    }

    // The layout decides what libtorch gets to parse, so it is asked of the bytes that are loaded, whatever was checked
    // before.
    private static RegistryFault? Misnamed(NetworkConfig network, CheckpointLayout layout)
    {
        bool script = layout == CheckpointLayout.TorchScript, named = network.Architecture == Architecture.TorchScript;
        if (script && !(named && network.Trust))
            return network.Fault(
                network.Id, $"{network.CheckpointPath} is a TorchScript archive, which libtorch parses natively",
                "architecture: torchscript and trust: true, if you trust its author; or a checkpoint of weights alone");
        return named && !script
            ? network.Fault(network.Id, $"{network.CheckpointPath} is not a TorchScript archive",
                $"the architecture of its weights: {Architecture.Accepted}")
            : null;
    }

    private ModelCard? ReadCard(NetworkConfig network, Checkpoint checkpoint)
    {
        string path = ModelCard.PathOf(network);
        if (!File.Exists(path)) return null;
        ModelCardReading reading = ModelCardReader.Read(path);
        faults.AddRange(reading.Faults);
        if (reading.Card is not { } card) return null;
        faults.AddRange(CardAgreement.Compare(network, card).Where(fault => fault.Level == FaultLevel.Fault));
        if (card.Sha256 != checkpoint.Sha256)
            faults.Add(network.Fault(network.Id, $"{path} is the card of another file: its sha256 is {card.Sha256}, "
                + $"the checkpoint's {checkpoint.Sha256}", "the checkpoint's own card, or none"));
        return card;
    }

    private IEnumerable<RegistryFault> Disagreements(
        NetworkConfig network, Checkpoint checkpoint, INetwork layers, int expected, ModelCard? card)
    {
        if (network.Sha256 is { } stated && stated != checkpoint.Sha256)
            yield return network.Fault(
                network.Id, $"sha256 is {stated}, but {network.CheckpointPath} has {checkpoint.Sha256}",
                "the hash of the file that is meant");
        if (layers.ClassCount != expected)
            yield return network.Fault(network.Id, $"the network has {layers.ClassCount} outputs",
                expected.ToString(CultureInfo.InvariantCulture));
        if (InputConstants.Mismatch(checkpoint.InputConstants, network.InputLayer, network.Sigma) is { } constants)
            yield return network.Fault(network.Id, $"{network.CheckpointPath}: {constants}",
                "the input layer and σ that the network was trained with");
        if (card?.Probe.NoisyAccuracy is { } measured && measured.Dataset != dataset.Name)
            yield return network.Fault(network.Id,
                $"its model card was measured on {measured.Dataset}, the registry is of {dataset.Name}",
                "the data set it was trained for");
        if (card is not null && card.Classes != layers.ClassCount)
            yield return network.Fault(
                network.Id, $"the network has {layers.ClassCount} outputs, its model card says {card.Classes}",
                "the checkpoint's own card, or none");
        if (network is ExpertConfig && layers.ClassCount == expected
            && checkpoint.Metadata.TryGetValue(RouteOrder.MetadataKey, out string? routes))
            yield return network.Fault(network.Id, $"{network.CheckpointPath} is a router over [{routes}]",
                "a network of classes");
        if (network is RouterConfig written
            && checkpoint.Metadata.TryGetValue(RouteOrder.MetadataKey, out string? trained)
            && RouteOrder.Mismatch(written.Routes, trained) is { } problem)
            yield return network.Fault(
                network.Id, problem, $"routes in the order the router was trained on: {trained}");
    }
}
