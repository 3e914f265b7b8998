namespace Router.Experts.Architectures;

/// <summary>
/// The head of a ResNet: average over the image, then one linear layer, computed as a 1×1 convolution. A matrix product over the whole batch
/// (BLAS) takes its last rows by another kernel, whose sums round otherwise: a vote would depend on its place in the batch.
/// </summary>
internal sealed class Classifier : IDisposable
{
    private readonly torch.Tensor _weight;
    private readonly torch.Tensor _bias;

    /// <summary>Takes <c>{name}.weight</c> and <c>{name}.bias</c>; the number of classes is the checkpoint's.</summary>
    public Classifier(Weights weights, string name, int features)
    {
        using var scope = torch.NewDisposeScope();
        ClassCount = (int)(weights.ShapeOf($"{name}.weight")?[0] ?? 1);
        _weight = weights.Place(weights.Take($"{name}.weight", ClassCount, features).view(ClassCount, features, 1, 1)).DetachFromDisposeScope();
        _bias = weights.Place(weights.Take($"{name}.bias", ClassCount)).DetachFromDisposeScope();
    }

    /// <summary>How many logits.</summary>
    public int ClassCount { get; }

    /// <summary>Logits of feature maps [batch, features, height, width].</summary>
    public torch.Tensor Forward(torch.Tensor maps)
    {
        torch.Tensor features = maps.mean([2, 3]).view(-1, _weight.shape[1], 1, 1);
        return torch.nn.functional.conv2d(features, _weight, _bias, [1, 1], [0, 0]).contiguous().view(-1, ClassCount);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
