
namespace Router.Engine.Architectures;

/// <summary>
/// The head of a ResNet: average over the image, then linear layers with ReLU between them, each computed as a 1×1
/// convolution. A matrix product over the whole batch (BLAS) takes its last rows by another kernel, whose sums round
/// otherwise: a vote would depend on its place in the batch.
/// </summary>
internal sealed class Classifier : IDisposable
{
    private readonly List<(torch.Tensor Weight, torch.Tensor Bias)> _layers = [];

    /// <summary>
    /// Takes <c>{name}.weight</c> and <c>{name}.bias</c> of each layer; the number of classes is the checkpoint's.
    /// </summary>
    /// <param name="weights">The checkpoint's.</param>
    /// <param name="names">The layers, first to last.</param>
    /// <param name="features">Channels of the maps.</param>
    /// <param name="hidden">The width between layers.</param>
    public Classifier(Weights weights, IReadOnlyList<string> names, int features, int hidden = 0)
    {
        using var scope = torch.NewDisposeScope();
        // A shape that the file does not back with numbers would take any amount of memory.
        int width = names.Count == 1 ? features : hidden;
        ClassCount = weights.ShapeOf($"{names[^1]}.weight") is [>= 1 and <= int.MaxValue and var classes, var given]
            && given == width ? (int)classes : 1;
        foreach ((int i, string name) in names.Index())
        {
            int inputs = i == 0 ? features : hidden, outputs = i == names.Count - 1 ? ClassCount : hidden;
            _layers.Add((
                weights.Place(weights.Take($"{name}.weight", outputs, inputs).view(outputs, inputs, 1, 1))
                    .DetachFromDisposeScope(),
                weights.Place(weights.Take($"{name}.bias", outputs)).DetachFromDisposeScope()));
        }
    }

    /// <summary>How many logits.</summary>
    public int ClassCount { get; }

    /// <summary>Logits of feature maps [batch, features, height, width].</summary>
    public torch.Tensor Forward(torch.Tensor maps)
    {
        torch.Tensor x = maps.mean([2, 3]).view(-1, _layers[0].Weight.shape[1], 1, 1);
        foreach ((int i, (torch.Tensor weight, torch.Tensor bias)) in _layers.Index())
            x = torch.nn.functional.conv2d(i == 0 ? x : x.relu_(), weight, bias, [1, 1], [0, 0]);
        return x.contiguous().view(-1, ClassCount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((torch.Tensor weight, torch.Tensor bias) in _layers)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }
}
