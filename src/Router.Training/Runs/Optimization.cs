using Router.Engine;

namespace Router.Training.Runs;

/// <summary>The optimizer of a recipe and its schedule, stepped together.</summary>
/// <param name="recipe">Which they are.</param>
/// <param name="parameters">What is learned.</param>
/// <param name="stepsPerEpoch">≥ 1.</param>
internal sealed class Optimization(Recipe recipe, IEnumerable<Parameter> parameters, int stepsPerEpoch) : IDisposable
{
    // AdamW's β₁ is the decay of its first moment, as momentum is SGD's.
    private readonly Descent _descent = recipe.Optimizer switch
    {
        Optimizer.AdamW => new AdamW(parameters, recipe.Momentum, recipe.WeightDecay),
        _ => new Sgd(parameters, recipe.Momentum, recipe.WeightDecay),
    };

    private int _steps;

    /// <summary>The rate of the next step.</summary>
    public double Rate => LearningRate.At(recipe, _steps, stepsPerEpoch);

    /// <summary>One step along the gradient of a loss.</summary>
    public void Descend(torch.Tensor loss)
    {
        _descent.Clear();
        loss.backward();
        double rate = Rate;
        _descent.Step(rate, ++_steps);
    }

    /// <summary>Copies of what it remembers of each parameter; the rate follows from the steps.</summary>
    public IEnumerable<NamedTensor> Save() => _descent.Memory.Select(kept => kept.Tensor.ToNamed(kept.Name));

    /// <summary>Goes to where a training was; a momentum lies in memory as its parameter does.</summary>
    /// <param name="saved">What <see cref="Save"/> gave then, by name.</param>
    /// <param name="steps">How many steps were done.</param>
    /// <exception cref="InvalidDataException">Something is missing, or of another shape.</exception>
    public void Restore(IReadOnlyDictionary<string, NamedTensor> saved, int steps)
    {
        _steps = steps;
        foreach ((string name, torch.Tensor momentum) in _descent.Memory)
        {
            string shape = string.Join('×', momentum.shape);
            if (!saved.TryGetValue(name, out NamedTensor? tensor) || string.Join('×', tensor.Shape) != shape)
                throw new InvalidDataException($"{name} is missing or of another shape than {shape}");
            using torch.Tensor copy = tensor.ToTensor();
            momentum.copy_(copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _descent.Dispose();
}
