using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// A convolution and the batch normalization behind it as one convolution: W' = W·γ/√(v+ε), b' = β − μ·γ/√(v+ε), folded
/// in float64.
/// </summary>
internal sealed class FoldedConvolution : IDisposable
{
    // torch.nn.BatchNorm2d's default, which every architecture here uses.
    private const double Epsilon = 1e-5;

    // A script takes a twentieth of the start: those of CIFAR ResNets are too small to be worth that.
    private const int SmallestForScript = 128 * 128;

    private static readonly Lazy<OperatorScript> Product = new(() => new("""
        def linear(self: __torch__.Operators, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
          return ops.mkldnn._linear_pointwise(x, w, b, "none", annotate(List[Optional[number]], []), "")
        """));

    private readonly torch.Tensor _kernel;
    private readonly torch.Tensor _bias;
    private readonly long[] _stride;
    private readonly long[] _padding;

    /// <summary>Takes <c>{convolution}.weight</c> and the four tensors of <c>{norm}</c>.</summary>
    public FoldedConvolution(
        Weights weights, string convolution, string norm, int inputs, int outputs, int size, int stride = 1)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor kernel = weights.Take($"{convolution}.weight", outputs, inputs, size, size);
        torch.Tensor scale = weights.Take($"{norm}.weight", outputs);
        torch.Tensor shift = weights.Take($"{norm}.bias", outputs);
        torch.Tensor mean = weights.Take($"{norm}.running_mean", outputs);
        torch.Tensor variance = weights.Take($"{norm}.running_var", outputs);
        torch.Tensor gain = scale / variance.Plus(Epsilon).sqrt();
        _kernel = weights.Place(kernel * gain.view(-1, 1, 1, 1)).DetachFromDisposeScope();
        _bias = weights.Place(shift - mean * gain).DetachFromDisposeScope();
        (_stride, _padding) = ([stride, stride], [size / 2, size / 2]);
    }

    /// <summary>W'.</summary>
    public torch.Tensor Kernel => _kernel;

    /// <summary>b'.</summary>
    public torch.Tensor Bias => _bias;

    /// <summary>In both directions.</summary>
    public long Stride => _stride[0];

    /// <summary>On all sides.</summary>
    public long Padding => _padding[0];

    /// <summary>W' ∗ x + b'.</summary>
    public torch.Tensor Forward(torch.Tensor x)
    {
        if (Padding > 0 || x.device_type != DeviceType.CPU || Machine.TellsCaches)
            return torch.nn.functional.conv2d(x, _kernel, _bias, _stride, _padding);
        // oneDNN 3.7 divides by zero, and the process ends, when it plans some convolutions of one pixel (512 inputs
        // and 1024 outputs, of ResNet-50) on a processor that does not say how large its caches are. They are a
        // product of matrices over the channels of each pixel; oneDNN's, since MKL's is slow on others than Intel's.
        using var scope = torch.NewDisposeScope();
        torch.Tensor read = x.slice(2, 0, x.shape[2], Stride).slice(3, 0, x.shape[3], Stride).permute(0, 2, 3, 1);
        torch.Tensor rows = _kernel.flatten(1);
        torch.Tensor product = rows.numel() < SmallestForScript ? torch.nn.functional.linear(read, rows, _bias)
            : Product.Value.Call("linear", read, rows, _bias);
        return product.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernel.Dispose();
        _bias.Dispose();
    }
}
