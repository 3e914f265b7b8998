using Router.Engine.LibTorch;

namespace Router.Training.Networks;

/// <summary>
/// A convolution without bias and the batch normalization behind it (Ioffe and Szegedy 2015), with PyTorch's constants.
/// </summary>
internal sealed class NormalizedConvolution
{
    private const double Momentum = .1, Epsilon = 1e-5;

    private readonly Parameter _kernel, _gain, _shift;
    private readonly torch.Tensor _mean, _variance, _batches;
    private readonly long[] _stride, _padding;

    /// <summary>
    /// Kernels ~ N(0, 2/(size²·outputs)): He et al. 2015, counted over the outputs, as Cohen's networks begin.
    /// </summary>
    public NormalizedConvolution(
        ParameterSet parameters, string convolution, string norm, int inputs, int outputs, int size, int stride,
        torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        _kernel = parameters.Train($"{convolution}.weight", torch
            .randn([outputs, inputs, size, size], generator: generator).Times(
                Math.Sqrt(2.0 / (size * size * outputs))));
        _gain = parameters.Train($"{norm}.weight", torch.ones(outputs));
        _shift = parameters.Train($"{norm}.bias", torch.zeros(outputs));
        _mean = parameters.Count($"{norm}.running_mean", torch.zeros(outputs));
        _variance = parameters.Count($"{norm}.running_var", torch.ones(outputs));
        _batches = parameters.Count($"{norm}.num_batches_tracked", torch.zeros([], torch.ScalarType.Int64));
        (_stride, _padding) = ([stride, stride], [size / 2, size / 2]);
    }

    /// <summary>γ·(W∗x − μ)/√(v + ε) + β, in the element type of x.</summary>
    /// <param name="x">[batch, inputs, H, W].</param>
    /// <param name="ownStatistics">
    /// Whether μ and v are the batch's own, and are counted; else they are those that were counted, and all is one
    /// convolution by W·γ/√(v + ε). Gradients reach W, γ and β either way.
    /// </param>
    public torch.Tensor Forward(torch.Tensor x, bool ownStatistics)
    {
        if (!ownStatistics)
        {
            torch.Tensor scale = _gain * _variance.Plus(Epsilon).rsqrt();
            return torch.nn.functional.conv2d(
                x, (_kernel * scale.view(-1, 1, 1, 1)).to(x.dtype), (_shift - _mean * scale).to(x.dtype), _stride,
                _padding);
        }
        torch.Tensor y = torch.nn.functional.conv2d(x, _kernel.to(x.dtype), null, _stride, _padding);
        _batches.CountUp();
        return torch.nn.functional.batch_norm(y, _mean, _variance, _gain, _shift, training: true, Momentum, Epsilon);
    }
}
