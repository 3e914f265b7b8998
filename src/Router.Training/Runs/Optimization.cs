using Router.Experts.Checkpoints;
using TorchSharp.Modules;

namespace Router.Training.Runs;

/// <summary>The optimizer of a recipe and its schedule, stepped together.</summary>
internal sealed class Optimization : IDisposable
{
    private readonly OptimizerHelper _optimizer;
    private readonly torch.optim.lr_scheduler.LRScheduler? _schedule;
    private readonly bool _hasMomentum;

    public Optimization(Recipe recipe, IEnumerable<Parameter> parameters, int stepsPerEpoch)
    {
        // AdamW's β₁ is the decay of its first moment, as momentum is SGD's.
        _optimizer = recipe.Optimizer switch
        {
            Optimizer.AdamW => torch.optim.AdamW(parameters, recipe.LearningRate, beta1: recipe.Momentum, weight_decay: recipe.WeightDecay),
            _ => torch.optim.SGD(parameters, recipe.LearningRate, recipe.Momentum, weight_decay: recipe.WeightDecay),
        };
        _hasMomentum = recipe.Momentum != 0;
        int steps = recipe.Epochs * stepsPerEpoch;
        _schedule = recipe.Schedule switch
        {
            Schedule.Step => torch.optim.lr_scheduler.MultiStepLR(_optimizer, [.. recipe.Milestones.Select(epoch => epoch * stepsPerEpoch)], recipe.Decay),
            Schedule.Cosine => torch.optim.lr_scheduler.CosineAnnealingLR(_optimizer, steps),
            Schedule.OneCycle => torch.optim.lr_scheduler.OneCycleLR(_optimizer, recipe.LearningRate, steps, pct_start: recipe.Rise, cycle_momentum: false),
            _ => null,
        };
    }

    /// <summary>The rate of the next step.</summary>
    public double LearningRate => _optimizer.ParamGroups.First().LearningRate;

    /// <summary>One step along the gradient of a loss.</summary>
    public void Descend(torch.Tensor loss)
    {
        _optimizer.zero_grad();
        loss.backward();
        _optimizer.step();
        _schedule?.step();
    }

    /// <summary>Copies of what it remembers of each parameter; the rate follows from the steps.</summary>
    public IEnumerable<NamedTensor> Save() => Momenta().Select(momentum => momentum.Tensor.ToNamed(momentum.Name));

    /// <summary>Goes to where a training was; a momentum lies in memory as its parameter does.</summary>
    /// <param name="saved">What <see cref="Save"/> gave then, by name.</param>
    /// <param name="steps">How many steps were done.</param>
    /// <exception cref="InvalidDataException">Something is missing, or of another shape.</exception>
    public void Restore(IReadOnlyDictionary<string, NamedTensor> saved, int steps)
    {
        for (int step = 0; step < steps; step++)
            _schedule?.step();
        List<OptimizerState> states = _optimizer.state_dict().State;
        foreach ((Parameter weights, OptimizerState state) in _optimizer.parameters().Zip(states))
        {
            if (state is AdamW.State adam) adam.step = steps;
            if (state is SGD.State sgd && _hasMomentum)
                sgd.momentum_buffer ??= torch.zeros_like(weights).DetachFromDisposeScope();
        }
        foreach ((string name, torch.Tensor momentum) in Momenta())
        {
            string shape = string.Join('×', momentum.shape);
            if (!saved.TryGetValue(name, out NamedTensor? tensor) || string.Join('×', tensor.Shape) != shape)
                throw new InvalidDataException($"{name} is missing or of another shape than {shape}");
            using torch.Tensor copy = tensor.ToTensor();
            momentum.copy_(copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _optimizer.Dispose();

    private IEnumerable<(string Name, torch.Tensor Tensor)> Momenta() =>
        _optimizer.state_dict().State.SelectMany((state, i) => state switch
        {
            SGD.State { momentum_buffer: { } buffer } => [($"optimizer.{i}.momentum_buffer", buffer)],
            AdamW.State adam =>
                [($"optimizer.{i}.exp_avg", adam.exp_avg), ($"optimizer.{i}.exp_avg_sq", adam.exp_avg_sq)],
            _ => Array.Empty<(string, torch.Tensor)>(),
        });
}
