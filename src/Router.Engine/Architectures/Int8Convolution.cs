using Router.Engine.LibTorch;

namespace Router.Engine.Architectures;

/// <summary>
/// A convolution with its batch normalization, its kernel in signed levels −127…127 with a scale for each output
/// channel, so that the largest weight has the largest level.
/// </summary>
internal sealed class Int8Convolution : IDisposable
{
    private const int LargestLevel = 127;

    /// <summary>Takes the kernel of a folded convolution.</summary>
    /// <param name="folded">In float32.</param>
    /// <param name="inputScale">What a level of its images is.</param>
    /// <param name="operators">Packs it.</param>
    public Int8Convolution(FoldedConvolution folded, double inputScale, Int8Operators operators)
    {
        (InputScale, Stride, Padding) = (inputScale, folded.Stride, folded.Padding);
        using var scope = torch.NewDisposeScope();
        torch.Tensor largest = folded.Kernel.abs().amax([1, 2, 3]).clamp_min(float.Epsilon);
        Scales = largest.Times(1.0 / LargestLevel).DetachFromDisposeScope();
        ZeroPoints = torch.zeros(Scales.shape[0], dtype: torch.ScalarType.Int32).DetachFromDisposeScope();
        torch.Tensor levels = (folded.Kernel / Scales.view(-1, 1, 1, 1)).round().to(torch.ScalarType.Int8).contiguous();
        Kernel = operators.Pack(levels, Scales, inputScale, Stride, Padding).DetachFromDisposeScope();
        Bias = folded.Bias.clone().DetachFromDisposeScope();
    }

    /// <summary>The packed kernel.</summary>
    public torch.Tensor Kernel { get; }

    /// <summary>What a level of the kernel is, by output channel.</summary>
    public torch.Tensor Scales { get; }

    /// <summary>0 for each output channel.</summary>
    public torch.Tensor ZeroPoints { get; }

    /// <summary>b, in float32.</summary>
    public torch.Tensor Bias { get; }

    /// <summary>What a level of its images is.</summary>
    public double InputScale { get; }

    /// <summary>Of the convolution.</summary>
    public long Stride { get; }

    /// <summary>Of the images.</summary>
    public long Padding { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (torch.Tensor tensor in (torch.Tensor[])[Kernel, Scales, ZeroPoints, Bias]) tensor.Dispose();
    }
}
