using System.Collections.Immutable;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Experts.Serving;
using Router.Votes.Noise;
using Architecture = Router.Engine.Architectures.Architecture;

namespace Router.Experts.Loading;

/// <summary>Where a network comes into memory from, as often as it must: its registry entry and its files.</summary>
/// <param name="network">What the registry says of it.</param>
/// <param name="dataset">What its inputs are.</param>
/// <param name="engine">Where and how it runs.</param>
/// <param name="noises">The noise that networks have.</param>
internal sealed class NetworkSource(
    NetworkConfig network, DatasetFacts dataset, EngineSettings engine, SharedNoise noises)
{
    /// <summary>What the registry says of it.</summary>
    public NetworkConfig Config => network;

    /// <summary>Where and how it runs.</summary>
    public EngineSettings Engine => engine;

    /// <summary>(channels, height, width) of its inputs.</summary>
    public ImmutableArray<int> ImageShape { get; } = [dataset.Channels, dataset.Height, dataset.Width];

    /// <summary>How many outputs the registry expects of it.</summary>
    public int Outputs { get; } = network is RouterConfig router ? router.Routes.Count
        : (network as ExpertConfig)?.Classes ?? dataset.Classes;

    /// <summary>The weights of its members, in their order; of a network alone its own.</summary>
    /// <exception cref="CheckpointException">A file is broken, forged, or of a kind that is refused.</exception>
    public Checkpoint[] Read() => [.. network.Members.Select(member => CheckpointFile.Read(member.CheckpointPath))];

    /// <summary>Its members, built of the weights that were read.</summary>
    /// <exception cref="InvalidDataException">
    /// The weights are those of other layers, or a file is no longer the one that was read.
    /// </exception>
    public BuiltMember[] Build(Checkpoint[] checkpoints)
    {
        List<BuiltMember> members = [];
        try
        {
            foreach ((NetworkConfig member, Checkpoint checkpoint) in network.Members.Zip(checkpoints))
                members.Add(new(member, checkpoint, Layers(member, checkpoint)));
            return [.. members];
        }
        catch
        {
            members.ForEach(member => member.Dispose());
            throw;
        }
    }

    /// <summary>All members as one network, with all it needs to vote.</summary>
    /// <param name="members">Of <see cref="Build"/>, with as many outputs each; owned.</param>
    public ResidentNetwork Settle(IReadOnlyList<BuiltMember> members)
    {
        GridNoise noise = noises.Of(network.Sigma);
        LevelTable levels = new(network.InputLayer, dataset.Channels, noise.Thresholds.Largest);
        INetwork[] each =
        [
            .. members.Select(member => engine.IsQuantized
                ? Quantization.Of(member.Layers, noise, levels, ImageShape, engine.Device)
                : member.Layers),
        ];
        INetwork layers = each.Length == 1 ? each[0] : new Ensemble(each);
        BatchEvaluator evaluator = new(
            layers, dataset.Channels, dataset.Height, dataset.Width, engine, network.Mirror);
        SampleEvaluator samples = new(evaluator, network.Sigma, noise.Fill, levels);
        bool shares = !members.Any(member => member.Layers is TorchScriptNetwork);
        return new(evaluator, levels, new(network.Id, samples, SharesPasses: shares));
    }

    /// <summary>The network again: the same function, of which the hashes of its files are a part.</summary>
    /// <exception cref="InvalidDataException">A file is another one.</exception>
    public ResidentNetwork Again(IReadOnlyList<string> hashes)
    {
        Checkpoint[] checkpoints = Read();
        foreach ((NetworkConfig member, Checkpoint checkpoint, string sha256) in
            network.Members.Zip(checkpoints, hashes))
            if (checkpoint.Sha256 != sha256)
                throw new InvalidDataException(
                    $"{member.CheckpointPath} is another file than when the registry was loaded: its sha256 is "
                    + $"{checkpoint.Sha256}, not {sha256}; put the file back, or load the registry again");
        return Settle(Build(checkpoints));
    }

    private INetwork Layers(NetworkConfig member, Checkpoint checkpoint)
    {
        INetwork layers;
        try
        {
            layers = checkpoint.Layout == CheckpointLayout.TorchScript
                ? new TorchScriptNetwork(member.CheckpointPath, ImageShape, Outputs, engine)
                : Architecture.Build(member.Architecture, checkpoint.Tensors, member.Sigma, engine);
        }
        catch (CheckpointMismatchException fault)
        {
            throw new InvalidDataException($"{member.CheckpointPath}: {fault.Message}", fault);
        }
        // A file is hashed first and parsed then, an archive by libtorch from the disk: what was parsed is what was
        // hashed only if it still is.
        if (CheckpointFile.Sha256(member.CheckpointPath) == checkpoint.Sha256) return layers;
        layers.Dispose();
        throw new InvalidDataException($"{member.CheckpointPath} changed while it was read");
    }
}

/// <summary>A network, or one of an ensemble, with the layers that its weights make.</summary>
/// <param name="Config">What the registry says of it.</param>
/// <param name="Checkpoint">Its weights.</param>
/// <param name="Layers">Its layers; owned.</param>
internal sealed record BuiltMember(NetworkConfig Config, Checkpoint Checkpoint, INetwork Layers) : IDisposable
{
    /// <summary>What it contributes to the function.</summary>
    public FunctionMember Function => new(
        Config.Architecture, Checkpoint.Sha256, Checkpoint.Tensors.Values, (Layers as TorchScriptNetwork)?.Output ?? 0);

    /// <inheritdoc/>
    public void Dispose() => Layers.Dispose();
}
