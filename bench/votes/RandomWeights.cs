using Router.Engine;
using Router.Engine.LibTorch;
using TorchSharp;
using static TorchSharp.torch;

namespace Votes.Bench;

/// <summary>Weights where nobody trained any: speed does not ask what a network has learnt.</summary>
internal static class RandomWeights
{
    // Small behind the last layer of a block, so that a hundred blocks do not add up to infinity.
    private const float LastGain = .25f;

    /// <summary>He's initialization of every layer, the same at every call; names as PyTorch's.</summary>
    public static Dictionary<string, NamedTensor> Of(ResNetPlan plan)
    {
        NativeTorch.Load();
        random.manual_seed(1);
        using DisposeScope scope = NewDisposeScope();
        List<NamedTensor> tensors = [];
        HashSet<Layer> last = [.. plan.Blocks.Select(block => block.Way[^1])];
        foreach (Layer layer in plan.Layers)
        {
            long[] channels = [layer.Outputs], kernel = [layer.Outputs, layer.Inputs, layer.Size, layer.Size];
            tensors.Add(Drawn(kernel, 2f / (layer.Inputs * layer.Size * layer.Size)).ToNamed($"{layer.Name}.weight"));
            using Tensor gain = tensor(last.Contains(layer) ? LastGain : 1f);
            tensors.Add((ones(channels) * gain).ToNamed($"{layer.Norm}.weight"));
            tensors.Add(zeros(channels).ToNamed($"{layer.Norm}.bias"));
            tensors.Add(zeros(channels).ToNamed($"{layer.Norm}.running_mean"));
            tensors.Add(ones(channels).ToNamed($"{layer.Norm}.running_var"));
        }
        tensors.Add(Drawn([plan.Classes, plan.Features], 1f / plan.Features).ToNamed("fc.weight"));
        tensors.Add(zeros(plan.Classes).ToNamed("fc.bias"));
        return tensors.ToDictionary(tensor => tensor.Name);
    }

    private static Tensor Drawn(long[] shape, float variance) => randn(shape) * tensor(MathF.Sqrt(variance));
}
