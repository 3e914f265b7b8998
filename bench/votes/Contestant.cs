using Router.Engine;
using Router.Experts.Checkpoints;
using Router.Experts.Loading;
using TorchSharp;

namespace Votes.Bench;

/// <summary>A system and a number format: how to make it at some batch.</summary>
/// <param name="System">Whose loop it is.</param>
/// <param name="Format">Of its convolutions.</param>
/// <param name="Make">At so many images a pass.</param>
internal sealed record Contestant(string System, string Format, Func<int, IVoting> Make)
{
    public const string Ours = "dualrs", Eager = "TorchSharp, eager", Onnx = "ONNX Runtime";

    /// <summary>Every system that runs a network, on the same weights.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="folder">Where its files may be written.</param>
    /// <param name="threads">Of a pass.</param>
    public static Contestant[] Of(ResNetPlan plan, string folder, int threads)
    {
        string checkpoint = Path.GetFullPath("models/cifar10/noise_0.25.safetensors");
        IReadOnlyDictionary<string, NamedTensor> weights;
        if (plan.Architecture == "cifar_resnet20")
        {
            weights = CheckpointFile.Read(checkpoint).Tensors;
        }
        else
        {
            checkpoint = Path.Combine(folder, $"{plan.Architecture}.safetensors");
            weights = RandomWeights.Of(plan);
            SafeTensors.Write(checkpoint, weights.Values);
        }
        InputLayer.Standardize input = DatasetFacts.Find(plan.Dataset)!.Standard!;
        Contestant Own(string format) =>
            new(Ours, format, batch => new OwnVotes(plan, folder, checkpoint, format, batch, threads));
        Contestant Plain(string format, torch.ScalarType type) =>
            new(Eager, format, batch => new EagerVotes(plan, weights, input, type, batch));
        bool integers = Machine.Multiplies8Bit && plan.Architecture != "resnet50";
        return
        [
            Own("float32"), Own("bfloat16"), .. integers ? [Own("int8")] : (Contestant[])[],
            Plain("float32", torch.ScalarType.Float32), Plain("bfloat16", torch.ScalarType.BFloat16),
            new(Onnx, "float32", batch => new OnnxVotes(plan, weights, input, batch, threads)),
        ];
    }
}
