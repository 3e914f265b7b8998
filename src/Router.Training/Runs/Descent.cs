using Router.Engine.LibTorch;

namespace Router.Training.Runs;

/// <summary>
/// One step along gradients, and what it remembers of each parameter. TorchSharp's own optimizers hand over numbers
/// that may be freed before they are read (<see cref="HeldScalars"/>): a step would fail now and then, or go elsewhere.
/// </summary>
internal abstract class Descent : IDisposable
{
    private const string Prefix = "optimizer.";

    private readonly Parameter[] _parameters;
    private readonly Dictionary<string, torch.Tensor>[] _memory;

    /// <param name="parameters">What it changes.</param>
    /// <param name="remembered">The names of what it keeps of each, which begins as zeros.</param>
    protected Descent(IEnumerable<Parameter> parameters, params string[] remembered)
    {
        _parameters = [.. parameters];
        _memory = [.. _parameters.Select(parameter => remembered.ToDictionary(
            name => name, _ => torch.zeros_like(parameter).DetachFromDisposeScope()))];
    }

    /// <summary>What it remembers, by the names of a training's state.</summary>
    public IEnumerable<(string Name, torch.Tensor Tensor)> Memory => _memory.SelectMany(
        (kept, i) => kept.Select(one => ($"{Prefix}{i}.{one.Key}", one.Value)));

    /// <summary>Whether a tensor of a training's state is what an optimizer remembers, by its name.</summary>
    public static bool IsMemory(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Forgets the gradients.</summary>
    public void Clear()
    {
        foreach (Parameter parameter in _parameters)
        {
            using torch.Tensor? gradient = parameter.grad;
            gradient?.zero_();
        }
    }

    /// <summary>One step.</summary>
    /// <param name="rate">The learning rate.</param>
    /// <param name="count">Which step it is, from 1.</param>
    public void Step(double rate, int count)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable plain = torch.no_grad();
        foreach ((Parameter parameter, Dictionary<string, torch.Tensor> kept) in _parameters.Zip(_memory))
            if (parameter.grad is { } gradient)
                Step(parameter, gradient, kept, rate, count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, torch.Tensor tensor) in Memory)
            tensor.Dispose();
    }

    /// <summary>One step of one parameter.</summary>
    protected abstract void Step(
        Parameter parameter, torch.Tensor gradient, Dictionary<string, torch.Tensor> kept, double rate, int count);
}

/// <summary>Stochastic gradient descent with momentum, as PyTorch's.</summary>
/// <param name="parameters">What it changes.</param>
/// <param name="momentum">Of the step before, in [0, 1).</param>
/// <param name="weightDecay">≥ 0.</param>
internal sealed class Sgd(IEnumerable<Parameter> parameters, double momentum, double weightDecay)
    : Descent(parameters, momentum == 0 ? [] : [Buffer])
{
    private const string Buffer = "momentum_buffer";

    /// <inheritdoc/>
    protected override void Step(
        Parameter parameter, torch.Tensor gradient, Dictionary<string, torch.Tensor> kept, double rate, int count)
    {
        torch.Tensor decayed = weightDecay == 0 ? gradient : gradient.Plus(weightDecay, parameter);
        parameter.Add(-rate, momentum == 0 ? decayed : kept[Buffer].Multiply(momentum).Add(decayed));
    }
}

/// <summary>AdamW (Loshchilov and Hutter 2019), with PyTorch's constants.</summary>
/// <param name="parameters">What it changes.</param>
/// <param name="beta1">The decay of the first moment, in [0, 1).</param>
/// <param name="weightDecay">≥ 0.</param>
internal sealed class AdamW(IEnumerable<Parameter> parameters, double beta1, double weightDecay)
    : Descent(parameters, First, Second)
{
    private const string First = "exp_avg", Second = "exp_avg_sq";
    private const double Beta2 = .999, Epsilon = 1e-8;

    /// <inheritdoc/>
    protected override void Step(
        Parameter parameter, torch.Tensor gradient, Dictionary<string, torch.Tensor> kept, double rate, int count)
    {
        parameter.Multiply(1 - rate * weightDecay);
        torch.Tensor first = kept[First].Multiply(beta1).Add(1 - beta1, gradient);
        torch.Tensor second = kept[Second].Multiply(Beta2).AddProduct(1 - Beta2, gradient, gradient);
        torch.Tensor spread = second.sqrt().Multiply(1 / Math.Sqrt(1 - Math.Pow(Beta2, count))).Plus(Epsilon);
        parameter.AddQuotient(-rate / (1 - Math.Pow(beta1, count)), first, spread);
    }
}
