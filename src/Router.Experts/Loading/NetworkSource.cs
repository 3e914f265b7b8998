using System.Collections.Immutable;
using Router.Engine;
using Router.Engine.Architectures;
using Router.Experts.Checkpoints;
using Router.Experts.Registry;
using Router.Experts.Serving;
using Router.Votes.Noise;
using Architecture = Router.Engine.Architectures.Architecture;

namespace Router.Experts.Loading;

/// <summary>Where a network comes into memory from, as often as it must: its registry entry and its file.</summary>
/// <param name="network">What the registry says of it.</param>
/// <param name="dataset">What its inputs are.</param>
/// <param name="engine">Where and how it runs.</param>
internal sealed class NetworkSource(NetworkConfig network, DatasetFacts dataset, EngineSettings engine)
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

    /// <summary>Its weights.</summary>
    /// <exception cref="CheckpointException">The file is broken, forged, or of a kind that is refused.</exception>
    public Checkpoint Read() => CheckpointFile.Read(network.CheckpointPath);

    /// <summary>Its layers, of the weights that were read.</summary>
    /// <exception cref="InvalidDataException">The file is no longer the one that was read.</exception>
    public INetwork Layers(Checkpoint checkpoint)
    {
        INetwork layers = checkpoint.Layout == CheckpointLayout.TorchScript
            ? new TorchScriptNetwork(network.CheckpointPath, ImageShape, Outputs, engine)
            : Architecture.Build(network.Architecture, checkpoint.Tensors, engine);
        // A file is hashed first and parsed then, an archive by libtorch from the disk: what was parsed is what was
        // hashed only if it still is.
        if (CheckpointFile.Sha256(network.CheckpointPath) == checkpoint.Sha256) return layers;
        layers.Dispose();
        throw new InvalidDataException($"{network.CheckpointPath} changed while it was read");
    }

    /// <summary>The layers with all they need to vote.</summary>
    public ResidentNetwork Settle(INetwork layers, CheckpointLayout layout)
    {
        GridNoise noise = new(network.Sigma);
        BatchEvaluator evaluator = new(layers, dataset.Channels, dataset.Height, dataset.Width, engine);
        LevelTable levels = new(network.InputLayer, dataset.Channels, noise.Thresholds.Largest);
        SampleEvaluator samples = new(evaluator, noise.Sigma, noise.Fill, levels);
        return new(evaluator, levels, new(network.Id, samples, SharesPasses: layout != CheckpointLayout.TorchScript));
    }

    /// <summary>The network again: the same function, of which the hash of its file is a part.</summary>
    /// <exception cref="InvalidDataException">Its file is another one.</exception>
    public ResidentNetwork Again(string sha256)
    {
        Checkpoint checkpoint = Read();
        return checkpoint.Sha256 == sha256
            ? Settle(Layers(checkpoint), checkpoint.Layout)
            : throw new InvalidDataException(
                $"{network.CheckpointPath} is another file than when the registry was loaded: its sha256 is "
                + $"{checkpoint.Sha256}, not {sha256}; put the file back, or load the registry again");
    }
}
